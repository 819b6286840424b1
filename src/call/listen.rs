//! What a party says is listened to.

use std::sync::Arc;

use super::handle::Call;
use super::leg::{CopyFor, Leg};
use super::listening::speaker::{Setup, Speaker};
use super::options::{BargeIn, LegOptions};
use crate::error::Result;
use crate::runtime;
use crate::session::output::Taps;

pub(super) fn check(_: &LegOptions) -> Result<()> {
    Ok(())
}

impl Call {
    /// A party has joined, and what it says is listened to if that was asked for.
    pub(super) fn listen_to(&self, leg: &Arc<Leg>) -> Result<()> {
        let (options, Some(talk)) = (leg.options(), leg.record().talk()) else { return Ok(()) };
        let said = Arc::new(Taps::default());
        let speaker = Speaker::new(Setup {
            number: leg.number(),
            said: said.clone(),
            talk: talk.clone(),
            floor: self.floor.clone(),
            events: self.delivery.mailbox().clone(),
            is_told: options.detects_speech,
            interrupts: (options.barge_in == BargeIn::OnSpeech).then(|| leg.ear().clone()),
        });
        runtime::start()?.process(Box::new(speaker))?;
        leg.copy(CopyFor::Listening, said);
        Ok(())
    }
}
