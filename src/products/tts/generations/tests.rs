use super::*;

/// Requests a text, which is sent at once.
fn say(generations: &mut Generations, label: Option<&str>, is_eos: bool) -> Arc<str> {
    let (known, _) = generations.open(label, 7, None).unwrap();
    if is_eos {
        generations.end(known.number);
    }
    generations.sent(&known.id, is_eos);
    known.id
}

fn is_over(generations: &mut Generations, id: &str, is_last: bool) -> Option<bool> {
    generations.heard(id, is_last, !is_last).map(|heard| heard.is_over)
}

#[test]
fn texts_of_a_label_are_one_generation_until_its_end() {
    let mut generations = Generations::default();
    let ids = [false, true, true].map(|is_eos| say(&mut generations, Some("a"), is_eos));
    assert_eq!(ids.each_ref().map(|id| &**id), ["a", "a", "a~2"]);
    let own = [false, true, true].map(|is_eos| say(&mut generations, None, is_eos));
    assert_eq!(own.each_ref().map(|id| &**id), ["g3", "g3", "g4"]);
    assert_eq!(generations.awaited(), Awaited::Certainly);
}

#[test]
fn an_end_after_the_last_text_is_the_end() {
    let mut generations = Generations::default();
    say(&mut generations, Some("a"), true);
    assert_eq!(is_over(&mut generations, "a", false), Some(false));
    assert_eq!(is_over(&mut generations, "a", true), Some(true));
    assert_eq!(is_over(&mut generations, "a", true), None, "said twice");
    assert_eq!(generations.awaited(), Awaited::Nothing);
}

#[test]
fn a_server_that_ends_each_text_is_seen_through() {
    let mut generations = Generations::default();
    say(&mut generations, Some("a"), false);
    assert_eq!(is_over(&mut generations, "a", true), Some(false), "before the last text");
    say(&mut generations, Some("a"), true);
    assert_eq!(is_over(&mut generations, "a", true), Some(true));
    for is_eos in [false, false, true] {
        say(&mut generations, Some("b"), is_eos);
    }
    let ends = [0; 3].map(|_| is_over(&mut generations, "b", true).unwrap());
    assert_eq!(ends, [false, false, true]);
}

/// protocol.md 8.4: an open generation ends where a text with another id arrives, and several texts share one end.
#[test]
fn a_server_that_ends_a_generation_where_another_begins_is_seen_through() {
    let mut generations = Generations::default();
    for (label, is_eos) in [("a", false), ("a", false), ("b", true)] {
        say(&mut generations, Some(label), is_eos);
    }
    assert_eq!(is_over(&mut generations, "a", true), Some(false), "b came");
    assert_eq!(is_over(&mut generations, "b", true), Some(true));
    say(&mut generations, Some("a"), false);
    say(&mut generations, Some("a"), true);
    assert_eq!(is_over(&mut generations, "a", true), Some(true));
    for is_eos in [false, false, true] {
        say(&mut generations, Some("c"), is_eos);
    }
    assert_eq!(is_over(&mut generations, "c", true), Some(true), "three texts have one end");
    assert_eq!(generations.awaited(), Awaited::Hardly);
}

#[test]
fn what_comes_after_an_end_was_not_over() {
    let mut generations = Generations::default();
    say(&mut generations, Some("a"), false);
    say(&mut generations, Some("a"), true);
    assert_eq!(is_over(&mut generations, "a", true), Some(true), "taken at its word");
    assert_eq!(generations.awaited(), Awaited::Hardly);
    assert_eq!(is_over(&mut generations, "a", false), Some(false));
    assert_eq!(generations.awaited(), Awaited::Certainly);
    assert_eq!(is_over(&mut generations, "a", true), Some(true));
    assert_eq!(generations.awaited(), Awaited::Nothing);
}

