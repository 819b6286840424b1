//! When a party speaks.

use std::sync::Arc;

use crate::call::handle::Call;
use crate::call::leg::{CopyFor, Leg};
use crate::call::listening::speaker::{Setup, Speaker};
use crate::call::options::BargeIn;
use crate::error::Result;
use crate::runtime;

impl Call {
    pub(super) fn detect_speech(&self, leg: &Arc<Leg>) -> Result<()> {
        let (options, Some(talk)) = (leg.options(), leg.record().talk()) else { return Ok(()) };
        let said = leg.record().taps();
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
        leg.copy(CopyFor::Speech, said);
        Ok(())
    }
}
