//! Prints the tasks that palabra_translation_build_task() makes, for the comparison with the official client.
//!
//! Each line of standard input is a JSON object with fields of `palabra_translation_config`; each line of
//! standard output is the task, or "error: NAME: text".

use std::ffi::{CStr, CString, c_char};
use std::io::{BufRead, Write};

use palabra::ffi::base::{palabra_status_name, palabra_struct_init};
use palabra::ffi::translation::palabra_translation_build_task;
use palabra::ffi::types::base::palabra_error;
use palabra::ffi::types::translation::palabra_translation_config;
use serde_json::{Map, Value};

fn main() {
    let mut output = std::io::stdout().lock();
    for line in std::io::stdin().lock().lines() {
        let fields: Map<String, Value> = serde_json::from_str(&line.unwrap()).unwrap();
        writeln!(output, "{}", answer(&fields)).unwrap();
    }
}

fn answer(fields: &Map<String, Value>) -> String {
    let mut texts = Vec::new();
    let mut config = prepared::<palabra_translation_config>();
    for (name, value) in fields {
        match value {
            Value::String(text) => {
                let text = CString::new(text.as_str()).unwrap();
                *text_field(&mut config, name) = text.as_ptr();
                // Moving the owner does not move the text.
                texts.push(text);
            }
            number if name == "flags" => config.flags = number.as_u64().unwrap().try_into().unwrap(),
            number => *number_field(&mut config, name) = number.as_u64().unwrap().try_into().unwrap(),
        }
    }
    let mut error: palabra_error = prepared();
    // SAFETY: prepared structs, texts that outlive the call, and no output buffer.
    let needed = unsafe { palabra_translation_build_task(&config, std::ptr::null_mut(), 0, &mut error) };
    if needed < 0 {
        // SAFETY: a static text and a NUL-terminated one in the struct.
        let (name, text) =
            unsafe { (CStr::from_ptr(palabra_status_name(needed)), CStr::from_ptr(error.text.as_ptr())) };
        return format!("error: {}: {}", name.to_string_lossy(), text.to_string_lossy());
    }
    let mut buffer = vec![0u8; needed as usize + 1];
    let room = buffer.len() as i32;
    // SAFETY: as above, with a buffer of the size passed.
    let length =
        unsafe { palabra_translation_build_task(&config, buffer.as_mut_ptr().cast(), room, &mut error) };
    assert_eq!(length, needed);
    CString::from_vec_with_nul(buffer).unwrap().into_string().unwrap()
}

fn prepared<T>() -> T {
    let mut value = std::mem::MaybeUninit::<T>::uninit();
    // SAFETY: the function fills the whole struct, whose size is set.
    unsafe {
        assert_eq!(palabra_struct_init(value.as_mut_ptr().cast(), size_of::<T>() as u32), 0);
        value.assume_init()
    }
}

fn text_field<'a>(config: &'a mut palabra_translation_config, name: &str) -> &'a mut *const c_char {
    match name {
        "source_language" => &mut config.source_language,
        "target_languages" => &mut config.target_languages,
        "voice_id" => &mut config.voice_id,
        "message_types" => &mut config.message_types,
        "transcription_json" => &mut config.transcription_json,
        "targets_json" => &mut config.targets_json,
        "hotwords_glossaries" => &mut config.hotwords_glossaries,
        "verification_glossaries" => &mut config.verification_glossaries,
        "translation_glossaries" => &mut config.translation_glossaries,
        "task_json" => &mut config.task_json,
        other => panic!("no text field {other}"),
    }
}

fn number_field<'a>(config: &'a mut palabra_translation_config, name: &str) -> &'a mut i32 {
    match name {
        "input_sample_rate" => &mut config.input.format.sample_rate,
        "input_channels" => &mut config.input.format.channels,
        "wire_sample_rate" => &mut config.wire_sample_rate,
        "silence_threshold_ms" => &mut config.silence_threshold_ms,
        other => panic!("no number field {other}"),
    }
}
