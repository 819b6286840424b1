//! The files that are compiled into the library on Linux, without those of tests.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use syn::punctuated::Punctuated;
use syn::{Attribute, Expr, Item, Lit, Meta, Token};

/// Their paths, in alphabetical order.
pub fn of_library() -> Vec<String> {
    let mut found = Vec::new();
    module(Path::new("src/lib.rs"), Path::new("src"), &mut found);
    found.sort();
    found
}

/// The text of every file in a folder.
pub fn in_folder(folder: &Path) -> BTreeMap<String, String> {
    let mut texts = BTreeMap::new();
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            texts.append(&mut in_folder(&path));
        } else {
            let text = std::fs::read_to_string(&path).expect("text");
            texts.insert(path.to_str().expect("a path in UTF-8").to_owned(), text);
        }
    }
    texts
}

/// A file, and the modules that it declares in other files; `folder` is where those are.
fn module(path: &Path, folder: &Path, found: &mut Vec<String>) {
    let text = std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    found.push(path.to_str().expect("a path in UTF-8").to_owned());
    declared(&syn::parse_file(&text).expect("Rust").items, path, folder, found);
}

fn declared(items: &[Item], path: &Path, folder: &Path, found: &mut Vec<String>) {
    for item in items {
        let Item::Mod(module_item) = item else { continue };
        if !is_compiled(&module_item.attrs) {
            continue;
        }
        let inner = folder.join(module_item.ident.to_string());
        match (&module_item.content, path_of(&module_item.attrs)) {
            (Some((_, content)), _) => declared(content, path, &inner, found),
            (None, Some(name)) => {
                let file = path.parent().expect("a folder").join(name);
                module(&file, &file.with_extension(""), found);
            }
            (None, None) => {
                let flat: PathBuf = inner.with_extension("rs");
                let file = if flat.exists() { flat } else { inner.join("mod.rs") };
                module(&file, &inner, found);
            }
        }
    }
}

fn path_of(attributes: &[Attribute]) -> Option<String> {
    attributes.iter().find_map(|attribute| match &attribute.meta {
        Meta::NameValue(pair) if pair.path.is_ident("path") => text(&pair.value),
        _ => None,
    })
}

fn text(value: &Expr) -> Option<String> {
    match value {
        Expr::Lit(literal) => match &literal.lit {
            Lit::Str(text) => Some(text.value()),
            _ => None,
        },
        _ => None,
    }
}

/// Whether these attributes leave something in the library, as it is built on Linux with all its features.
pub fn is_compiled(attributes: &[Attribute]) -> bool {
    attributes.iter().all(|attribute| {
        !attribute.path().is_ident("test")
            && (!attribute.path().is_ident("cfg")
                || attribute.parse_args::<Meta>().is_ok_and(|condition| holds(&condition)))
    })
}

fn holds(condition: &Meta) -> bool {
    match condition {
        Meta::Path(path) => path.is_ident("unix") || path.is_ident("debug_assertions"),
        Meta::NameValue(pair) => {
            let value = text(&pair.value).unwrap_or_default();
            let name = pair.path.get_ident().map(ToString::to_string).unwrap_or_default();
            matches!(
                (name.as_str(), value.as_str()),
                ("target_os", "linux") | ("feature", "decoders" | "echo" | "vad")
            )
        }
        Meta::List(list) => {
            let parts =
                list.parse_args_with(Punctuated::<Meta, Token![,]>::parse_terminated).expect("conditions");
            if list.path.is_ident("not") {
                !parts.iter().all(holds)
            } else if list.path.is_ident("any") {
                parts.iter().any(holds)
            } else {
                parts.iter().all(holds)
            }
        }
    }
}
