//! The figures of a call as one line of JSON.

use std::fmt::{self, Write};
use std::time::Duration;

use super::super::types::call::palabra_leg_stats;
use super::figures::filled;
use crate::call::stats::{CallStats, LinkStats, PartyStats};
use crate::error::Status;
use crate::session::State;

/// Each field with its name.
macro_rules! named {
    ($stats:expr, $($name:ident),+ $(,)?) => {
        [$((stringify!($name), $stats.$name)),+]
    };
}

pub(super) fn line(call: &CallStats) -> String {
    let mut line = Line("{".to_owned());
    line.text("call_name", &call.name);
    line.member("call_tag", format_args!("{}", call.tag));
    line.text("state", name_of(call.state));
    line.text("code", code_of(call.status));
    line.number("duration_ms", ms(call.duration));
    line.number("legs_left_out", call.parties_before as i64);
    line.list("legs", &call.parties, tell_party);
    line.finish()
}

fn tell_party(line: &mut Line, party: &PartyStats) {
    line.number("number", party.number as i64);
    line.text("language", &party.language);
    line.text("target_language", &party.target_language);
    line.number("joined_ms", ms(party.joined));
    line.number("left_ms", party.left.map_or(-1, ms));
    line.text("link_state", party.leg.state.map_or("", name_of));
    figures(&filled(&party.leg)).into_iter().for_each(|(name, value)| line.number(name, value));
    line.number("links_left_out", party.links_before as i64);
    line.list("links", &party.links, tell_link);
}

fn tell_link(line: &mut Line, link: &LinkStats) {
    line.number("opened_ms", ms(link.opened));
    line.number("ready_ms", link.ready.map_or(-1, ms));
    line.number("ended_ms", link.ended.map_or(-1, |(at, _)| ms(at)));
    line.text("code", link.ended.map_or("", |(_, status)| code_of(status)));
}

/// The numbers of the struct, in its order.
fn figures(stats: &palabra_leg_stats) -> [(&'static str, i64); 34] {
    named!(
        stats,
        links_opened,
        links_broken,
        input_taken_ms,
        input_lost_ms,
        input_sent_ms,
        silence_sent_ms,
        input_dropped_ms,
        gap_pauses,
        speech_received_ms,
        bytes_sent,
        bytes_received,
        ready_ms,
        first_audio_ms,
        round_trip_us,
        service_queue_ms,
        heard_ms,
        buffered_ms,
        underruns,
        phrases_started,
        phrases_finished,
        phrases_cut,
        phrases_dropped,
        skipped_ms,
        original_lag_ms,
        original_lag_most_ms,
        original_concealed_ms,
        original_lost_ms,
        original_skipped_ms,
        spoke_ms,
        spurts,
        overlap_ms,
        echo_delay_ms,
        echo_level_db,
        overrun_ms,
    )
}

/// JSON that is written on one line. Each member, and each object of a list, is followed by a comma at first.
struct Line(String);

impl Line {
    fn member(&mut self, name: &str, value: fmt::Arguments<'_>) {
        // Writing to a text does not fail.
        let _ = write!(self.0, "\"{name}\":{value},");
    }

    fn number(&mut self, name: &str, value: i64) {
        self.member(name, format_args!("{value}"));
    }

    fn text(&mut self, name: &str, value: &str) {
        let quoted = serde_json::to_string(value).unwrap_or_else(|_| "\"\"".to_owned());
        self.member(name, format_args!("{quoted}"));
    }

    fn list<T>(&mut self, name: &str, items: &[T], mut tell: impl FnMut(&mut Line, &T)) {
        self.member(name, format_args!("["));
        self.0.pop();
        for item in items {
            self.0.push('{');
            tell(self, item);
            self.end("},");
        }
        self.end("],");
    }

    fn end(&mut self, bracket: &str) {
        if self.0.ends_with(',') {
            self.0.pop();
        }
        self.0.push_str(bracket);
    }

    fn finish(mut self) -> String {
        self.end("}");
        self.0
    }
}

fn name_of(state: State) -> &'static str {
    match state {
        State::Connecting => "CONNECTING",
        State::Ready => "READY",
        State::Ending => "ENDING",
        State::Closed => "CLOSED",
    }
}

fn code_of(status: Status) -> &'static str {
    status.c_name().to_str().unwrap_or("")
}

fn ms(length: Duration) -> i64 {
    length.as_millis() as i64
}

#[cfg(test)]
mod tests {
    use super::super::super::support::sized;
    use super::*;

    #[test]
    fn every_number_of_the_struct_is_in_the_line() {
        let source = include_str!("../types/call.rs");
        let (_, fields) = source.split_once("pub struct palabra_leg_stats {").unwrap();
        let (fields, _) = fields.split_once("\n}").unwrap();
        let fields = fields.lines().filter_map(|line| line.trim().strip_prefix("pub "));
        let names: Vec<_> = fields.filter_map(|field| field.strip_suffix(": i64,")).collect();
        assert_eq!(names, figures(&sized::empty()).map(|(name, _)| name));
    }

    #[test]
    fn a_line_is_one_line_of_json_whatever_the_call_is_named() {
        let call = CallStats {
            name: "a \"call\"\n\u{1}é".into(),
            tag: u64::MAX,
            state: State::Closed,
            status: Status::Shutdown,
            duration: Duration::from_millis(1500),
            parties: Vec::new(),
            parties_before: 2,
        };
        let text = line(&call);
        assert!(!text.contains('\n'), "{text}");
        let read: serde_json::Value = serde_json::from_str(&text).unwrap();
        assert_eq!(read["call_name"], call.name.as_str());
        assert_eq!(read["call_tag"].as_u64(), Some(u64::MAX));
        assert_eq!(
            (read["state"].as_str(), read["code"].as_str()),
            (Some("CLOSED"), Some("PALABRA_ERR_SHUTDOWN"))
        );
        assert_eq!((read["duration_ms"].as_u64(), read["legs_left_out"].as_u64()), (Some(1500), Some(2)));
        assert_eq!(read["legs"].as_array().map(Vec::len), Some(0));
    }
}
