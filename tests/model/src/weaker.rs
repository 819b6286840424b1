//! Are the models able to fail? Makes one operation after the other weaker than it is written.

use std::collections::BTreeSet;
use std::panic::{self, Location};
use std::path::Path;
use std::sync::Mutex;

use loom::sync::atomic::Ordering;

use crate::models::Model;
use crate::run::{Bounds, run};

/// File, line and column of an operation.
type Place = (&'static str, u32, u32);

/// What orders something, as far as it was executed.
static SEEN: Mutex<BTreeSet<Place>> = Mutex::new(BTreeSet::new());
static WEAKER: Mutex<Option<Place>> = Mutex::new(None);

/// The order of an operation of the library.
#[track_caller]
pub(crate) fn order_here(order: Ordering) -> Ordering {
    let here = Location::caller();
    let place = (here.file(), here.line(), here.column());
    if order == Ordering::Relaxed || !is_library(place) {
        return order;
    }
    SEEN.lock().unwrap().insert(place);
    if *WEAKER.lock().unwrap() == Some(place) { Ordering::Relaxed } else { order }
}

fn is_library((file, ..): Place) -> bool {
    file.contains("../src/")
}

pub(crate) fn try_all(bounds: Bounds, models: &[Model]) -> bool {
    panic::set_hook(Box::new(|_| ()));
    let mut uses: Vec<(Model, BTreeSet<Place>)> = Vec::new();
    for &(name, model) in models {
        SEEN.lock().unwrap().clear();
        if run(bounds, model).is_none() {
            println!("FAILED {name} as it is");
            return false;
        }
        uses.push(((name, model), SEEN.lock().unwrap().clone()));
    }
    let places: BTreeSet<Place> = uses.iter().flat_map(|(_, places)| places.iter().copied()).collect();
    let expected = Expected::read();
    let mut passed = true;
    for place in places {
        let text = text_of(place);
        *WEAKER.lock().unwrap() = Some(place);
        let failing = uses.iter().filter(|(_, places)| places.contains(&place));
        let failing =
            failing.map(|((name, model), _)| (name, run(bounds, *model))).find(|(_, tried)| tried.is_none());
        *WEAKER.lock().unwrap() = None;
        let (file, line, column) = place;
        let at = format!("{}:{line}:{column}", file.rsplit("../").next().unwrap_or(file));
        match (failing, expected.reason(&text)) {
            (Some((name, _)), _) => println!("ok {at}: {name} fails"),
            (None, Some(reason)) => println!("ok {at}: nothing fails: {reason}"),
            (None, None) => {
                passed = false;
                println!("FAILED {at}: no model fails: {text}");
            }
        }
    }
    passed
}

/// The line of the operation, which stays when lines are added above it.
fn text_of((file, line, _): Place) -> String {
    let text = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(file)).unwrap_or_default();
    text.lines().nth(line as usize - 1).unwrap_or_default().trim().to_owned()
}

/// Operations whose order no model needs: the text of each, and below it the reason, indented.
struct Expected(Vec<(String, String)>);

impl Expected {
    fn read() -> Expected {
        let text = include_str!("../weaker.txt");
        let lines: Vec<&str> =
            text.lines().filter(|line| !line.is_empty() && !line.starts_with('#')).collect();
        let pairs = lines.windows(2).filter(|pair| !pair[0].starts_with(' ') && pair[1].starts_with(' '));
        Expected(pairs.map(|pair| (pair[0].to_owned(), pair[1].trim().to_owned())).collect())
    }

    fn reason(&self, text: &str) -> Option<&str> {
        self.0.iter().find(|(of, _)| of == text).map(|(_, reason)| reason.as_str())
    }
}
