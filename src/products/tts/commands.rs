//! Commands of a text-to-speech stream, and which of them can be merged into one message.

use std::sync::Arc;

use crate::session::stream::outbox::Waiting;
use crate::wire::tts::outgoing::{self, Voice};

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Command {
    Text(Text),
    Cancel {
        /// What the service is told to stop, as it knows it; `None`: everything.
        stopped: Option<Vec<Arc<str>>>,
        /// The id in the answer; `None`: the caller did not request it.
        answer: Option<Arc<str>>,
    },
}

#[derive(Clone, Debug, PartialEq)]
pub(super) struct Text {
    pub generation: Arc<str>,
    pub text: String,
    /// Code points of the text, and the limit of a message.
    pub length: usize,
    pub limit: usize,
    pub is_eos: bool,
    pub reset_context: bool,
    pub voice: Voice,
}

impl Text {
    pub(super) fn message(&self) -> Vec<u8> {
        outgoing::text(&outgoing::Text {
            text: &self.text,
            is_eos: self.is_eos,
            generation: &self.generation,
            voice: &self.voice,
            reset_context: self.reset_context,
        })
    }

    fn is_plain(&self) -> bool {
        self.voice.is_empty() && !self.reset_context
    }
}

impl Waiting for Command {
    /// Cancelled speech must stop now. None of its texts waits any more.
    fn overtakes(&self) -> bool {
        matches!(self, Command::Cancel { .. })
    }

    /// Waiting pieces of one generation are sent as one message, which counts once for the rate.
    fn join(&mut self, later: &Command) -> bool {
        let (Command::Text(text), Command::Text(later)) = (self, later) else { return false };
        let fits = text.length + later.length <= text.limit;
        if text.generation != later.generation || text.is_eos || !later.is_plain() || !fits {
            return false;
        }
        text.text.push_str(&later.text);
        text.length += later.length;
        text.is_eos = later.is_eos;
        true
    }

    /// A voice applies to all later texts (protocol.md 8.1), so nothing may be merged across it.
    fn lets_pass(&self) -> bool {
        matches!(self, Command::Text(text) if text.is_plain())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::session::stream::outbox::{Next, Outbox, Request};
    use tokio::time::Instant;

    fn text(generation: &str, words: &str) -> Text {
        let (generation, length) = (generation.into(), words.chars().count());
        let (text, voice) = (words.to_owned(), Voice::default());
        Text { generation, text, length, limit: 8, is_eos: false, reset_context: false, voice }
    }

    /// What an outbox of three sends when these arrive while none may be sent.
    fn messages(texts: Vec<Text>) -> Vec<String> {
        messages_of(texts, true)
    }

    fn messages_of(texts: Vec<Text>, have_to_wait: bool) -> Vec<String> {
        let outbox = Outbox::new(3);
        for (tag, text) in (1..).zip(texts) {
            let _ = outbox.add_parts(vec![Request { command: Command::Text(text), user_tag: tag }]);
        }
        if have_to_wait {
            assert!(matches!(outbox.next(|_| Some(Instant::now())), Next::WaitUntil(_)));
        }
        let mut said = Vec::new();
        while let Next::Request(Request { command: Command::Text(text), user_tag }) = outbox.next(|_| None) {
            let end = if text.is_eos { "." } else { "" };
            said.push(format!("{user_tag} {}:{}{end}", text.generation, text.text));
        }
        said
    }

    #[test]
    fn pieces_that_may_go_are_left_as_they_are() {
        assert_eq!(messages_of(vec![text("a", "x"), text("a", "é")], false), ["1 a:x", "2 a:é"]);
    }

    #[test]
    fn pieces_that_wait_go_as_one() {
        assert_eq!(messages(vec![text("a", "x"), text("a", "é"), text("a", "z")]), ["1 a:xéz"]);
        assert_eq!(messages(vec![text("a", "x"), text("b", "y"), text("a", "z")]), ["1 a:xz", "2 b:y"]);
    }

    #[test]
    fn an_end_a_limit_and_a_new_voice_keep_them_apart() {
        let ended = Text { is_eos: true, ..text("a", "x") };
        assert_eq!(messages(vec![text("a", "w"), ended.clone(), text("a", "y")]), ["1 a:wx.", "3 a:y"]);
        assert_eq!(messages(vec![text("a", "12345"), text("a", "678")]), ["1 a:12345678"]);
        assert_eq!(messages(vec![text("a", "12345"), text("a", "6789")]), ["1 a:12345", "2 a:6789"]);
        let voiced = Text { voice: Voice { speed_percent: Some(50), ..Voice::default() }, ..text("b", "x") };
        let kept = messages(vec![text("a", "x"), voiced.clone(), text("a", "y")]);
        assert_eq!(kept, ["1 a:x", "2 b:x", "3 a:y"]);
        assert_eq!(messages(vec![voiced.clone(), text("b", "y")]), ["1 b:xy"]);
        let fresh = Text { reset_context: true, ..text("a", "y") };
        assert_eq!(messages(vec![text("a", "x"), fresh]), ["1 a:x", "2 a:y"]);
    }

    #[test]
    fn a_cancel_goes_before_the_texts_that_wait() {
        let outbox = Outbox::new(3);
        let cancel = Command::Cancel { stopped: None, answer: None };
        for command in [Command::Text(text("a", "x")), cancel.clone()] {
            outbox.add(Request { command, user_tag: 1 }).unwrap();
        }
        let next = outbox.next(|_| Some(Instant::now()));
        assert_eq!(next, Next::Request(Request { command: cancel, user_tag: 1 }));
    }

    #[test]
    fn an_outbox_that_is_full_still_takes_what_can_join() {
        let texts = vec![text("a", "x"), text("b", "x"), text("c", "x"), text("d", "x"), text("b", "y")];
        assert_eq!(messages(texts), ["1 a:x", "2 b:xy", "3 c:x"]);
    }
}
