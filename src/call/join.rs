//! Legs join, and change what they send and take.

use std::sync::Arc;

use super::ear::Ear;
use super::handle::Call;
use super::holds::LEGS;
use super::leg::Leg;
use super::options::LegOptions;
use super::retry::Retry;
use super::roster::{Carried, Place, other};
use crate::audio::convert::InputFormat;
use crate::audio::format::PlayoutFormat;
use crate::error::{Error, Result, Status};
use crate::event::Event;
use crate::lock::lock;

impl Call {
    /// Returns at once; what cannot work with the other leg is refused.
    pub fn join(&self, options: LegOptions) -> Result<Arc<Leg>> {
        self.check_open()?;
        let input = options.input;
        let mut roster = lock(&self.roster);
        if roster.is_over {
            return Err(Status::Closed.into());
        }
        let number = roster.free().ok_or_else(|| {
            Error::new(Status::Unsupported, format!("a call has {LEGS} legs: close one of them first"))
        })?;
        let (them, their_input) = match &roster.places[other(number)] {
            Some(place) => (place.leg.options().clone(), place.input),
            None => (options.clone(), input),
        };
        // What is opened later would fail later.
        self.options.direction(&options, &them, input).setup(&self.client)?;
        self.options.direction(&them, &options, their_input).setup(&self.client)?;
        let ear = Ear::new(self.options.ear(&options, their_input)?, &options.target_language)?;
        let leg = Arc::new(Leg::new(number, options, self.life.clone(), ear, self.holds.clone()));
        roster.remember(&leg);
        let (carried, retry) = (Carried::NotYet, Retry::default());
        roster.places[number] = Some(Place { leg: leg.clone(), handle: 0, input, carried, retry });
        drop(roster);
        self.record_leg(&leg);
        self.wake.notify_one();
        Ok(leg)
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
        let mut roster = lock(&self.roster);
        let place = roster.place_of(leg).ok_or(Status::BadHandle)?;
        let session = match &place.carried {
            Carried::By(session) => Some(session.clone()),
            Carried::NotYet | Carried::Never => None,
        };
        leg.change_input(format, || match &session {
            Some(session) => session.set_input_format(encoding, sample_rate, channels),
            None => Ok(()),
        })?;
        place.input = InputFormat { encoding, sample_rate, channels, ..place.input };
        Ok(())
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
