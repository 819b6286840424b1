//! The loop of every stream, and the interface of a product in it.

use std::future::poll_fn;
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;

use futures_util::FutureExt;
use tokio::time::Instant;
use tokio_tungstenite::tungstenite::Message;

use super::flow::Flow;
use super::link::Link;
use crate::time;

/// The product-specific part of a connected stream.
pub trait Talk: Send {
    fn link(&mut self) -> &mut Link;
    fn into_link(self) -> Link;
    fn on_text(&mut self, text: &str) -> Flow;
    fn on_binary(&mut self, bytes: &[u8]) -> Flow;
    /// When its next timer is due.
    fn next_event(&self) -> Option<Instant>;
    fn on_time(&mut self, now: Instant) -> Flow;
    /// The engine has output.
    fn on_wake(&mut self) -> Flow;
}

/// Serves one stream until it ends.
pub async fn serve(mut talk: impl Talk) {
    let link = talk.link();
    link.shared.log.line(format_args!("s{} open", link.session.number));
    link.warn_of_idle_faults();
    if !link.seat.admitted {
        return talk.into_link().leave(Flow::Close(1008, "too many connections")).await;
    }
    // A fault that is due at once comes before any message.
    let at_once = link.on_time(time::now());
    if !matches!(at_once, Flow::Go) {
        return talk.into_link().leave(at_once).await;
    }
    let mut ended = std::pin::pin!(link.shared.ended());
    let wake = Arc::clone(&link.wake);
    let mut turn = 0;
    let flow = loop {
        let own = talk.next_event();
        let common = talk.link().next_event();
        let next_event = own.map_or(common, |own| own.min(common));
        // Each in turn is looked at first, so that none waits for ever behind another.
        turn += 1;
        let next = first_of(
            turn,
            talk.link().socket.next(),
            time::sleep_until(next_event),
            wake.notified(),
            &mut ended,
        );
        let flow = match next.await {
            First::Message(message) => arrived(&mut talk, message),
            First::Timer => on_timer(&mut talk),
            First::Wake => talk.on_wake(),
            First::End => Flow::Close(1001, "server ends"),
        };
        if !matches!(flow, Flow::Go) {
            break flow;
        }
    };
    talk.into_link().leave(flow).await;
}

/// What happened first.
enum First {
    Message(Option<Message>),
    Timer,
    Wake,
    End,
}

async fn first_of(
    start: usize,
    message: impl Future<Output = Option<Message>>,
    timer: impl Future<Output = ()>,
    wake: impl Future<Output = ()>,
    end: impl Future<Output = ()>,
) -> First {
    let (mut message, mut timer, mut wake, mut end) = (pin!(message), pin!(timer), pin!(wake), pin!(end));
    poll_fn(|cx| {
        for number in start..start + 4 {
            let polled = match number % 4 {
                0 => message.as_mut().poll(cx).map(First::Message),
                1 => timer.as_mut().poll(cx).map(|()| First::Timer),
                2 => wake.as_mut().poll(cx).map(|()| First::Wake),
                _ => end.as_mut().poll(cx).map(|()| First::End),
            };
            if polled.is_ready() {
                return polled;
            }
        }
        Poll::Pending
    })
    .await
}

fn arrived(talk: &mut impl Talk, message: Option<Message>) -> Flow {
    match message {
        Some(Message::Text(text)) => talk.on_text(&text),
        Some(Message::Binary(bytes)) => talk.on_binary(&bytes),
        Some(Message::Close(frame)) => Flow::Gone(Some(frame.map_or(1005, |f| f.code.into()))),
        // Pongs are answered by the WebSocket layer.
        Some(Message::Ping(_) | Message::Pong(_) | Message::Frame(_)) => Flow::Go,
        None => Flow::Gone(None),
    }
}

/// The JSON of a binary frame: old clients send theirs so (protocol.md 4).
pub fn json_of(bytes: &[u8]) -> Result<&str, &'static str> {
    std::str::from_utf8(bytes).map_err(|_| "the message is not UTF-8")
}

/// A message that has already arrived is handled first: a busy server must not report missing audio.
fn on_timer(talk: &mut impl Talk) -> Flow {
    if let Some(message) = talk.link().socket.next().now_or_never()
        && let flow @ (Flow::Close(..) | Flow::Reset | Flow::HangUp | Flow::Silent | Flow::Gone(_)) =
            arrived(talk, message)
    {
        return flow;
    }
    let now = time::now();
    match talk.link().on_time(now) {
        Flow::Go => talk.on_time(now),
        other => other,
    }
}
