//! Legs join, and change what they send and take.

use std::sync::Arc;

use super::ear::Ear;
use super::handle::Call;
use super::leg::Leg;
use super::listen;
use super::options::LegOptions;
use super::roster::{Seat, other};
use crate::audio::convert::InputFormat;
use crate::audio::format::PlayoutFormat;
use crate::error::{Result, Status};
use crate::event::Event;
use crate::lock::lock;

impl Call {
    /// Returns at once; what cannot work with the other leg is refused.
    pub fn join(&self, options: LegOptions) -> Result<Arc<Leg>> {
        self.check_open()?;
        listen::check(&options)?;
        loop {
            let seat = lock(&self.roster).free_seat()?;
            let leg = Arc::new(self.new_leg(&options, &seat)?);
            if lock(&self.roster).sit(&seat, &leg) {
                self.listen_to(&leg).inspect_err(|_| self.leave(&leg))?;
                self.record_leg(&leg);
                self.wake.notify_one();
                return Ok(leg);
            }
            // Something has changed meanwhile.
        }
    }

    /// Makes a leg for a seat. Takes some ms.
    fn new_leg(&self, options: &LegOptions, seat: &Seat) -> Result<Leg> {
        let input = options.said();
        let (them, their_input) = match &seat.them {
            Some((leg, input)) => (leg.options(), *input),
            None => (options, input),
        };
        // What is opened later would fail later.
        self.options.direction(options, them, input).setup(&self.client)?;
        self.options.direction(them, options, their_input).setup(&self.client)?;
        let ear = Ear::new(self.options.ear(options, their_input)?, &options.target_language)?;
        Leg::new(seat.number, options.clone(), self.life.clone(), ear, self.holds.clone())
    }

    /// The caller knows the leg by this handle. Returns whether the leg is still there.
    pub fn introduce_leg(&self, leg: &Arc<Leg>, handle: usize) -> bool {
        match lock(&self.roster).place_of(leg) {
            Some(place) => {
                place.handle = handle;
                true
            }
            None => false,
        }
    }

    /// Changes encoding, rate and channels of what a leg sends from now on.
    pub fn set_input_format(&self, leg: &Arc<Leg>, format: PlayoutFormat) -> Result<()> {
        self.check_open()?;
        let PlayoutFormat { encoding, sample_rate, channels } = format;
        let mut jitter = leg.prepare_jitter(format)?;
        #[cfg(feature = "echo")]
        if leg.options().is_cleaned() {
            // Its place, and its session, take what is passed on.
            lock(&self.roster).place_of(leg).ok_or(Status::BadHandle)?;
            return leg.change_detour(format, &mut jitter);
        }
        loop {
            let prepared = leg.voice()?.map(|voice| voice.prepare(format)).transpose()?;
            let mut roster = lock(&self.roster);
            let place = roster.place_of(leg).ok_or(Status::BadHandle)?;
            // Another session can have taken the place of that one.
            if leg.change_input(format, prepared, &mut jitter)? {
                place.input = InputFormat { encoding, sample_rate, channels, ..place.input };
                return Ok(());
            }
        }
    }

    /// Changes the format of what a leg takes from now on.
    pub fn set_output_format(&self, leg: &Leg, format: PlayoutFormat) -> Result<()> {
        let events = leg.ear().set_format(format)?;
        let speaker = other(leg.number()) as i32;
        for event in events {
            self.delivery.mailbox().push(Event { leg: speaker, ..event });
        }
        Ok(())
    }
}
