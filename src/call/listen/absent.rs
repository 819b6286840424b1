//! In a library that cannot tell speech from noise.

use std::sync::Arc;

use super::handle::Call;
use super::leg::Leg;
use super::options::LegOptions;
use crate::error::{Error, Result, Status};

pub(super) fn check(options: &LegOptions) -> Result<()> {
    if !options.listens() {
        return Ok(());
    }
    let text = "this library cannot detect speech: build it with PALABRA_WITH_VAD (cargo feature vad)";
    Err(Error::new(Status::Unsupported, text))
}

impl Call {
    pub(super) fn listen_to(&self, _: &Arc<Leg>) -> Result<()> {
        Ok(())
    }
}
