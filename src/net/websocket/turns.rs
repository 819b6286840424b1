//! A turn ends after a short time, however much work a message is, and the other sessions get their turns.

use std::future::poll_fn;
use std::task::Poll;
use std::time::Duration;

use tokio::net::TcpStream;
use tokio::time::Instant;

use super::reading::TURN;
use super::{Incoming, Turn, WebSocket};
use crate::net::Stream;

const MESSAGES: usize = 5;

/// Messages that have arrived already.
async fn socket() -> WebSocket {
    let listener = std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let stream = TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
    WebSocket::over(Stream::Plain(stream), [0x81, 1, b'x'].repeat(MESSAGES))
}

/// Like an audio message that inflates to a thousand times its size.
fn work() {
    let begun = Instant::now();
    while begun.elapsed() < TURN + Duration::from_millis(1) {}
}

#[tokio::test]
async fn a_turn_ends_when_its_time_is_over_and_the_next_lets_others_go_first() {
    let mut socket = socket().await;
    let (mut handed, mut turns) = (Vec::new(), 0);
    while handed.iter().sum::<usize>() < MESSAGES {
        let mut messages = 0;
        let polled = poll_fn(|cx| {
            let polled = socket.poll_turn(cx, &mut |incoming| {
                assert_eq!(incoming, Incoming::Text(b"x"));
                messages += 1;
                work();
            });
            Poll::Ready(polled)
        })
        .await;
        assert_eq!(turns % 2 == 0, matches!(polled, Poll::Ready(Turn::Progress)), "turn {turns}");
        handed.push(messages);
        turns += 1;
    }
    assert_eq!(handed, [1, 0, 1, 0, 1, 0, 1, 0, 1]);
}

#[tokio::test]
async fn others_run_between_two_turns() {
    let mut socket = socket().await;
    let other = tokio::spawn(async {
        for _ in 0..MESSAGES - 2 {
            tokio::task::yield_now().await;
        }
    });
    for _ in 0..MESSAGES {
        poll_fn(|cx| socket.poll_turn(cx, &mut |_| work())).await;
    }
    assert!(other.is_finished());
}
