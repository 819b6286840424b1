//! What the three WebSocket products share: how a connection begins, is kept alive, fails on purpose and ends.

mod clock;
mod link;
pub mod outgoing;
pub mod payload;
pub mod socket;
mod tally;
mod upgrade;

use std::sync::Arc;

use futures_util::FutureExt;
use tokio::time::Instant;
use tokio_tungstenite::tungstenite::Message;

pub use link::Link;
pub use tally::{Seat, Tally};
pub use upgrade::{Upgrade, upgrade};

/// Product of a WebSocket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Product {
    Translation,
    SpeechToText,
    TextToSpeech,
}

impl Product {
    /// Returns the product at this path (protocol.md 4.1; the older address of text-to-speech included).
    pub fn of_path(path: &str) -> Option<Product> {
        match path {
            "/asr/v1/speech-to-text/stream" => Some(Product::SpeechToText),
            "/tts-api/v1/text-to-speech/stream" | "/v1/text-to-speech/stream" => Some(Product::TextToSpeech),
            _ => crate::s2s::is_stream_path(path).then_some(Product::Translation),
        }
    }

    pub fn name(self) -> &'static str {
        match self {
            Product::Translation => "translation",
            Product::SpeechToText => "stt",
            Product::TextToSpeech => "tts",
        }
    }
}

/// What happens to a stream after an event.
pub enum Flow {
    Go,
    Close(u16, &'static str),
    Reset,
    HangUp,
    Silent,
    /// The connection ended by itself or the client closed it, with this code.
    Gone(Option<u16>),
}

/// The product-specific part of a connected stream.
pub trait Talk: Send {
    fn link(&mut self) -> &mut Link;
    fn into_link(self) -> Link;
    /// A text, binary or close message.
    fn on_message(&mut self, message: Message) -> Flow;
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
    if !link.seat.admitted && link.has_limits() {
        return talk.into_link().leave(Flow::Close(1008, "too many connections")).await;
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
    message.map_or(Flow::Gone(None), |message| talk.on_message(message))
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

#[cfg(test)]
mod tests {
    use super::Product;

    #[test]
    fn each_product_has_its_paths() {
        for (path, product) in [
            ("/asr/v1/speech-to-text/stream", Some(Product::SpeechToText)),
            ("/tts-api/v1/text-to-speech/stream", Some(Product::TextToSpeech)),
            ("/v1/text-to-speech/stream", Some(Product::TextToSpeech)),
            ("/streaming-api/0a/v1/speech-to-speech/stream", Some(Product::Translation)),
            ("/asr/v1/speech-to-text", None),
        ] {
            assert_eq!(Product::of_path(path), product, "{path}");
        }
    }
}
