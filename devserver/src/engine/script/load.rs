//! Reads scripts.

use std::path::Path;

use super::plan::Script;
use super::{file, timeline};

impl Script {
    /// Reads a file. The error names the place.
    pub fn load(path: &Path) -> Result<Script, String> {
        let shown = path.display();
        let text = std::fs::read_to_string(path).map_err(|e| format!("script {shown}: {e}"))?;
        let directory = path.parent().unwrap_or(Path::new("."));
        Self::parse(&text, directory).map_err(|e| format!("script {shown}: {e}"))
    }

    /// Reads the text of a script; WAV paths are relative to `directory`.
    pub fn parse(text: &str, directory: &Path) -> Result<Script, String> {
        let file: file::File = serde_json::from_str(text).map_err(|e| e.to_string())?;
        timeline::script(file, directory)
    }
}
