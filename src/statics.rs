//! Compares what is static with the table in docs/architecture.md.

use std::collections::BTreeSet;
use std::path::Path;

fn statics_in(folder: &Path, base: &Path, found: &mut BTreeSet<(String, String)>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            statics_in(&path, base, found);
        } else {
            let file = path.strip_prefix(base).unwrap().to_str().unwrap().replace('\\', "/");
            for line in std::fs::read_to_string(&path).unwrap().lines() {
                let words = line.trim_start().trim_start_matches("pub ").trim_start_matches("pub(crate) ");
                if let Some((name, _)) = words.strip_prefix("static ").and_then(|rest| rest.split_once(':')) {
                    found.insert((name.to_owned(), file.clone()));
                }
            }
        }
    }
}

#[test]
fn everything_static_is_in_the_table() {
    let base = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found = BTreeSet::new();
    statics_in(&base, &base, &mut found);
    let documented = include_str!("../docs/architecture.md");
    let (_, table) =
        documented.split_once("| Static | File | Why it does not show |\n|---|---|---|\n").unwrap();
    let rows = table.lines().take_while(|line| line.starts_with('|')).map(|row| {
        let mut cells = row.split('`').skip(1).step_by(2);
        (cells.next().unwrap().to_owned(), cells.next().unwrap().to_owned())
    });
    assert_eq!(rows.collect::<BTreeSet<_>>(), found);
}
