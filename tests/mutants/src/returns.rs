//! What a function could return at once.

use syn::{GenericArgument, PathArguments, ReturnType, Type};

/// Expressions of this type; none if nothing simple is known.
pub fn of(output: &ReturnType) -> Vec<String> {
    match output {
        ReturnType::Default => vec![String::new()],
        ReturnType::Type(_, of) => values(of),
    }
}

fn values(of: &Type) -> Vec<String> {
    match of {
        Type::Tuple(tuple) if tuple.elems.is_empty() => owned(&["()"]),
        Type::Reference(reference) => match &*reference.elem {
            Type::Path(path) if path.path.is_ident("str") => owned(&["\"\"", "\"xyzzy\""]),
            Type::Slice(_) if reference.mutability.is_none() => owned(&["&[]"]),
            _ => Vec::new(),
        },
        Type::Path(path) => {
            let Some(last) = path.path.segments.last() else { return Vec::new() };
            named(&last.ident.to_string(), &inner(&last.arguments))
        }
        Type::Tuple(_) => owned(&["::std::default::Default::default()"]),
        _ => Vec::new(),
    }
}

fn named(name: &str, inner: &[Type]) -> Vec<String> {
    let inside = || inner.first().map(values).unwrap_or_default();
    let wrapped = |around: &str| inside().iter().map(|value| format!("{around}({value})")).collect();
    match name {
        "bool" => owned(&["true", "false"]),
        "u8" | "u16" | "u32" | "u64" | "u128" | "usize" | "i8" | "i16" | "i32" | "i64" | "isize" => {
            owned(&["0", "1"])
        }
        "f32" | "f64" => owned(&["0.0", "1.0"]),
        "String" => owned(&["::std::string::String::new()", "::std::string::String::from(\"xyzzy\")"]),
        "Option" => {
            [owned(&["::std::option::Option::None"]), wrapped("::std::option::Option::Some")].concat()
        }
        "Result" => wrapped("::std::result::Result::Ok"),
        "Poll" => wrapped("::std::task::Poll::Ready"),
        _ => owned(&["::std::default::Default::default()"]),
    }
}

fn inner(arguments: &PathArguments) -> Vec<Type> {
    let PathArguments::AngleBracketed(list) = arguments else { return Vec::new() };
    list.args
        .iter()
        .filter_map(|argument| match argument {
            GenericArgument::Type(of) => Some(of.clone()),
            _ => None,
        })
        .collect()
}

fn owned(values: &[&str]) -> Vec<String> {
    values.iter().map(|value| (*value).to_owned()).collect()
}
