//! A program that records its first session, in calls that wait for the disk.

use std::ffi::CString;
use std::ptr::null;
use std::time::Duration;

use palabra::ffi::file::{
    palabra_session_pause_recording, palabra_session_resume_recording, palabra_session_start_recording,
    palabra_session_stop_recording,
};
use palabra::ffi::types::base::palabra_error;
use tokio::time::Instant;

use super::talk::{Talk, prepared};
use crate::draw::Dice;

pub struct Recorder {
    dice: Dice,
    program: u32,
    count: u32,
    is_on: bool,
    /// When it does something.
    pub next: Instant,
}

#[derive(Clone, Copy, Debug)]
enum Step {
    Start,
    Pause,
    Resume,
    Stop(i32),
}

impl Recorder {
    /// A share of the programs records.
    pub fn drawn(seed: u64, program: u32) -> Option<Recorder> {
        let dice = Dice::numbered(seed, "recorder", u64::from(program));
        let next = Instant::now() + Duration::from_millis(dice.below(3000));
        dice.chance(300).then_some(Recorder { dice, program, count: 0, is_on: false, next })
    }

    fn step(&self) -> Step {
        match self.dice.below(4) {
            _ if !self.is_on => Step::Start,
            0 => Step::Pause,
            1 => Step::Resume,
            _ => Step::Stop(self.dice.one_of(&[0, 10, 2000])),
        }
    }

    /// Does the next step.
    pub fn act(&mut self, talk: &Talk) -> impl Future<Output = (u64, i32)> + Send + use<> {
        let step = self.step();
        self.next = Instant::now() + Duration::from_millis(self.dice.between(200, 6000));
        match step {
            Step::Start => {
                self.is_on = true;
                self.count += 1;
            }
            Step::Stop(_) => self.is_on = false,
            Step::Pause | Step::Resume => {}
        }
        let path =
            CString::new(format!("/recordings/{}-{}.wav", self.program, self.count)).unwrap_or_default();
        let number = match step {
            Step::Start => 1,
            Step::Pause => 2,
            Step::Resume => 3,
            Step::Stop(_) => 4,
        };
        let called = talk.call(move |session| {
            let mut error: palabra_error = prepared();
            // SAFETY: a handle, a text that outlives the call, and a prepared error.
            unsafe {
                match step {
                    Step::Start => {
                        palabra_session_start_recording(session, path.as_ptr(), null(), &raw mut error)
                    }
                    Step::Pause => palabra_session_pause_recording(session),
                    Step::Resume => palabra_session_resume_recording(session),
                    Step::Stop(ms) => palabra_session_stop_recording(session, ms, &raw mut error),
                }
            }
        });
        async move { (number, called.await) }
    }
}
