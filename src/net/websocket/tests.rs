//! Control frames of a socket.

use std::future::poll_fn;

use super::*;

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
    let (mut socket, _listener) = socket(Vec::new()).await;
    socket.queue_close().unwrap();
    socket.queue_ping(1).unwrap();
    socket.queue_text(1, |frame| frame.push(b'x')).unwrap();
    assert_eq!(socket.take_queued(), [1000_u16.to_be_bytes()]);
}
