//! One party of a call, as the threads of its line use it.

use std::sync::Arc;

use super::ear::Ear;
use super::holds::Holds;
use super::options::LegOptions;
use super::record::Record;
use super::stats::LegStats;
use crate::audio::convert::InputFormat;
use crate::audio::format::{PlayoutFormat, SharedFormat};
use crate::audio::mix::Selection;
use crate::error::{Result, Status};
use crate::runtime::try_cell::TryCell;
use crate::session::handle::life::Life;
use crate::session::handle::sending::NextInput;
use crate::session::output::offer::Offer;
use crate::session::output::play::voice_tap::VoiceTap;
use crate::session::output::{OriginalLevels, Sound, Taps};
use crate::session::{Session, State};
use crate::sync::{AtomicBool, Ordering};

/// More is never exchanged at once.
const MOST_MS: u32 = 500;

/// Where the words of a party go.
pub(super) struct Voice {
    pub session: Arc<Session>,
    pub heard_by: Arc<Ear>,
}

/// What the thread that sends has.
#[derive(Default)]
struct Sender {
    voice: Option<Voice>,
    tap: Option<VoiceTap>,
}

pub struct Leg {
    number: usize,
    options: LegOptions,
    /// Of the call.
    life: Arc<Life>,
    ear: Arc<Ear>,
    record: Arc<Record>,
    /// What is sent, while nothing else knows it.
    input: SharedFormat,
    is_muted: AtomicBool,
    /// Of the call.
    holds: Arc<Holds>,
    /// One sender at a time.
    sender: TryCell<Sender>,
    /// Another session on its way to the sender, and a recording's tap.
    offer: Offer<Voice>,
    tap_offer: Offer<VoiceTap>,
}

impl Leg {
    pub(super) fn new(
        number: usize,
        options: LegOptions,
        life: Arc<Life>,
        ear: Ear,
        holds: Arc<Holds>,
    ) -> Leg {
        let input = SharedFormat::new(frames_of(&options));
        let ear = Arc::new(ear);
        let record = Arc::new(Record::new(number, &options, ear.clone()));
        Leg {
            number,
            options,
            life,
            ear,
            record,
            input,
            is_muted: AtomicBool::new(false),
            holds,
            sender: TryCell::new(Sender::default()),
            offer: Offer::default(),
            tap_offer: Offer::default(),
        }
    }

    /// Counted from 0.
    pub fn number(&self) -> usize {
        self.number
    }

    pub(super) fn options(&self) -> &LegOptions {
        &self.options
    }

    pub(super) fn record(&self) -> &Arc<Record> {
        &self.record
    }

    pub fn stats(&self) -> LegStats {
        self.record.stats()
    }

    pub(super) fn ear(&self) -> &Arc<Ear> {
        &self.ear
    }

    /// What the party says goes there from now on.
    pub(super) fn speak_to(&self, voice: Voice) {
        self.offer.make(voice);
    }

    /// What the party says, and the translation that it hears, are copied there from now on.
    pub(super) fn tap(&self, said: Arc<Taps>, heard: Option<Arc<Taps>>) {
        loop {
            let format = self.input.get();
            self.tap_offer.make(VoiceTap::new(input_of(format, self.options.input), said.clone()));
            // A change of the format takes along what was offered before it.
            if format == self.input.get() {
                break;
            }
        }
        if let Some(heard) = heard {
            self.ear.tap(&heard);
        }
    }

    /// The session that takes what is sent now, also if it is over.
    pub(super) fn session(&self) -> Result<Option<Arc<Session>>> {
        Ok(self.with_sender(|sender| Ok(sender.voice.as_ref().map(|voice| voice.session.clone())))?)
    }

    /// Changes what is sent, and what its session takes, while nobody sends. `false`: what was prepared for this session
    /// fits no more, and nothing has changed.
    pub(super) fn change_input(
        &self,
        format: PlayoutFormat,
        prepared: Option<(Arc<Session>, NextInput)>,
    ) -> Result<bool> {
        let changed = self.sender.try_with(|sender| {
            self.offer.exchange(&mut sender.voice);
            let fits = match (&sender.voice, prepared) {
                (Some(voice), Some((session, next))) if Arc::ptr_eq(&voice.session, &session) => {
                    session.adopt_input(next)?
                }
                (None, None) => true,
                _ => false,
            };
            if fits {
                self.input.set(format);
                // What is offered now has the format that ends here.
                self.tap_offer.exchange(&mut sender.tap);
                sender.tap = sender.tap.take().map(|tap| tap.in_format(input_of(format, tap.format())));
            }
            Ok(fits)
        });
        changed.unwrap_or(Err(Status::Busy.into()))
    }

