//! Socket buffers of a simulation.

use std::sync::Arc;
use std::time::Duration;

use super::tcp::TcpStream;
use crate::world::{Socket, world};

pub(super) fn descriptor(tcp: &TcpStream) -> i32 {
    tcp.0.number()
}

pub(super) fn unsent(descriptor: i32) -> u64 {
    ask(descriptor, |socket| socket.unsent())
}

pub(super) fn unacknowledged(descriptor: i32) -> u64 {
    ask(descriptor, |socket| socket.unacknowledged())
}

pub(super) fn round_trip(descriptor: i32) -> Duration {
    ask(descriptor, |socket| socket.round_trip())
}

pub(super) fn limit_unsent(tcp: &TcpStream, bytes: usize) {
    tcp.0.limit_unsent(bytes);
}

fn ask<T: Default>(descriptor: i32, question: impl FnOnce(Arc<dyn Socket>) -> T) -> T {
    world().socket(descriptor).map(question).unwrap_or_default()
}
