//! What comes back of what a party hears.

use std::sync::Arc;

use crate::call::handle::Call;
use crate::call::leg::{CopyFor, Leg};
use crate::error::Result;
use crate::runtime;
use crate::session::listening::echo::{EchoListener, Setup};
use crate::session::output::Taps;

impl Call {
    pub(super) fn measure_echo(&self, leg: &Arc<Leg>) -> Result<()> {
        let [read, sent] = [(); 2].map(|()| Arc::new(Taps::default()));
        let listener = EchoListener::new(Setup {
            read: read.clone(),
            sent: sent.clone(),
            events: self.delivery.mailbox().clone(),
            leg: leg.number() as i32,
            figures: leg.record().echo().clone(),
        });
        runtime::start()?.process(Box::new(listener))?;
        leg.ear().copy_mixed(&read);
        leg.copy(CopyFor::Echo, sent);
        Ok(())
    }
}