    /// One tick: takes what the party says and fills what it hears. Either both happen or, with an error, nothing.
    /// Wait-free: safe on a real-time thread. Both closures get the size of a frame in bytes.
    pub fn exchange<'i, 'o>(
        &self,
        said_of: impl FnOnce(usize) -> std::result::Result<&'i [u8], Status>,
        heard_of: impl FnOnce(usize) -> std::result::Result<&'o mut [u8], Status>,
    ) -> std::result::Result<Sound, Status> {
        self.with_sender(|sender| {
            let format = self.input.get();
            let said = said_of(format.frame_bytes())?;
            if said.len() > format.frames_in_ms(MOST_MS) * format.frame_bytes() {
                return Err(Status::InvalidArgument);
            }
            let sound = self.ear.read(heard_of)?;
            if self.check_open().is_ok() {
                self.say(sender, said.len() / format.frame_bytes(), Some(said))?;
            }
            Ok(sound)
        })
    }

    /// Takes what the party says. Wait-free, as [`Leg::exchange`].
    pub fn send_audio<'a>(
        &self,
        said_of: impl FnOnce(usize) -> std::result::Result<&'a [u8], Status>,
    ) -> std::result::Result<usize, Status> {
        self.check_open()?;
        self.with_sender(|sender| {
            let frame_bytes = self.input.get().frame_bytes();
            let said = said_of(frame_bytes)?;
            self.say(sender, said.len() / frame_bytes, Some(said))
        })
    }

    /// Frames of what the party says were lost. Wait-free, as [`Leg::exchange`].
    pub fn skip(&self, frames: usize) -> std::result::Result<usize, Status> {
        self.check_open()?;
        self.with_sender(|sender| self.say(sender, frames, None))
    }

    /// Fills what the party hears. Wait-free, as [`Leg::exchange`].
    pub fn read_audio<'a>(
        &self,
        heard_of: impl FnOnce(usize) -> std::result::Result<&'a mut [u8], Status>,
    ) -> std::result::Result<Sound, Status> {
        self.ear.read(heard_of)
    }

    /// The silent byte of what a failed read would have filled, and the number of its bytes; `None` for more frames than
    /// can be read. Wait-free, as [`Leg::exchange`].
    pub fn unread(&self, frames: usize) -> Option<(u8, usize)> {
        self.ear.playout().unread(b"", frames)
    }

    /// Changes how the party hears the other's own voice.
    pub fn set_original(&self, levels: OriginalLevels) -> Result<()> {
        self.ear.playout().set_original(levels)
    }

    /// What the party says is silence, for the other one and for the service.
    pub fn set_muted(&self, is_muted: bool) {
        self.is_muted.store(is_muted, Ordering::Relaxed);
    }

    /// Passes on what is said, or with `None` that it was lost, unless nobody hears it yet. A session that is over takes
    /// nothing, but has passed it to the listener: the call goes on.
    fn say(
        &self,
        sender: &mut Sender,
        frames: usize,
        said: Option<&[u8]>,
    ) -> std::result::Result<usize, Status> {
        let (rate, is_lost) = (self.input.get().sample_rate, said.is_none());
        let said = said.filter(|_| !self.is_muted.load(Ordering::Relaxed));
        let voice = sender.voice.as_ref().filter(|voice| voice.heard_by.is_open());
        let taken = voice.map_or(Ok(frames), |voice| self.pass_on(voice, frames, said))?;
        self.record.count(taken, rate, is_lost);
        match (&mut sender.tap, said) {
            (Some(tap), Some(said)) => tap.put(said),
            (Some(tap), None) => tap.put_silence(frames),
            (None, _) => {}
        }
        Ok(taken)
    }

    fn pass_on(
        &self,
        voice: &Voice,
        frames: usize,
        said: Option<&[u8]>,
    ) -> std::result::Result<usize, Status> {
        let session = &voice.session;
        if self.holds.any() {
            return session.pass_by(said, frames).map(|()| frames);
        }
        match said.map_or_else(|| session.skip(frames), |said| session.send_audio(said)) {
            Err(Status::Closed | Status::Ended) => Ok(frames),
            taken => taken,
        }
    }

    fn check_open(&self) -> std::result::Result<(), Status> {
        if self.life.state() == State::Closed {
            return Err(Status::Closed);
        }
        if self.life.end_requested().is_some() { Err(Status::Ended) } else { Ok(()) }
    }

    fn with_sender<R>(
        &self,
        deed: impl FnOnce(&mut Sender) -> std::result::Result<R, Status>,
    ) -> std::result::Result<R, Status> {
        let deed = |sender: &mut Sender| {
            self.offer.exchange(&mut sender.voice);
            self.tap_offer.exchange(&mut sender.tap);
            deed(sender)
        };
        self.sender.try_with(deed).unwrap_or(Err(Status::Busy))
    }
}

