//! The sums as text in the format of Prometheus: <https://prometheus.io/docs/instrumenting/exposition_formats/>.

use std::fmt::{Arguments, Write};

use super::registry::{Kind, Metrics, Totals};
use super::sums::Sums;

/// A number of one kind.
type Get = fn(&Sums) -> u64;

/// Of every session: name, description, and the number.
const COUNTS: [(&str, &str, Get); 4] = [
    ("palabra_sent_bytes_total", "Bytes written to the streams.", |sums| sums.bytes_sent),
    ("palabra_received_bytes_total", "Bytes read from the streams.", |sums| sums.bytes_received),
    ("palabra_events_dropped_total", "Events dropped because limits were exceeded.", |sums| {
        sums.events_dropped
    }),
    ("palabra_gap_pauses_total", "Times that a task was paused.", |sums| sums.gap_pauses),
];

/// As [`COUNTS`], in us.
const TIMES: [(&str, &str, Get); 4] = [
    ("palabra_sent_seconds_total", "Audio sent to the service, silence included.", |sums| sums.sent_us),
    ("palabra_silence_seconds_total", "Silence sent in place of missing input.", |sums| sums.silence_us),
    ("palabra_dropped_seconds_total", "Input dropped because it was too old.", |sums| sums.dropped_us),
    ("palabra_speech_seconds_total", "Speech received.", |sums| sums.speech_us),
];

/// As [`TIMES`], with the number of times.
const DELAYS: [(&str, &str, Get, Get); 2] = [
    (
        "palabra_ready_seconds",
        "Time from opening a session to READY.",
        |sums| sums.ready_us,
        |sums| sums.readies,
    ),
    (
        "palabra_first_audio_seconds",
        "Time from the first input sent to the first speech received.",
        |sums| sums.answer_us,
        |sums| sums.answers,
    ),
];

impl Metrics {
    /// Every metric with its description and its values. `is_draining`: nothing is opened any more.
    pub fn text(&self, is_draining: bool) -> String {
        let [mut translation, stt, tts, calls] = self.totals();
        // The events of a call are those of its translations.
        translation.sums.add(&calls.sums);
        let sessions = [(Kind::Translation, &translation), (Kind::Stt, &stt), (Kind::Tts, &tts)];
        let sessions = sessions.map(|(kind, totals)| (label(kind), totals));
        let mut text = Text::default();
        text.family("palabra_draining", "gauge", "1 after palabra_client_drain(), otherwise 0.");
        text.value("palabra_draining", "", format_args!("{}", u8::from(is_draining)));
        text.openings("palabra_sessions", "Sessions, those of calls included,", &sessions);
        text.openings("palabra_calls", "Calls", &[("", &calls)]);
        for (name, help, get) in COUNTS {
            text.family(name, "counter", help);
            text.counts(name, &sessions, get);
        }
        for (name, help, get) in TIMES {
            text.family(name, "counter", help);
            text.seconds(name, &sessions, get);
        }
        for (name, help, time, count) in DELAYS {
            text.family(name, "summary", help);
            text.seconds(&format!("{name}_sum"), &sessions, time);
            text.counts(&format!("{name}_count"), &sessions, count);
        }
        text.0
    }
}

/// Totals with their label.
type Labelled<'a> = (&'static str, &'a Totals);

#[derive(Default)]
struct Text(String);

impl Text {
    fn family(&mut self, name: &str, kind: &str, help: &str) {
        self.line(format_args!("# HELP {name} {help}"));
        self.line(format_args!("# TYPE {name} {kind}"));
    }

