//! Lists in one text.

/// Splits a list at its commas.
pub fn split_list(list: &str) -> Vec<String> {
    list.split(',').map(str::trim).filter(|part| !part.is_empty()).map(str::to_owned).collect()
}
