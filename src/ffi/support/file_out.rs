//! Progress and result of a whole file, on their way to the caller.

use super::super::types::file::*;
use super::held::hold;
use super::numbers::{count, count_of, known, long};
use super::payload::Payload;
use super::{sized, text};
use crate::error::Status;
use crate::jobs::{Outcome, Output, Progress};
use crate::runtime::reentry;

/// Whether to continue.
pub(in crate::ffi) fn tell(options: &palabra_file_options, progress: &Progress<'_>) -> bool {
    let Some(callback) = options.progress else { return true };
    let texts = progress.texts;
    let told = palabra_progress {
        state: progress.state as i32,
        position_ms: long(progress.position_ms),
        total_ms: if progress.total_ms == 0 { -1 } else { long(progress.total_ms) },
        transcripts: count(progress.transcripts as usize),
        flags: progress.flags,
        phrase: progress.phrase,
        part: progress.part as i32,
        text: texts.text().as_ptr().cast(),
        language: texts.language().as_ptr().cast(),
        id: texts.id().as_ptr().cast(),
        json: texts.json().as_ptr().cast(),
        ..sized::empty()
    };
    let mut answer = 0;
    // SAFETY: the caller's function with the caller's data; the texts end in NUL (`Texts`) and outlive the call.
    reentry::within(|| answer = unsafe { callback(&raw const told, options.user_data) });
    answer == 0
}

/// # Safety
/// `result` points to as many writable bytes as its `struct_size` says; `wanted` is what was read there, and its
/// `outputs` has room for `output_capacity` outputs.
pub(in crate::ffi) unsafe fn hand_over(
    result: *mut palabra_file_result,
    outcome: Outcome,
    wanted: palabra_file_result,
) -> Result<(), Status> {
    let room = count_of(wanted.output_capacity)?;
    let mut filled = palabra_file_result {
        output_count: count(outcome.outputs.len()),
        transcripts: count(outcome.transcripts as usize),
        input_frames: long(outcome.input_frames),
        output_frames: long(outcome.outputs.iter().map(|output| output.frames).sum()),
        input_sample_rate: outcome.input_sample_rate as i32,
        output_sample_rate: outcome.output_sample_rate as i32,
        warnings: count(outcome.warnings as usize),
        first_audio_ms: known(outcome.first_audio_ms),
        events_dropped: long(outcome.events_dropped),
        payload: std::ptr::null_mut(),
        ..wanted
    };
    let mut kept = Vec::new();
    for (place, output) in outcome.outputs.into_iter().take(room).enumerate() {
        // SAFETY: `place` is within the caller's room.
        unsafe { wanted.outputs.add(place).write_unaligned(told(&output)) };
        // The buffer stays where it is when it is moved.
        kept.extend(output.pcm);
    }
    if !kept.is_empty() {
        filled = hold(filled, Payload::Tracks(kept))?;
    }
    // SAFETY: the caller's promise.
    unsafe { sized::write(result, &filled) }
}

fn told(output: &Output) -> palabra_file_output {
    let pcm = output.pcm.as_deref().filter(|pcm| !pcm.is_empty());
    let mut told = palabra_file_output {
        language: [0; 32],
        frames: long(output.frames),
        sample_rate: output.format.sample_rate as i32,
        channels: output.format.channels as i32,
        pcm: pcm.map_or(std::ptr::null(), <[i16]>::as_ptr),
        reserved_pointer: std::ptr::null_mut(),
    };
    text::fill(&mut told.language, &output.language);
    told
}