/// A channel that was selected stays so, if it exists.
fn input_of(format: PlayoutFormat, before: InputFormat) -> InputFormat {
    let PlayoutFormat { encoding, sample_rate, channels } = format;
    let selection = match before.selection {
        Selection::One(channel) if channel >= channels as usize => Selection::All,
        selection => selection,
    };
    InputFormat { encoding, sample_rate, channels, selection }
}

fn frames_of(options: &LegOptions) -> PlayoutFormat {
    let format = options.input;
    PlayoutFormat { encoding: format.encoding, sample_rate: format.sample_rate, channels: format.channels }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audio::convert::InputFormat;
    use crate::audio::format::Format;
    use crate::audio::samples::Encoding;
    use crate::call::link::Carrier;
    use crate::call::{BargeIn, CallOptions};
    use crate::client::of_tests::with_pair;
    use crate::products::translation::Prepared;
    use crate::session::events::delivery::Delivery;
    use crate::session::events::names::Kind;
    use crate::session::handle::link::CallPlace;

    const TELEPHONE: Format = Format { sample_rate: 8000, channels: 1 };

    fn party(language: &str) -> LegOptions {
        LegOptions {
            language: language.into(),
            target_language: language.into(),
            voice_id: None,
            hotwords_glossaries: None,
            verification_glossaries: None,
            translation_glossaries: None,
            barge_in: BargeIn::default(),
            input: InputFormat::plain(TELEPHONE),
            output: PlayoutFormat { encoding: Encoding::S16, sample_rate: 8000, channels: 1 },
        }
    }

    /// A party that is heard, its session, which is never connected, and who is on hold.
    fn speaker() -> (Leg, Arc<Session>, Arc<Holds>) {
        let (options, holds) = (CallOptions::default().filled(), Arc::<Holds>::default());
        let (life, phrases) = (Arc::<Life>::default(), Arc::default());
        let [speaker, listener] = ["en", "es"].map(party);
        let ear =
            |of: &LegOptions| Ear::new(options.ear(of, speaker.input).unwrap(), &of.target_language).unwrap();
        let heard_by = Arc::new(ear(&listener));
        heard_by.read(|_| Ok(&mut [])).unwrap();
        let setup = options.translation.session.setup(0);
        let delivery = Arc::new(Delivery::new(Kind::Call, setup.about, setup.event_limits, None));
        let client = Arc::new(with_pair());
        let (life_of_call, wake) = (life.clone(), Arc::default());
        let link = Arc::new(Carrier { client: client.clone(), number: 0, life: life_of_call, wake, phrases });
        let place = CallPlace { delivery, link, ear: heard_by.playout().clone() };
        let direction = options.direction(&speaker, &listener, speaker.input);
        let session = Arc::new(Prepared::new(&client, direction, place).unwrap().into_session());
        let own_ear = ear(&speaker);
        let leg = Leg::new(0, speaker, life, own_ear, holds.clone());
        leg.speak_to(Voice { session: session.clone(), heard_by });
        (leg, session, holds)
    }

    #[test]
    fn on_hold_nothing_is_kept_for_the_service() {
        let (leg, session, holds) = speaker();
        let taken = || session.stats().input_frames_taken;
        for number in [0, 1] {
            holds.set(number, true);
            assert_eq!(leg.send_audio(|_| Ok(&[0; 320])), Ok(160));
            assert_eq!((leg.skip(160), taken()), (Ok(160), 0), "party {number} is away");
            holds.set(number, false);
        }
        assert_eq!((leg.send_audio(|_| Ok(&[0; 320])), leg.skip(160), taken()), (Ok(160), Ok(160), 320));
    }

    /// Whoever sends meanwhile sends in the new format, to that session and to the next one.
    #[test]
    fn a_change_of_what_is_sent_is_one_for_the_leg_and_its_session() {
        let (leg, session, _) = speaker();
        let wide = PlayoutFormat { channels: 2, ..party("en").output };
        let prepared = || session.prepare_input(wide.encoding, wide.sample_rate, wide.channels).unwrap();
        assert!(!leg.change_input(wide, None).unwrap(), "there is a session");
        let (_, another, _) = speaker();
        assert!(!leg.change_input(wide, Some((another, prepared()))).unwrap(), "it is another one");
        assert_eq!(leg.send_audio(|size| Ok(&[0; 320][..160 * size])), Ok(160));
        assert!(leg.change_input(wide, Some((session.clone(), prepared()))).unwrap());
        assert_eq!(leg.send_audio(|size| Ok(&[0; 640][..160 * size])), Ok(160));
        assert_eq!(session.stats().input_frames_taken, 320);
    }
}
