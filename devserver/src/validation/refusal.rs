//! Why a message was refused: in one line, or in one of two longer forms (protocol.md 5.6).

use serde_json::{Value, json};

/// One problem.
#[derive(Clone, Debug, PartialEq)]
pub struct Problem {
    /// The place, below the root: names and indexes with ` -> ` between them.
    place: String,
    message: String,
    kind: &'static str,
}

/// All problems of one message.
#[derive(Clone, Debug, PartialEq)]
pub struct Refusal {
    /// Name of the message's model.
    model: &'static str,
    /// The root of the places; empty when the fields stand at the top level.
    root: &'static str,
    problems: Vec<Problem>,
}

/// Kinds of problems.
pub const MISSING: &str = "value_error.missing";
pub const VALUE: &str = "value_error";
pub const ENUM: &str = "type_error.enum";
pub const DICT: &str = "type_error.dict";
pub const LIST: &str = "type_error.list";
pub const TEXT: &str = "type_error.str";
pub const BOOLEAN: &str = "value_error.bool";
pub const INTEGER: &str = "type_error.integer";

impl Problem {
    pub fn new(place: impl Into<String>, message: impl Into<String>, kind: &'static str) -> Self {
        Self { place: place.into(), message: message.into(), kind }
    }

    pub fn missing(place: impl Into<String>) -> Self {
        Self::new(place, "field required", MISSING)
    }

    /// What is wrong with which field, for a person.
    fn sentence(&self) -> String {
        // The last name of a problem of a whole object is no field.
        let place = self.place.trim_end_matches(" -> __root__");
        let field = if place.is_empty() { "message".to_owned() } else { place.replace(" -> ", ".") };
        format!("{field}: {}", self.message)
    }

    /// The path in the printed form.
    fn path(&self, root: &str) -> String {
        match (root, self.place.as_str()) {
            ("", "") => "__root__".to_owned(),
            (root, "") => root.to_owned(),
            ("", place) => place.to_owned(),
            (root, place) => format!("{root} -> {place}"),
        }
    }

    /// The path in the list: indexes are numbers.
    fn loc(&self, root: &str) -> Value {
        let path = self.path(root);
        let step = |part: &str| part.parse::<u64>().map_or_else(|_| json!(part), |index| json!(index));
        path.split(" -> ").map(step).collect()
    }
}

impl Refusal {
    pub fn new(model: &'static str, problems: Vec<Problem>) -> Self {
        Self { model, root: "data", problems }
    }

    /// For a message whose fields stand at the top level.
    pub fn flat(model: &'static str, problems: Vec<Problem>) -> Self {
        Self { root: "", ..Self::new(model, problems) }
    }

    /// Each problem as one sentence.
    pub fn sentences(&self) -> impl Iterator<Item = String> {
        self.problems.iter().map(|p| format!("{}: {}", p.path(self.root).replace(" -> ", "."), p.message))
    }

    /// One line.
    pub fn text(&self) -> String {
        self.problems.iter().map(Problem::sentence).collect::<Vec<_>>().join("; ")
    }

    /// The form that a program of the service might print: two lines for each problem.
    pub fn printed(&self) -> String {
        let count = self.problems.len();
        let plural = if count == 1 { "" } else { "s" };
        let lines: Vec<String> = self
            .problems
            .iter()
            .map(|p| format!("{}\n  {} (type={})", p.path(self.root), p.message, p.kind))
            .collect();
        format!("{count} validation error{plural} for {}\n{}", self.model, lines.join("\n"))
    }

    /// The form of a list.
    pub fn list(&self) -> Value {
        let entry = |p: &Problem| json!({"loc": p.loc(self.root), "msg": p.message, "type": p.kind});
        self.problems.iter().map(entry).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_names_the_place() {
        let refusal = Refusal::new(
            "SetTaskRequestMessage",
            vec![
                Problem::missing("pipeline -> translations -> 0 -> target_language"),
                Problem::new("", "value is not a valid dict", DICT),
            ],
        );
        assert_eq!(
            refusal.text(),
            "pipeline.translations.0.target_language: field required; message: value is not a valid dict"
        );
        assert_eq!(
            refusal.printed(),
            "2 validation errors for SetTaskRequestMessage\n\
             data -> pipeline -> translations -> 0 -> target_language\n  field required (type=value_error.missing)\n\
             data\n  value is not a valid dict (type=type_error.dict)"
        );
        assert_eq!(
            refusal.list(),
            json!([
                {"loc": ["data", "pipeline", "translations", 0, "target_language"],
                 "msg": "field required", "type": "value_error.missing"},
                {"loc": ["data"], "msg": "value is not a valid dict", "type": "type_error.dict"},
            ])
        );
    }
}