    fn openings(&mut self, name: &str, what: &str, all: &[Labelled<'_>]) {
        let [opened, open, closed] =
            ["opened_total", "open", "closed_total"].map(|end| format!("{name}_{end}"));
        self.family(&opened, "counter", &format!("{what} that were opened."));
        for (label, totals) in all {
            self.value(&opened, label, format_args!("{}", totals.opened));
        }
        self.family(&open, "gauge", &format!("{what} that are not CLOSED."));
        for (label, totals) in all {
            self.value(&open, label, format_args!("{}", totals.open()));
        }
        self.family(&closed, "counter", &format!("{what} that are CLOSED, by the status."));
        for (label, totals) in all {
            for (status, count) in &totals.closed {
                let comma = if label.is_empty() { "" } else { "," };
                let code = status.c_name().to_str().unwrap_or("");
                self.value(&closed, &format!("{label}{comma}code=\"{code}\""), format_args!("{count}"));
            }
        }
    }

    fn counts(&mut self, name: &str, all: &[Labelled<'_>], get: Get) {
        for (label, totals) in all {
            self.value(name, label, format_args!("{}", get(&totals.sums)));
        }
    }

    fn seconds(&mut self, name: &str, all: &[Labelled<'_>], get: Get) {
        for (label, totals) in all {
            let us = get(&totals.sums);
            self.value(name, label, format_args!("{}.{:06}", us / 1_000_000, us % 1_000_000));
        }
    }

    fn value(&mut self, name: &str, labels: &str, value: Arguments<'_>) {
        if labels.is_empty() {
            self.line(format_args!("{name} {value}"));
        } else {
            self.line(format_args!("{name}{{{labels}}} {value}"));
        }
    }

    fn line(&mut self, line: Arguments<'_>) {
        // Writing to a text does not fail.
        let _ = writeln!(self.0, "{line}");
    }
}

fn label(kind: Kind) -> &'static str {
    match kind {
        Kind::Translation => "product=\"translation\"",
        Kind::Stt => "product=\"stt\"",
        Kind::Tts => "product=\"tts\"",
        Kind::Call => "",
    }
}

#[cfg(test)]
mod tests {
    use std::collections::{HashMap, HashSet};
    use std::sync::Arc;

    use super::super::registry::Metered;
    use super::*;
    use crate::error::Status;

    struct Session;

    impl Metered for Session {
        fn sums(&self) -> Sums {
            Sums { sent_us: 12_000_034, bytes_sent: 7, readies: 1, ready_us: 250_000, ..Sums::default() }
        }
    }

    fn is_name(text: &str) -> bool {
        text.starts_with(|c: char| c.is_ascii_lowercase())
            && text.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
    }

    fn labels_of(text: &str) -> Vec<(&str, &str)> {
        let pairs = text.split(',').map(|pair| pair.split_once('=').expect(text));
        pairs
            .map(|(name, value)| {
                let value = value.strip_prefix('"').and_then(|value| value.strip_suffix('"')).expect(text);
                assert!(is_name(name) && !value.contains(['"', '\\', '\n']), "{text}");
                (name, value)
            })
            .collect()
    }

    /// Reads the text as strictly as its format allows. Returns the values by name and labels.
    fn read(text: &str) -> HashMap<String, f64> {
        assert!(text.ends_with('\n'));
        let mut values = HashMap::new();
        let mut families = HashSet::new();
        let mut lines = text.lines().peekable();
        while let Some(help) = lines.next() {
            let (family, words) = help.strip_prefix("# HELP ").expect(help).split_once(' ').expect(help);
            assert!(is_name(family) && words.ends_with('.') && !words.contains('\\'), "{help}");
            assert!(families.insert(family), "{family} twice");
            let kind = lines.next().and_then(|line| line.strip_prefix("# TYPE ")).expect(family);
            let (named, kind) = kind.split_once(' ').expect(kind);
            assert_eq!(named, family);
            assert_eq!(kind == "counter", family.ends_with("_total"), "{family}");
            while let Some(line) = lines.next_if(|line| !line.starts_with('#')) {
                let (series, value) = line.split_once(' ').expect(line);
                let (name, labels) = series.split_once('{').unwrap_or((series, ""));
                match kind {
                    "summary" => {
                        assert!([format!("{family}_sum"), format!("{family}_count")].contains(&name.into()))
                    }
                    _ => assert!(["counter", "gauge"].contains(&kind) && name == family, "{line}"),
                }
                if !labels.is_empty() {
                    labels_of(labels.strip_suffix('}').expect(line));
                }
                let digits = value.chars().all(|c| c.is_ascii_digit() || c == '.');
                assert!(digits && value.parse::<f64>().is_ok(), "{line}");
                assert!(values.insert(series.to_owned(), value.parse().unwrap()).is_none(), "{line} twice");
            }
        }
        values
    }

    #[test]
    fn the_text_is_what_prometheus_reads() {
        let metrics = Metrics::default();
        let empty = read(&metrics.text(false));
        assert!(empty.values().all(|&value| value == 0.0));
        let sessions = [(); 3].map(|()| Arc::new(Session));
        metrics.enter(Kind::Translation, &sessions[0]);
        metrics.enter(Kind::Translation, &sessions[1]);
        metrics.enter(Kind::Call, &sessions[2]);
        metrics.leave(&sessions[0], Status::ConnectionLost);
        metrics.leave(&sessions[2], Status::Ok);
        let values = read(&metrics.text(true));
        assert_eq!(values.len(), empty.len() + 2, "{values:?}");
        for (series, value) in [
            ("palabra_draining", 1.0),
            ("palabra_sessions_opened_total{product=\"translation\"}", 2.0),
            ("palabra_sessions_open{product=\"translation\"}", 1.0),
            ("palabra_sessions_open{product=\"tts\"}", 0.0),
            (
                "palabra_sessions_closed_total{product=\"translation\",code=\"PALABRA_ERR_CONNECTION_LOST\"}",
                1.0,
            ),
            ("palabra_calls_open", 0.0),
            ("palabra_calls_closed_total{code=\"PALABRA_OK\"}", 1.0),
            ("palabra_sent_seconds_total{product=\"translation\"}", 36.000102),
            ("palabra_sent_seconds_total{product=\"stt\"}", 0.0),
            ("palabra_ready_seconds_sum{product=\"translation\"}", 0.75),
            ("palabra_ready_seconds_count{product=\"translation\"}", 3.0),
        ] {
            assert_eq!(values[series], value, "{series}");
        }
    }
}
