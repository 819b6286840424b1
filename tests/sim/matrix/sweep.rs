//! Runs the cells, each as a world of its own.

use std::collections::BTreeMap;
use std::ffi::CStr;

use palabra::ffi::base::palabra_status_name;
use serde_json::json;

use super::cell::Cell;
use super::faults;
use crate::checks::Case;
use crate::{Wishes, run, runs};

type Counts = BTreeMap<String, usize>;

/// Runs a share of the cells whose names begin as wished, and prints the figures as a line of JSON.
pub fn sweep(wishes: &Wishes, begin: &str) -> Case {
    let mut failures = BTreeMap::new();
    let (mut count, mut ends, mut of) = (0, Counts::new(), Counts::new());
    let (remainder, divisor) = wishes.share.unwrap_or((0, 1));
    for (number, cell) in (0..).zip(Cell::all()) {
        let name = cell.name();
        if number % divisor != remainder || !name.starts_with(begin) {
            continue;
        }
        // Of a cell that never ends, this is the last line.
        println!("begins {name}");
        let outcome = run::run(&cell.scenario(number), wishes.with_lines);
        count += 1;
        for kind in cell.kinds() {
            *of.entry(kind).or_default() += 1;
        }
        let code = outcome.sessions.first().and_then(|told| told.code);
        *ends.entry(code.map_or("no event".to_owned(), status_name)).or_default() += 1;
        if wishes.with_lines || !outcome.failures.is_empty() {
            runs::tell(number, &outcome, wishes);
        }
        if let Some(first) = outcome.failures.into_iter().next() {
            failures.insert(name, first);
        }
    }
    if let missing = faults::missing()
        && !missing.is_empty()
    {
        failures.insert("no cell has these faults".to_owned(), missing.join(", "));
    }
    println!("{}", json!({ "cells": count, "of": of, "ends": ends, "failures": failures }));
    let first = failures.into_iter().next();
    let told = first.map(|(name, failure)| format!("{name}: {failure}"));
    Case::of("each cell of the matrix ends as it must", told.map_or(Ok(()), Err))
}

fn status_name(code: i32) -> String {
    let name = palabra_status_name(code);
    // SAFETY: a static text that ends in a NUL.
    unsafe { CStr::from_ptr(name) }.to_string_lossy().into_owned()
}
