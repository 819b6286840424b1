//! Plants faults ("mutants") in a copy of the library. Each is switched on by its number at run time, so that all are
//! compiled once.
//!
//! usage: palabra-mutants list ROOM...            prints every possible mutant of src/ROOM as a line of JSON
//!        palabra-mutants plant TREE NUMBER...    plants these in the files of TREE; prints where, as lines of JSON
//!
//! Runs in the folder of the library. Numbers are those of `list` with all rooms of the library.

#![allow(clippy::disallowed_methods, clippy::disallowed_macros, reason = "it is no part of the library")]

mod files;
mod plant;
mod returns;
mod sites;

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::json;

use sites::Site;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["list", ref rooms @ ..] if !rooms.is_empty() => list(rooms),
        ["plant", tree, ref numbers @ ..] => {
            plant(Path::new(tree), &numbers.iter().map(|n| n.parse().expect("a number")).collect::<Vec<_>>())
        }
        _ => {
            eprintln!("usage: palabra-mutants list ROOM... | plant TREE NUMBER...");
            std::process::exit(2);
        }
    }
}

/// Every site of the library, file by file, in an order that depends on the files alone.
fn all() -> BTreeMap<String, (String, Vec<Site>)> {
    files::of_library()
        .into_iter()
        .map(|path| {
            let text = std::fs::read_to_string(&path).expect("a file of the library");
            let sites = sites::of(&text);
            (path, (text, sites))
        })
        .collect()
}

fn list(rooms: &[&str]) {
    let mut number = 0;
    for (path, (text, sites)) in all() {
        let is_asked = rooms.iter().any(|room| path.starts_with(&format!("src/{room}/")));
        for site in &sites {
            for change in &site.changes {
                if is_asked {
                    let source = text.lines().nth(site.line - 1).unwrap_or_default().trim();
                    println!(
                        "{}",
                        json!({"number": number, "file": path, "line": site.line, "function": site.function,
                               "what": change.what, "source": source})
                    );
                }
                number += 1;
            }
        }
    }
}

/// Writes every file of `src`, but none that is there already with the same text: it would be compiled again.
fn plant(tree: &Path, numbers: &[usize]) {
    let mut first = 0;
    let mut texts = files::in_folder(Path::new("src"));
    for (path, (text, sites)) in all() {
        let count: usize = sites.iter().map(|site| site.changes.len()).sum();
        let planted = plant::in_text(&text, &sites, first, numbers);
        first += count;
        for (number, ranges) in planted.places {
            let ranges: Vec<_> = ranges.iter().map(|range| [range.start, range.end]).collect();
            println!("{}", json!({"number": number, "file": path, "ranges": ranges}));
        }
        texts.insert(path, planted.text);
    }
    plant::switch(&mut texts);
    for (path, text) in texts {
        let path = tree.join(path);
        if std::fs::read_to_string(&path).ok().as_ref() != Some(&text) {
            std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder of the copy");
            std::fs::write(path, text).expect("a file of the copy");
        }
    }
}
