//! Writes the chosen changes into the text of a file, each behind a switch.

use std::collections::BTreeMap;
use std::ops::Range;

use crate::sites::{Change, Form, Site};

pub struct Planted {
    pub text: String,
    /// For each number, the bytes of the new text that are not in the old one.
    pub places: BTreeMap<usize, Vec<Range<usize>>>,
}

/// A piece of the new text.
struct Edit {
    old: Range<usize>,
    new: String,
    /// Among edits at one place: what ends before what begins, inner before outer ends and outer before inner begins.
    order: (u8, isize, isize),
    numbers: Vec<usize>,
}

/// `first` is the number of the file's first change.
pub fn in_text(text: &str, sites: &[Site], first: usize, numbers: &[usize]) -> Planted {
    let mut next = first;
    let mut edits = Vec::new();
    for (index, site) in sites.iter().enumerate() {
        let chosen: Vec<(usize, &Change)> = site
            .changes
            .iter()
            .enumerate()
            .map(|(n, change)| (next + n, change))
            .filter(|(n, _)| numbers.contains(n))
            .collect();
        next += site.changes.len();
        if !chosen.is_empty() {
            edits_of(text, site, index, &chosen, &mut edits);
        }
    }
    edits.sort_by_key(|edit| (edit.old.start, edit.order));
    apply(text, edits)
}

fn apply(text: &str, edits: Vec<Edit>) -> Planted {
    let mut planted = Planted { text: String::new(), places: BTreeMap::new() };
    let mut done = 0;
    for edit in edits {
        // Something around this is written twice, so this cannot be planted too.
        if edit.old.start < done {
            continue;
        }
        planted.text += &text[done..edit.old.start];
        let begin = planted.text.len();
        planted.text += &edit.new;
        for number in &edit.numbers {
            planted.places.entry(*number).or_default().push(begin..planted.text.len());
        }
        done = edit.old.end;
    }
    planted.text += &text[done..];
    planted
}

fn on(number: usize) -> String {
    format!("crate::mutants::on({number})")
}

/// `if on(1) { a } else if on(2) { b } else { usual }`
fn choice(chosen: &[(usize, &Change)], value: impl Fn(&str) -> String, usual: &str) -> String {
    let mut text = String::new();
    for (number, change) in chosen {
        text += &format!("if {} {{ {} }} else ", on(*number), value(&change.with));
    }
    text + &format!("{{ {usual} }}")
}

fn edits_of(text: &str, site: &Site, index: usize, chosen: &[(usize, &Change)], edits: &mut Vec<Edit>) {
    let span = site.span.clone();
    let numbers: Vec<usize> = chosen.iter().map(|(number, _)| *number).collect();
    let place = |value: usize| isize::try_from(value).expect("a small file");
    let mut begin = |new: String| {
        let order = (1, -place(span.end), place(index));
        edits.push(Edit { old: span.start..span.start, new, order, numbers: numbers.clone() });
    };
    let mut others: Vec<(Range<usize>, String)> = Vec::new();
    let end = match &site.form {
        Form::Body => {
            begin(
                chosen
                    .iter()
                    .map(|(number, change)| format!(" if {} {{ return {}; }}", on(*number), change.with))
                    .collect(),
            );
            String::new()
        }
        Form::Operator { left, operator, right, is_compared } => {
            let by = if *is_compared { "&" } else { "" };
            let usual = &text[operator.clone()];
            begin(format!("(match ({by}("));
            others.push((left.end..right.start, format!("), {by}(")));
            let computed =
                choice(chosen, |other| format!("left {other} right"), &format!("left {usual} right"));
            format!(")) {{ (left, right) => {computed} }})")
        }
        Form::Logic { operator, is_and } => {
            let switch = on(chosen[0].0);
            begin(format!("(if {switch} != ("));
            if *is_and {
                others.push((operator.clone(), ") { ".to_owned()));
                format!(" }} else {{ {switch} }})")
            } else {
                others.push((operator.clone(), format!(") {{ !{switch} }} else {{ ")));
                " })".to_owned()
            }
        }
        Form::Assignment { left, operator } => {
            let (left, usual) = (&text[left.clone()], &text[operator.clone()]);
            others.push((span.start..operator.end, "{ let right = ".to_owned()));
            format!(
                "; {} }}",
                choice(chosen, |other| format!("{left} {other} right"), &format!("{left} {usual} right"))
            )
        }
        Form::Not => {
            begin(format!("({} != (", on(chosen[0].0)));
            "))".to_owned()
        }
        Form::Guard => {
            let switch = |value: &str| {
                chosen.iter().find(|(_, change)| change.with == value).map(|(number, _)| on(*number))
            };
            let always = switch("true").map(|on| format!("{on} || ")).unwrap_or_default();
            let never = switch("false").map(|on| format!("!{on} && ")).unwrap_or_default();
            begin(format!("{always}({never}("));
            "))".to_owned()
        }
        Form::Arm => format!(" if !{}", on(chosen[0].0)),
        Form::Statement => {
            begin(format!("if !{} {{ ", on(chosen[0].0)));
            " }".to_owned()
        }
        Form::Number => {
            others.push((span.clone(), format!("({})", choice(chosen, str::to_owned, &text[span.clone()]))));
            String::new()
        }
    };
    edits.extend(others.into_iter().map(|(old, new)| Edit {
        old,
        new,
        order: (2, 0, 0),
        numbers: numbers.clone(),
    }));
    if !end.is_empty() {
        let order = (0, -place(span.start), -place(index));
        edits.push(Edit { old: span.end..span.end, new: end, order, numbers });
    }
}

/// Adds the module that knows which one is on.
pub fn switch(texts: &mut BTreeMap<String, String>) {
    texts.insert("src/mutants.rs".to_owned(), include_str!("switch.txt").to_owned());
    let library = texts.get_mut("src/lib.rs").expect("the library");
    library.push_str("#[allow(unsafe_code)]\npub mod mutants;\n");
}
