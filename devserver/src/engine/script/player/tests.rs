use std::path::Path;

use super::*;
use crate::engine::{Level, Levels, Target};

const SCRIPT: &str = r#"{"phrases": [
    {"start_ms": 100, "end_ms": 500, "final_ms": 600, "text": "one two", "id": "first",
     "partials": [{"at_ms": 300, "text": "one"}],
     "translations": {
        "fr": {"text": "un deux", "at_ms": 700, "audio": {"silence_ms": 100}, "audio_ms": 900},
        "es": {"text": "uno dos", "audio": {"tone_hz": 500, "ms": 50},
               "partials": [{"at_ms": 300, "text": "uno"}]}},
     "reports": [{"at_ms": 600, "queue_levels": {"es": {"current_queue_level_ms": 50}}}]},
    {"start_ms": 1000, "end_ms": 1400, "text": "three", "translations": {"es": {"text": "tres"}}}
]}"#;

fn settings(rate: u32) -> Settings {
    let target = |language: &str| Target {
        language: language.to_owned(),
        partials: language == "es",
        ..Target::default()
    };
    Settings {
        rate,
        source: "en".to_owned(),
        detectable: Vec::new(),
        targets: vec![target("es"), target("fr")],
        closing_silence: 0.7,
        speech: true,
    }
}

fn player() -> Player {
    let script = Script::parse(SCRIPT, Path::new(".")).unwrap();
    let mut player = Player::new(Arc::new(script));
    player.configure(&settings(16_000), &mut Vec::new());
    player
}

fn named(out: &[Output]) -> Vec<String> {
    out.iter()
        .map(|output| match output {
            Output::Partial(t) => format!("partial {} {}", t.language, t.text),
            Output::PartialTranslation(t) => format!("partial {} {}", t.language, t.text),
            Output::Validated(t) => format!("final {} {}", t.language, t.text),
            Output::Translation(t) => format!("final {} {}", t.language, t.text),
            Output::Speech { language, frames, .. } => format!("speech {language} {}", frames.len()),
            Output::Queue { bare, .. } => format!("queue {bare}"),
            Output::Timings { .. } | Output::Done { .. } => "other".to_owned(),
        })
        .collect()
}

/// Feeds audio in portions of so many frames at 16 kHz.
fn fed(player: &mut Player, ms: usize, portion: usize) -> Vec<String> {
    let (frames, mut out) = (vec![0; ms * 16], Vec::new());
    for part in frames.chunks(portion) {
        player.feed(part, &mut out);
    }
    named(&out)
}

#[test]
fn everything_is_said_at_its_time_however_the_audio_is_cut() {
    let all = [
        "partial en one",
        "partial es uno",
        "final en one two",
        "final es uno dos",
        "speech es 1200",
        "queue true",
        "final fr un deux",
        "speech fr 2400",
        "final en three",
        "final es tres",
    ];
    for portion in [7, 5120, 100_000] {
        assert_eq!(fed(&mut player(), 2000, portion), all);
    }
    let mut player = player();
    assert_eq!(fed(&mut player, 299, 160), [""; 0]);
    assert!(player.hears_speech());
    assert_eq!(fed(&mut player, 1, 160), all[..2]);
    assert_eq!(fed(&mut player, 300, 160), all[2..6]);
    assert!(!player.hears_speech());
}

#[test]
fn an_interrupt_drops_what_is_in_progress() {
    let mut one = player();
    fed(&mut one, 650, 160);
    one.interrupt(&Scope::All);
    assert_eq!(fed(&mut one, 1350, 160), ["final en three", "final es tres"]);
    let mut one = player();
    fed(&mut one, 400, 160);
    one.interrupt(&Scope::Languages(vec!["es".to_owned()]));
    assert_eq!(
        fed(&mut one, 500, 160),
        ["final en one two", "queue true", "final fr un deux", "speech fr 2400"]
    );
}

#[test]
fn an_end_completes_what_has_begun_and_nothing_else() {
    let (mut one, mut out) = (player(), Vec::new());
    fed(&mut one, 650, 160);
    one.finish(&mut out);
    assert_eq!(named(&out), ["final fr un deux", "speech fr 2400"]);
    assert_eq!(fed(&mut one, 1350, 160), ["final en three", "final es tres"]);
}

#[test]
fn time_goes_on_at_another_rate() {
    let (mut one, mut out) = (player(), Vec::new());
    fed(&mut one, 250, 160);
    one.configure(&settings(48_000), &mut out);
    one.feed(&[0; 2399], &mut out);
    assert_eq!(out, []);
    one.feed(&[0; 1], &mut out);
    assert_eq!(named(&out).len(), 2);
}

#[test]
fn ids_and_levels_are_as_written() {
    let (mut one, mut out) = (player(), Vec::new());
    one.feed(&[0; 32_000], &mut out);
    assert!(matches!(&out[0], Output::Partial(t) if t.id == "first" && (t.start, t.end) == (0.1, 0.3)));
    let level = Level { current_ms: 50, max_ms: 20_000 };
    let levels = Levels::from([("es".to_owned(), level)]);
    assert!(out.contains(&Output::Queue { levels, bare: true }));
    assert!(matches!(out.last(), Some(Output::Translation(t)) if t.id.len() == 16));
}

#[test]
fn contradictions_are_named() {
    for (phrase, part) in [
        (r#"{"start_ms": 5, "end_ms": 5, "text": ""}"#, "phrase 1: end_ms"),
        (r#"{"start_ms": 5, "end_ms": 9, "final_ms": 4, "text": ""}"#, "final_ms"),
        (
            r#"{"start_ms": 5, "end_ms": 9, "text": "", "partials": [{"at_ms": 10, "text": ""}]}"#,
            "at_ms of a partial",
        ),
        (
            r#"{"start_ms": 5, "end_ms": 9, "text": "", "translations": {"es": {"text": "", "at_ms": 8}}}"#,
            "translation es: at_ms must not be before 9",
        ),
        (r#"{"start_ms": 5, "end_ms": 9, "text": "", "reports": [{"at_ms": 9}]}"#, "a report needs"),
        (r#"{"start_ms": 5, "end_ms": 9, "text": "", "colour": 1}"#, "colour"),
        (
            r#"{"start_ms": 5, "end_ms": 9, "text": ""}, {"start_ms": 4, "end_ms": 9, "text": ""}"#,
            "phrase 2: start_ms",
        ),
    ] {
        let text = format!(r#"{{"phrases": [{phrase}]}}"#);
        let error = Script::parse(&text, Path::new(".")).unwrap_err();
        assert!(error.contains(part), "{error}");
    }
}

#[test]
fn the_example_is_sound() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/script.json");
    assert_eq!(Script::load(&path).unwrap().phrases.len(), 2);
    assert!(Script::load(Path::new("none.json")).unwrap_err().contains("none.json"));
}
