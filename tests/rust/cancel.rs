//! Blocking calls ended by another thread through the C ABI, and the checks of their arguments.

use std::ffi::{CStr, CString, c_char};
use std::path::PathBuf;
use std::ptr::{null, null_mut};
use std::thread;

use crate::support::Devserver;
use palabra::audio::format::Format;
use palabra::ffi::account::glossaries::palabra_glossary_create;
use palabra::ffi::account::rest_sessions::*;
use palabra::ffi::account::voices::*;
use palabra::ffi::base::palabra_struct_init;
use palabra::ffi::client::*;
use palabra::ffi::file::*;
use palabra::ffi::runtime::palabra_cancel;
use palabra::ffi::session::*;
use palabra::ffi::translation::palabra_session_open_translation;
use palabra::ffi::tts::*;
use palabra::ffi::types::account::*;
use palabra::ffi::types::audio::*;
use palabra::ffi::types::base::*;
use palabra::ffi::types::client::*;
use palabra::ffi::types::file::*;
use palabra::ffi::types::session::*;
use palabra::ffi::types::translation::*;
use palabra::ffi::types::tts::*;
use palabra::media::wav;

const RATE: usize = 24_000;

pub fn prepared<T>() -> T {
    let mut value = std::mem::MaybeUninit::<T>::uninit();
    // SAFETY: the function fills the whole struct, whose size is set.
    unsafe {
        assert_eq!(palabra_struct_init(value.as_mut_ptr().cast(), size_of::<T>() as u32), 0);
        value.assume_init()
    }
}

/// A client with this key, as a number that threads may share.
pub fn client(server: &Devserver, key: &CStr) -> usize {
    client_of([format!("http://{}", server.address), server.tts_url(), server.translation_url()], key)
}

/// As [`client`], of a server with all services at one address: what follows "http" and "ws".
pub fn client_at(address: &str, key: &CStr) -> usize {
    client_of(["http", "ws", "ws"].map(|scheme| format!("{scheme}{address}")), key)
}

fn client_of(addresses: [String; 3], key: &CStr) -> usize {
    let [api, tts, translation] = addresses.map(|address| CString::new(address).unwrap());
    let mut config: palabra_client_config = prepared();
    config.flags = PALABRA_CLIENT_IGNORE_ENVIRONMENT;
    config.credentials.api_key = key.as_ptr();
    // What is given up is given up because its call was ended.
    config.connect_timeout_ms = 600_000;
    (config.api_url, config.tts_url, config.translation_url) =
        (api.as_ptr(), tts.as_ptr(), translation.as_ptr());
    let mut client = null_mut();
    // SAFETY: a prepared struct; the texts outlive the call.
    assert_eq!(unsafe { palabra_client_new(&config, &mut client, null_mut()) }, PALABRA_OK);
    client.addr()
}

pub fn handle<T>(number: usize) -> *mut T {
    std::ptr::without_provenance_mut(number)
}

/// Makes a call on another thread, cancels it, and returns its status and text.
pub fn ended(call: impl FnOnce(*mut palabra_error) -> i32 + Send) -> (i32, String) {
    let mut error: palabra_error = prepared();
    let name = (&raw mut error).expose_provenance();
    let status = thread::scope(|scope| {
        let made = scope.spawn(move || call(std::ptr::with_exposed_provenance_mut(name)));
        while !made.is_finished() && palabra_cancel(handle(name)) == 0 {
            thread::yield_now();
        }
        made.join().unwrap()
    });
    assert_eq!(palabra_cancel(handle(name)), 0, "it is over");
    // SAFETY: the call has returned.
    (status, unsafe { CStr::from_ptr(error.text.as_ptr()) }.to_str().unwrap().to_owned())
}

pub fn is_ended((status, text): (i32, String)) {
    assert_eq!(status, PALABRA_ERR_CLOSED, "{text}");
    assert!(text.ends_with("palabra_cancel() ended the call"), "{text}");
}

