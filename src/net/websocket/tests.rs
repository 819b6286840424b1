//! Control frames of a socket.

use std::future::poll_fn;
use std::task::Poll;

use tokio::time::Instant;

use super::*;
use crate::net::Stream;
#[cfg(any(target_os = "linux", target_os = "android"))]
use crate::net::kernel;

fn ping(payload: &[u8]) -> Vec<u8> {
    [&[0x89, payload.len() as u8], payload].concat()
}

/// A socket whose server sends nothing by itself.
async fn socket(early: Vec<u8>) -> (WebSocket, std::net::TcpListener) {
    let listener = std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let stream = tokio::net::TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
    (WebSocket::over(Stream::Plain(stream), early), listener)
}

#[tokio::test]
async fn of_many_pings_the_latest_is_answered() {
    let flood: Vec<u8> = (0..20_000_u32).flat_map(|number| ping(&number.to_be_bytes())).collect();
    let (mut socket, _listener) = socket(flood).await;
    let mut pings = 0;
    while pings < 20_000 {
        poll_fn(|cx| socket.poll_turn(cx, &mut |_| pings += 1)).await;
    }
    socket.queue_pong().unwrap();
    assert_eq!(socket.take_queued(), [19_999_u32.to_be_bytes()]);
}

#[tokio::test]
async fn while_a_pong_waits_no_other_is_queued() {
    let (mut socket, _listener) = socket(Vec::new()).await;
    for round in 0..1000_u32 {
        assert!(socket.digest(&ping(&round.to_be_bytes()), Instant::now(), &mut |_| ()).1.is_none());
        socket.queue_pong().unwrap();
    }
    assert_eq!(socket.take_queued(), [0_u32.to_be_bytes()]);
    socket.bytes_out = socket.pong.after;
    socket.queue_pong().unwrap();
    assert_eq!(socket.take_queued(), [999_u32.to_be_bytes()]);
}

#[tokio::test]
async fn nothing_is_queued_behind_a_close() {
    let mut socket = WebSocket::to_nobody().await;
    socket.queue_close().unwrap();
    socket.queue_ping(1).unwrap();
    socket.queue_text(1, |frame| frame.push(b'x')).unwrap();
    assert_eq!(socket.take_queued(), [1000_u16.to_be_bytes()]);
}

const MESSAGE: usize = 20 << 10;

async fn turn(socket: &mut WebSocket) -> Poll<Turn> {
    poll_fn(|cx| Poll::Ready(socket.poll_turn(cx, &mut |_| ()))).await
}

fn send(socket: &mut WebSocket) {
    socket.queue_text(MESSAGE, |frame| frame.resize(frame.len() + MESSAGE, b'x')).unwrap();
}

// Only there the system tells what it has not sent.
#[cfg(any(target_os = "linux", target_os = "android"))]
#[tokio::test]
async fn no_message_is_built_while_another_is_unsent() {
    let mut socket = WebSocket::to_nobody().await;
    socket.limit_unsent(MESSAGE);
    let mut sent = 0;
    // The system has room for some megabytes, and sends them as the other side's does.
    for _ in 0..1000 {
        while socket.has_room() {
            let unsent = kernel::unsent(socket.stream.descriptor()) + socket.outgoing.len() as u64;
            assert!(unsent < MESSAGE as u64, "{unsent} before message {sent}");
            send(&mut socket);
            sent += 1;
            assert!(sent < 1000, "there is always room");
        }
        let _ = turn(&mut socket).await;
    }
    let level = socket.gauge().look();
    let unsent = (level.queued - level.sent) as usize;
    assert!((MESSAGE..2 * MESSAGE + 100).contains(&unsent), "{unsent} of {sent} messages");
}

#[tokio::test]
async fn a_message_leaves_at_once_and_the_next_turn_tells_of_it() {
    let mut socket = WebSocket::to_nobody().await;
    send(&mut socket);
    assert!(socket.outgoing.is_empty());
    assert!(turn(&mut socket).await.is_ready());
    assert!(turn(&mut socket).await.is_pending());
    assert!(socket.traffic().1 as usize > MESSAGE);
}

#[cfg(any(target_os = "linux", target_os = "android"))]
#[tokio::test]
async fn what_the_system_did_not_take_counts_as_queued_and_not_as_sent() {
    let mut socket = WebSocket::to_nobody().await;
    let mut queued = 0;
    while socket.outgoing.is_empty() {
        send(&mut socket);
        // With the header of the frame and its key.
        queued += MESSAGE as u64 + 8;
    }
    let level = socket.gauge().look();
    assert_eq!(level.queued, queued);
    let unsent = socket.outgoing.len() as u64 + kernel::unsent(socket.stream.descriptor());
    assert!(level.queued - level.sent >= unsent, "{level:?}, {unsent} bytes are unsent");
}

/// What the caller has sent stays in the ring then, and does not count as sent.
#[tokio::test]
async fn nothing_is_taken_after_a_failed_write() {
    let mut socket = WebSocket::to_nobody().await;
    socket.nobody = None;
    let messages_until_the_reset = (0..10_000).take_while(|_| {
        send(&mut socket);
        std::thread::yield_now();
        socket.has_room()
    });
    assert!(messages_until_the_reset.count() < 10_000);
    let queued = socket.gauge().queued();
    assert!(turn(&mut socket).await.is_ready(), "the loss can be read");
    send(&mut socket);
    assert_eq!((socket.gauge().queued(), socket.has_room()), (queued, false));
}

#[tokio::test]
async fn a_pong_is_told_once_and_with_its_number() {
    let mut socket = WebSocket::to_nobody().await;
    assert_eq!(socket.take_pong(), None);
    let pong = [&[0x8a, 8][..], &7_u64.to_be_bytes()].concat();
    assert!(socket.digest(&pong, Instant::now(), &mut |_| ()).1.is_none());
    assert_eq!((socket.take_pong(), socket.take_pong()), (Some(7), None));
}

/// A server that gets our close, says this much and then closes too; it reads until we are gone.
fn talkative(listener: std::net::TcpListener, bytes: usize) -> std::thread::JoinHandle<()> {
    use std::io::{Read, Write};
    std::thread::spawn(move || {
        let (mut tcp, _) = listener.accept().unwrap();
        let _ = tcp.write_all(&vec![0; bytes]);
        let _ = tcp.shutdown(std::net::Shutdown::Write);
        while matches!(tcp.read(&mut [0; 4096]), Ok(read) if read > 0) {}
    })
}

#[tokio::test]
async fn what_a_server_says_after_the_close_is_read_up_to_a_limit() {
    for (bytes, read) in [(300_000, 300_000..300_001), (20 << 20, 16 << 20..17 << 20)] {
        let (mut socket, listener) = socket(Vec::new()).await;
        let server = talkative(listener, bytes);
        socket.part(NORMAL_CLOSURE).await;
        assert!(read.contains(&socket.bytes_discarded), "{} of {bytes}", socket.bytes_discarded);
        drop(socket);
        server.join().unwrap();
    }
}
