//! The loop of every stream, and the interface of a product in it.

use std::sync::Arc;

use futures_util::FutureExt;
use tokio::time::Instant;
use tokio_tungstenite::tungstenite::Message;

use super::flow::Flow;
use super::link::Link;

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
    if link.is_one_too_many() {
        return talk.into_link().leave(Flow::Close(1008, "too many connections")).await;
    }
    // A fault that is due at once comes before any message.
    let at_once = link.on_time(Instant::now());
    if !matches!(at_once, Flow::Go) {
        return talk.into_link().leave(at_once).await;
    }
    let mut ended = std::pin::pin!(link.shared.ended());
    let wake = Arc::clone(&link.wake);
    let flow = loop {
        let own = talk.next_event();
        let common = talk.link().next_event();
        let next_event = own.map_or(common, |own| own.min(common));
        let flow = tokio::select! {
            message = talk.link().socket.next() => arrived(&mut talk, message),
            () = tokio::time::sleep_until(next_event) => on_timer(&mut talk),
            () = wake.notified() => talk.on_wake(),
            () = &mut ended => Flow::Close(1001, "server ends"),
        };
        if !matches!(flow, Flow::Go) {
            break flow;
        }
    };
    talk.into_link().leave(flow).await;
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
    let now = Instant::now();
    match talk.link().on_time(now) {
        Flow::Go => talk.on_time(now),
        other => other,
    }
}