#[test]
fn calls_about_an_account_can_be_ended() {
    let server = Devserver::start("superset");
    let slow = client(&server, c"dev~rest_delay_ms=600000");
    // SAFETY: valid handles, prepared structs, NUL-terminated texts.
    unsafe {
        is_ended(ended(|e| palabra_rest_session_list(handle(slow), &mut prepared(), -1, e)));
        is_ended(ended(|e| palabra_client_check(handle(slow), -1, e)));
        is_ended(ended(|e| palabra_voice_list_builtin(handle(slow), &mut prepared(), -1, e)));
        let late = client(&server, c"dev~voice_delay_ms=600000~.late");
        let mut voice: palabra_voice = prepared();
        let kept = (&raw mut voice).expose_provenance();
        is_ended(ended(move |e| {
            let mut config: palabra_voice_config = prepared();
            (config.name, config.language) = (c"My voice".as_ptr(), c"en".as_ptr());
            (config.sample, config.sample_bytes) = (c"RIFF".as_ptr().cast(), 4);
            config.sample_name = c"me.wav".as_ptr();
            palabra_voice_create(handle(late), &config, std::ptr::with_exposed_provenance_mut(kept), -1, e)
        }));
        assert_eq!(palabra_voice_release(&mut voice), PALABRA_OK);
        assert_eq!(palabra_client_free(handle(slow)), PALABRA_OK);
        assert_eq!(palabra_client_free(handle(late)), PALABRA_OK);
    }
    assert_eq!(palabra_cancel(null()), 0);
}

fn commands_that_wait(session: usize) -> i64 {
    let mut stats: palabra_session_stats = prepared();
    // SAFETY: a prepared struct.
    assert_eq!(unsafe { palabra_session_get_stats(handle(session), &mut stats) }, PALABRA_OK);
    stats.commands_queued
}

#[test]
fn a_text_that_is_waited_for_can_be_ended_by_its_call_and_by_its_tag() {
    let server = Devserver::start("superset");
    let client = client(&server, c"dev~no_answer~.h");
    let mut config: palabra_tts_config = prepared();
    config.language = c"en".as_ptr();
    let mut session: *mut palabra_session = null_mut();
    let text = c"Good evening".as_ptr();
    // SAFETY: valid handles, prepared structs, NUL-terminated texts or NULL.
    unsafe {
        assert_eq!(palabra_session_open_tts(handle(client), &config, &mut session, null_mut()), PALABRA_OK);
        let number = session.addr();
        let say = move |tag, e| {
            let (text, mut audio) = (c"Good evening".as_ptr(), prepared::<palabra_audio>());
            palabra_session_synthesize(handle(number), text, 0, null(), tag, &mut audio, -1, e)
        };
        thread::scope(|scope| {
            let other = scope.spawn(|| say(3, null_mut()));
            // It waits: what begins after the close finds no session.
            while server.received("text") == 0 {
                thread::yield_now();
            }
            is_ended(ended(|e| say(1, e)));
            let called = scope.spawn(|| say(2, null_mut()));
            // The text may not be there yet. One cancel at a time, because commands that wait are limited.
            while !called.is_finished() {
                if commands_that_wait(number) == 0 {
                    assert_eq!(palabra_session_cancel_tagged(handle(number), 2), PALABRA_OK);
                }
                thread::yield_now();
            }
            assert_eq!(called.join().unwrap(), PALABRA_ERR_CLOSED);
            assert!(!other.is_finished(), "another tag");
            assert_eq!(palabra_session_close(handle(number), 0), PALABRA_OK);
            assert_eq!(other.join().unwrap(), PALABRA_ERR_CLOSED);
        });
        let (mut audio, mut voice) = (prepared::<palabra_audio>(), std::mem::zeroed::<palabra_tts_voice>());
        let (a, e) = (&raw mut audio, null_mut());
        let gone = palabra_session_synthesize(session, text, 0, null(), 0, a, 0, e);
        assert_eq!(
            (gone, palabra_session_cancel_tagged(session, 1)),
            (PALABRA_ERR_BAD_HANDLE, PALABRA_ERR_BAD_HANDLE)
        );
        assert_eq!(palabra_session_open_tts(handle(client), &config, &mut session, null_mut()), PALABRA_OK);
        for (text, flags, speed, status) in [
            (null(), 0, 100, PALABRA_ERR_INVALID_ARGUMENT),
            (c"".as_ptr(), 0, 100, PALABRA_ERR_INVALID_ARGUMENT),
            (text, 4, 100, PALABRA_ERR_UNSUPPORTED),
            (text, 0, 1001, PALABRA_ERR_INVALID_ARGUMENT),
            (text, PALABRA_TEXT_RESET_CONTEXT, 100, PALABRA_ERR_TIMEOUT),
        ] {
            voice.speed_percent = speed;
            assert_eq!(palabra_session_synthesize(session, text, flags, &voice, 0, a, 0, e), status);
        }
        assert_eq!(palabra_session_cancel_tagged(session, 0), PALABRA_ERR_INVALID_ARGUMENT);
        assert_eq!(palabra_session_close(session, 0), PALABRA_OK);
        assert_eq!(palabra_client_free(handle(client)), PALABRA_OK);
    }
}