#[test]
fn nothing_of_a_cancelled_one_is_wanted() {
    let mut generations = Generations::default();
    say(&mut generations, Some("a"), true);
    say(&mut generations, Some("b"), true);
    let (cancelled, stopped) = generations.cancel(Which::Named("a"));
    assert_eq!((cancelled.len(), stopped.len()), (1, 1));
    assert!(
        is_over(&mut generations, "a", false).is_none() && is_over(&mut generations, "a", true).is_none()
    );
    assert_eq!(is_over(&mut generations, "b", true), Some(true));
    assert_eq!(&*say(&mut generations, Some("a"), true), "a~3", "not the name of the cancelled one");
    let (unsent, _) = generations.open(Some("c"), 1, None).unwrap();
    assert_eq!(generations.cancel(Which::All).0.len(), 3, "a~3, b and c");
    assert!(is_over(&mut generations, &unsent.id, false).is_none());
    assert_eq!(generations.awaited(), Awaited::Nothing);
    assert_eq!(generations.cancel(Which::Named("x")).0.len(), 0);
}

#[test]
fn an_error_may_be_about_all_that_was_sent() {
    let mut generations = Generations::default();
    say(&mut generations, Some("a"), true);
    say(&mut generations, Some("b"), true);
    generations.open(Some("c"), 1, None).unwrap();
    let failed: Vec<_> = generations.fail("").iter().map(|known| known.number).collect();
    assert_eq!(failed, [1, 2]);
    assert_eq!(generations.awaited(), Awaited::Perhaps);
    assert_eq!(is_over(&mut generations, "b", true), Some(true), "it was not about this one");
    say(&mut generations, Some("d"), true);
    let failed: Vec<_> = generations.fail("d").iter().map(|known| known.id.clone()).collect();
    assert_eq!(failed.iter().map(|id| &**id).collect::<Vec<_>>(), ["d"]);
}

#[test]
fn unnamed_speech_is_that_of_the_oldest_and_foreign_speech_is_delivered() {
    let mut generations = Generations::default();
    say(&mut generations, Some("a"), true);
    say(&mut generations, Some("b"), true);
    assert_eq!(generations.heard("", true, true).unwrap().of.number, 1);
    assert_eq!(generations.heard("", true, true).unwrap().of.number, 2);
    let foreign = generations.heard("x", false, true).unwrap().of.number;
    assert_eq!(generations.heard("x", true, false).unwrap().of.number, foreign);
    assert_eq!(generations.awaited(), Awaited::Nothing);
}

#[test]
fn memory_is_bounded() {
    let mut generations = Generations::default();
    for n in 0..MAX_AWAITED {
        generations.open(Some(&n.to_string()), 0, None).unwrap();
    }
    let refused = generations.open(Some("one more"), 0, None).err().unwrap();
    assert_eq!(refused.status, Status::Again);
    for n in 0..10_000 {
        generations.heard(&format!("x{n}"), true, true);
    }
    assert_eq!(generations.list.len(), MAX_AWAITED + REMEMBERED);
    generations.cancel(Which::All);
    for n in 0..10_000 {
        let id = say(&mut generations, None, true);
        assert_eq!(is_over(&mut generations, &id, true), Some(true), "{n}");
    }
    assert!(generations.list.len() <= MAX_AWAITED + REMEMBERED + 1);
}

#[test]
fn unnamed_speech_is_of_no_text_that_was_not_sent() {
    let mut generations = Generations::default();
    let (waiting, _) = generations.open(Some("a"), 7, None).unwrap();
    let heard = generations.heard("", false, true).unwrap();
    assert_ne!(heard.of.number, waiting.number);
}

#[test]
fn speech_of_what_was_given_up_is_not_kept() {
    let mut generations = Generations::default();
    let sink = Arc::new(Sink::default());
    let (known, _) = generations.open(None, 7, Some(sink.clone())).unwrap();
    let (cancelled, _) = generations.cancel(Which::Numbered(known.number));
    assert!(cancelled[0].sink.is_some(), "who waits for it is told");
    drop((known, cancelled));
    assert_eq!(Arc::strong_count(&sink), 1);
}
