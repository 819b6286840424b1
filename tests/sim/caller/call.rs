//! The commands of a plan as calls of the library.

use std::ptr::{null, null_mut};

use palabra::ffi::audio::{palabra_session_flush_input, palabra_session_get_input_space};
use palabra::ffi::playout::{
    palabra_session_set_original, palabra_session_set_output_format, palabra_session_silence,
};
use palabra::ffi::queue::palabra_session_wakeup;
use palabra::ffi::session::{
    palabra_session_end, palabra_session_get_error, palabra_session_get_state, palabra_session_get_stats,
    palabra_session_wait_ready,
};
use palabra::ffi::stt::palabra_session_finalize;
use palabra::ffi::translation::{
    palabra_session_get_task, palabra_session_interrupt, palabra_session_pause, palabra_session_resume,
    palabra_session_set_task, palabra_session_speak,
};
use palabra::ffi::tts::{palabra_session_cancel, palabra_session_cancel_tagged, palabra_session_send_text};
use palabra::ffi::types::playout::palabra_original_options;
use palabra::ffi::types::session::palabra_session;
use palabra::ffi::types::tts::{PALABRA_TEXT_EOS, PALABRA_TEXT_RESET_CONTEXT, palabra_tts_voice};

use super::open::{self, Texts};
use super::record::Did;
use super::talk::{Talk, prepared};
use crate::scenario::{Command, Plan};

/// Calls a command with a tag, and records what it returned. Returns that.
pub fn call(talk: &Talk, plan: &Plan, command: &Command, tag: u64) -> i32 {
    if *command == Command::Ask {
        ask(talk);
        return 0;
    }
    let (name, status) = status(talk.session, plan, command, tag);
    talk.did(match command {
        Command::OutputFormat(format) => Did::OutputFormat(*format, status),
        Command::End => Did::Ended(status),
        _ => Did::Called(name, tag, status),
    });
    status
}

fn status(session: *mut palabra_session, plan: &Plan, command: &Command, tag: u64) -> (&'static str, i32) {
    let mut texts = Texts::default();
    // SAFETY: a handle, and texts that outlive the call.
    unsafe {
        match command {
            Command::Speak { text, language, translate } => {
                let (text, language) = (texts.keep(text), texts.keep(language));
                ("speak", palabra_session_speak(session, text, language, u32::from(*translate), tag))
            }
            Command::Interrupt { languages, pause } => {
                let languages = texts.keep(languages);
                ("interrupt", palabra_session_interrupt(session, languages, u32::from(*pause), tag))
            }
            Command::Pause => ("pause", palabra_session_pause(session, tag)),
            Command::Resume => ("resume", palabra_session_resume(session, tag)),
            Command::SetTask { targets } => {
                let task = open::task(plan, targets);
                ("set_task", palabra_session_set_task(session, task.as_ptr(), tag, null_mut()))
            }
            Command::GetTask => ("get_task", palabra_session_get_task(session, tag)),
            Command::Finalize => ("finalize", palabra_session_finalize(session, tag)),
            Command::Text { .. } => ("text", text(session, command, &mut texts, tag)),
            Command::Cancel { generation } => {
                ("cancel", palabra_session_cancel(session, texts.some(*generation), tag))
            }
            Command::CancelTagged { tag } => ("cancel_tagged", palabra_session_cancel_tagged(session, *tag)),
            Command::FlushInput => ("flush_input", palabra_session_flush_input(session)),
            Command::Silence { languages, all } => {
                let languages = texts.keep(languages);
                ("silence", palabra_session_silence(session, languages, u32::from(*all)))
            }
            Command::Original { percent } => {
                let mut options: palabra_original_options = std::mem::zeroed();
                options.gain_percent = *percent;
                ("original", palabra_session_set_original(session, &raw const options))
            }
            Command::Wakeup => ("wakeup", palabra_session_wakeup(session)),
            Command::WaitReady => ("wait_ready", palabra_session_wait_ready(session, 0)),
            Command::OutputFormat(format) => {
                let wanted = open::format(*format);
                ("output_format", palabra_session_set_output_format(session, null(), &raw const wanted))
            }
            Command::End => ("end", palabra_session_end(session)),
            Command::Ask => ("ask", 0),
        }
    }
}

unsafe fn text(session: *mut palabra_session, command: &Command, texts: &mut Texts, tag: u64) -> i32 {
    let Command::Text { text, generation, is_last, forgets, voice } = command else { return 0 };
    let eos = if *is_last { PALABRA_TEXT_EOS } else { 0 };
    let flags = eos | if *forgets { PALABRA_TEXT_RESET_CONTEXT } else { 0 };
    let generation = texts.some(*generation);
    // SAFETY: as the caller's; numbers, of which 0 is the default.
    unsafe {
        let mut other: palabra_tts_voice = std::mem::zeroed();
        other.voice_id = texts.some(*voice);
        let voice = if voice.is_some() { &raw const other } else { null() };
        palabra_session_send_text(session, texts.keep(text), flags, generation, voice, tag, null_mut())
    }
}

/// What can be asked at any moment. The answers are part of the trace.
fn ask(talk: &Talk) {
    let session = talk.session;
    let (mut stats, mut error) = (prepared(), prepared());
    // SAFETY: a handle and prepared structs.
    let answers = unsafe {
        let answers = [
            palabra_session_get_state(session),
            palabra_session_get_input_space(session),
            palabra_session_get_stats(session, &raw mut stats),
            palabra_session_get_error(session, &raw mut error),
        ];
        answers.map(i64::from)
    };
    let counts = [
        stats.input_queue_ms,
        stats.input_frames_taken,
        stats.input_frames_sent,
        stats.input_frames_dropped,
        stats.chunks_sent,
        stats.bytes_sent,
        stats.bytes_received,
        stats.events_queued,
        stats.commands_queued,
        i64::from(error.code),
    ];
    let numbers: Vec<u64> = answers.into_iter().chain(counts).map(|number| number as u64).collect();
    talk.note(&numbers, || format!("asked: {answers:?} {counts:?}"));
}