/// A folder that is removed at the end of the test.
pub struct Folder(PathBuf);

impl Folder {
    pub fn new(name: &str) -> Folder {
        let path = std::env::temp_dir().join(format!("palabra-cancel-{}-{name}", std::process::id()));
        std::fs::create_dir_all(&path).unwrap();
        Folder(path)
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }

    pub fn at(&self, name: &str) -> CString {
        CString::new(self.path(name).into_os_string().into_encoded_bytes()).unwrap()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

pub fn to_spanish() -> palabra_translation_config {
    let mut config: palabra_translation_config = prepared();
    (config.source_language, config.target_languages) = (c"en".as_ptr(), c"es".as_ptr());
    config.flags = PALABRA_SESSION_JSON;
    config.end_silence_ms = 1000;
    config
}

/// A square wave of one second, followed by a second of silence.
pub fn write_speech(path: &std::path::Path) {
    let wave = (0..RATE).map(|n| if n / 60 % 2 == 0 { 8000 } else { -8000 });
    let samples: Vec<i16> = wave.chain(std::iter::repeat_n(0, RATE)).collect();
    wav::write(path, Format { sample_rate: RATE as u32, channels: 1 }, &samples).unwrap();
}

#[test]
fn a_file_can_be_ended_while_it_is_sent_and_while_it_is_waited_for() {
    let (server, folder) = (Devserver::start("superset"), Folder::new("ended"));
    let client = client(&server, c"dev");
    write_speech(&folder.0.join("in.wav"));
    let translate = |input: &CString, e| {
        let (mut options, input) = (prepared::<palabra_file_options>(), input.as_ptr());
        options.pace_percent = 10;
        // SAFETY: valid handles, prepared structs, NUL-terminated texts or NULL.
        unsafe {
            palabra_translate_file(handle(client), &to_spanish(), input, null(), &options, null_mut(), -1, e)
        }
    };
    is_ended(ended(|e| translate(&folder.at("in.wav"), e)));
    #[cfg(unix)]
    {
        nix::unistd::mkfifo(folder.at("pipe.wav").as_c_str(), nix::sys::stat::Mode::S_IRWXU).unwrap();
        is_ended(ended(|e| translate(&folder.at("pipe.wav"), e)));
    }
    assert_eq!(palabra_client_free(handle(client)), PALABRA_OK);
}

/// As many calls as a program may have under way, none of which is answered: when all are ended, nothing is held back
/// for them, and the next one is answered.
#[test]
fn calls_that_were_ended_hold_nothing_back() {
    let server = Devserver::start("superset");
    let (slow, quick) = (client(&server, c"dev~rest_delay_ms=600000"), client(&server, c"dev"));
    thread::scope(|scope| {
        let calls: Vec<_> = (0..64)
            .map(|_| {
                // SAFETY: a valid handle and a prepared struct.
                scope.spawn(|| ended(|e| unsafe { palabra_client_check(handle(slow), -1, e) }))
            })
            .collect();
        calls.into_iter().for_each(|call| is_ended(call.join().unwrap()));
    });
    // SAFETY: a valid handle, no struct.
    assert_eq!(unsafe { palabra_client_check(handle(quick), -1, null_mut()) }, PALABRA_OK);
    for client in [slow, quick] {
        assert_eq!(palabra_client_free(handle(client)), PALABRA_OK);
    }
}

/// A pipe that nobody writes to.
#[test]
#[cfg(unix)]
fn reading_a_sample_or_a_csv_can_be_ended_and_has_a_limit() {
    let (server, folder) = (Devserver::start("superset"), Folder::new("sample"));
    let client = client(&server, c"dev");
    let pipe = folder.at("pipe.wav");
    nix::unistd::mkfifo(pipe.as_c_str(), nix::sys::stat::Mode::S_IRWXU).unwrap();
    let create = |timeout_ms, e| {
        let (mut config, path) = (prepared::<palabra_voice_config>(), pipe.as_ptr());
        (config.name, config.language, config.sample_path) = (c"My voice".as_ptr(), c"en".as_ptr(), path);
        // SAFETY: a valid handle, prepared structs, NUL-terminated texts.
        unsafe { palabra_voice_create(handle(client), &config, &mut prepared(), timeout_ms, e) }
    };
    is_ended(ended(|e| create(-1, e)));
    assert_eq!(create(1, null_mut()), PALABRA_ERR_TIMEOUT);
    is_ended(ended(|e| {
        let mut config: palabra_glossary_config = prepared();
        (config.name, config.source_language) = (c"Animals".as_ptr(), c"en".as_ptr());
        (config.target_language, config.csv_path) = (c"es".as_ptr(), pipe.as_ptr());
        config.kind = PALABRA_GLOSSARY_TRANSLATION;
        // SAFETY: as above.
        unsafe { palabra_glossary_create(handle(client), &config, &mut prepared(), -1, e) }
    }));
    assert_eq!(palabra_client_free(handle(client)), PALABRA_OK);
}

/// A pipe that nobody writes to, and a session that does not become ready.
#[test]
#[cfg(unix)]
fn sending_a_file_can_be_ended_wherever_it_waits() {
    let (server, folder) = (Devserver::start("superset"), Folder::new("sending"));
    write_speech(&folder.0.join("in.wav"));
    nix::unistd::mkfifo(folder.at("pipe.wav").as_c_str(), nix::sys::stat::Mode::S_IRWXU).unwrap();
    for (key, file) in [(c"dev", "pipe.wav"), (c"dev~upgrade_delay_ms=600000", "in.wav")] {
        let client = client(&server, key);
        let mut session = null_mut();
        let path = folder.at(file);
        // SAFETY: valid handles, prepared structs, NUL-terminated texts or NULL.
        unsafe {
            let opened =
                palabra_session_open_translation(handle(client), &to_spanish(), &mut session, null_mut());
            assert_eq!(opened, PALABRA_OK);
            let number = session.addr();
            is_ended(ended(|e| palabra_session_send_file(handle(number), path.as_ptr(), 0, -1, e)));
            assert_eq!(palabra_session_close(session, 0), PALABRA_OK);
        }
        assert_eq!(palabra_client_free(handle(client)), PALABRA_OK);
    }
}

#[derive(Default)]
struct Seen {
    phrases: Vec<u64>,
    ids: Vec<String>,
    messages: Vec<String>,
}

unsafe extern "C" fn note(progress: *const palabra_progress, seen: *mut std::ffi::c_void) -> i32 {
    // SAFETY: the library guarantees a valid `progress`; `seen` is the pointer that the test passed.
    unsafe {
        let (progress, seen) = (&*progress, &mut *seen.cast::<Seen>());
        let text = |text: *const c_char| CStr::from_ptr(text).to_str().unwrap().to_owned();
        if progress.transcripts > 0 {
            seen.phrases.push(progress.phrase);
            seen.ids.push(text(progress.id));
            seen.messages.push(text(progress.json));
        }
    }
    0
}

#[test]
fn speech_is_kept_in_memory_until_the_result_is_released() {
    let (server, folder) = (Devserver::start("superset"), Folder::new("kept"));
    let client = client(&server, c"dev");
    write_speech(&folder.0.join("in.wav"));
    let (input, output) = (folder.at("in.wav"), folder.at("out.wav"));
    let (mut options, mut seen) = (prepared::<palabra_file_options>(), Seen::default());
    (options.pace_percent, options.flags) = (300, PALABRA_FILE_AUDIO | PALABRA_FILE_NO_FOLLOW);
    options.progress = Some(note);
    options.user_data = (&raw mut seen).cast();
    let config = to_spanish();
    // SAFETY: valid handles, prepared structs, NUL-terminated texts or NULL; the outputs live as long as the result.
    unsafe {
        let mut outputs = [std::mem::zeroed::<palabra_file_output>(); 2];
        let mut result: palabra_file_result = prepared();
        (result.outputs, result.output_capacity) = (outputs.as_mut_ptr(), 2);
        let mut translate = |options: &palabra_file_options| {
            let (input, output, e) = (input.as_ptr(), output.as_ptr(), null_mut());
            palabra_translate_file(handle(client), &config, input, output, options, &mut result, -1, e)
        };
        assert_eq!(translate(&palabra_file_options { flags: 4, ..options }), PALABRA_ERR_UNSUPPORTED);
        assert_eq!(translate(&options), PALABRA_OK);
        assert_eq!((result.output_count, outputs[0].sample_rate, outputs[0].channels), (1, 24_000, 1));
        let kept = std::slice::from_raw_parts(outputs[0].pcm, outputs[0].frames as usize);
        assert_eq!(kept, wav::read(&folder.0.join("out.wav")).unwrap().pcm);
        assert!(kept.len() > RATE / 2);
        let mut copy = result;
        assert_eq!(palabra_file_result_release(&mut result), PALABRA_OK);
        assert_eq!(palabra_file_result_release(&mut result), PALABRA_OK);
        assert_eq!(palabra_file_result_release(&mut copy), PALABRA_ERR_BAD_HANDLE);
        assert_eq!(palabra_file_result_release(null_mut()), PALABRA_OK);
        assert!(result.outputs.is_null() && result.payload.is_null());
    }
    assert!(seen.phrases.contains(&1) && seen.ids.iter().all(|id| !id.is_empty()), "{:?}", seen.phrases);
    assert!(seen.messages.iter().all(|json| json.contains("transcription")), "{:?}", seen.messages);
    #[cfg(unix)]
    {
        let (target, link) = (folder.0.join("target"), folder.0.join("link.wav"));
        std::fs::write(&target, "precious").unwrap();
        std::os::unix::fs::symlink(&target, &link).unwrap();
        let (mut error, output) = (prepared::<palabra_error>(), folder.at("link.wav"));
        // SAFETY: as above.
        let status = unsafe {
            let (input, output) = (input.as_ptr(), output.as_ptr());
            palabra_translate_file(
                handle(client),
                &config,
                input,
                output,
                &options,
                null_mut(),
                -1,
                &mut error,
            )
        };
        assert_eq!((status, error.os_error), (PALABRA_ERR_IO, libc::ELOOP));
        assert_eq!(std::fs::read(&target).unwrap(), b"precious");
    }
    assert_eq!(palabra_client_free(handle(client)), PALABRA_OK);
}
