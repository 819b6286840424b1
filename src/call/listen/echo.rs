//! What comes back of what a party hears.

use std::sync::Arc;

use crate::audio::echo::cancel::Cleaning;
use crate::call::handle::Call;
use crate::call::leg::cleaned::visits;
use crate::call::leg::{CopyFor, Leg};
use crate::error::Result;
use crate::runtime;
use crate::session::listening::cleaner::LineCleaner;
use crate::session::listening::echo::{EchoListener, Told};
use crate::session::output::{EchoPolicy, Taps};

impl Call {
    pub(super) fn measure_echo(&self, leg: &Arc<Leg>) -> Result<()> {
        let [read, sent] = [(); 2].map(|()| leg.record().taps());
        let listener = EchoListener::new(read.clone(), sent.clone(), self.told_of(leg));
        runtime::start()?.process(Box::new(listener))?;
        leg.ear().copy_mixed(&read);
        leg.copy(CopyFor::Echo, sent);
        Ok(())
    }

    /// What the party says goes through the thread for signal processing.
    pub(super) fn clean(&self, leg: &Arc<Leg>) -> Result<()> {
        let options = leg.options();
        let cleaning = Cleaning {
            echo: options.echo == EchoPolicy::Cancel,
            noise: options.suppresses_noise,
            gain: options.controls_gain,
        };
        let told = (options.echo != EchoPolicy::Off).then(|| self.told_of(leg));
        let read: Arc<Taps> = leg.record().taps();
        let played = read.clone();
        let rate = options.said().sample_rate;
        leg.begin_cleaning(|detour| LineCleaner::new(rate, cleaning, detour, played, told))?;
        runtime::start()?.process(visits(leg))?;
        if options.echo != EchoPolicy::Off {
            leg.ear().copy_mixed(&read);
        }
        Ok(())
    }

    fn told_of(&self, leg: &Leg) -> Told {
        Told {
            events: self.delivery.mailbox().clone(),
            leg: leg.number() as i32,
            figures: leg.record().echo().clone(),
        }
    }
}
