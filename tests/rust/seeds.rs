//! Every input that the fuzzer keeps, run once. A file that is named after a fault failed before the fault was fixed.

#[path = "../../fuzz/targets/mod.rs"]
mod targets;

use std::fs;
use std::panic::catch_unwind;
use std::path::{Path, PathBuf};

fn seeds(target: &str) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/seeds").join(target);
    let files = fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut files: Vec<PathBuf> = files.map(|file| file.unwrap().path()).collect();
    files.sort();
    files
}

fn replay(target: &str) {
    let run = targets::ALL.iter().find(|(name, _)| *name == target).unwrap().1;
    let files = seeds(target);
    assert!(!files.is_empty(), "there are seeds for {target}");
    for file in files {
        let failed = catch_unwind(|| run(&fs::read(&file).unwrap())).is_err();
        assert!(!failed, "{} fails, see above", file.display());
    }
}

macro_rules! targets {
    ($($name:ident)*) => {
        $(
            #[test]
            fn $name() {
                replay(stringify!($name));
            }
        )*

        #[test]
        fn every_target_has_a_test() {
            let names = [$(stringify!($name)),*];
            assert_eq!(targets::ALL.iter().map(|(name, _)| *name).collect::<Vec<_>>(), names);
        }
    };
}

targets!(addresses c_api convert csv input messages playout replies speech splitter task wav websocket);
