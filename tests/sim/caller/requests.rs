//! Calls of the account, which wait for the service.

use std::path::Path;
use std::ptr::{null, null_mut};
use std::sync::{Arc, Mutex, PoisonError};

use palabra::ffi::account::glossaries::*;
use palabra::ffi::account::rest_sessions::*;
use palabra::ffi::account::voices::*;
use palabra::ffi::client::palabra_client_check;
use palabra::ffi::file::palabra_translate_file;
use palabra::ffi::types::account::*;
use palabra::ffi::types::client::palabra_client;
use tokio::time::Instant;

use super::open::{self, Place, Texts};
use super::sound;
use super::talk::prepared;
use crate::scenario::{Plan, Product, Request};
use crate::tone::Mouth;
use crate::world::World;

/// A call that has returned.
#[derive(Clone, Copy, Debug)]
pub struct Asked {
    pub request: Request,
    pub timeout_ms: i32,
    /// The client had its credentials, or had been given them.
    pub has_credentials: bool,
    pub at_us: u64,
    pub took_us: u64,
    pub status: i32,
}

impl Asked {
    /// A session of its own is open between two moments, or was closed a moment before.
    pub fn has_session_between(&self, from: u64, to: u64) -> bool {
        let over = self.at_us + self.took_us + CLOSING_US;
        self.request == Request::TranslateFile && self.at_us <= to && over >= from
    }
}

/// A closing handshake takes as long at most.
const CLOSING_US: u64 = 3_000_000;

#[derive(Clone, Default)]
pub struct Requests(Arc<Mutex<Vec<Asked>>>);

impl Requests {
    pub fn all(&self) -> Vec<Asked> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// A handle may be used on any thread.
#[derive(Clone, Copy)]
pub struct Client(pub Place);

// SAFETY: as above.
unsafe impl Send for Client {}

pub async fn ask(world: Arc<World>, client: Client, request: Request, timeout_ms: i32, requests: Requests) {
    if request == Request::TranslateFile {
        let mut mouth = Mouth::new(16_000).beginning_at(FILE_NUMBERS);
        mouth.speak(2000);
        world.disk.give(Path::new(INPUT), sound::wav(16_000, &mouth.sound));
    }
    let (begun, has_credentials) = (Instant::now(), client.0.has_credentials);
    let status = world.call(move || call(client, request, timeout_ms)).await;
    let took_us = begun.elapsed().as_micros() as u64;
    world.trace.note(world.now_us(), "caller", &[status as u64, took_us], || {
        format!("{request:?} within {timeout_ms} ms: {status} after {} ms", took_us / 1000)
    });
    let at_us = world.now_us() - took_us;
    let asked = Asked { request, timeout_ms, has_credentials, at_us, took_us, status };
    requests.0.lock().unwrap_or_else(PoisonError::into_inner).push(asked);
}

/// Where the numbers of the file begin: no session has them.
const FILE_NUMBERS: u64 = 32_700;
const INPUT: &str = "/recordings/asked.wav";

fn call(Client(place): Client, request: Request, timeout_ms: i32) -> i32 {
    let client = place.client;
    // SAFETY: a handle, prepared structs, and texts that outlive the call. What is returned is released.
    unsafe {
        match request {
            Request::Check => palabra_client_check(client, timeout_ms, null_mut()),
            Request::Voices => {
                let mut list: palabra_voices = prepared();
                let status =
                    palabra_voice_list(client, null(), null(), &raw mut list, timeout_ms, null_mut());
                palabra_voices_release(&raw mut list);
                status
            }
            Request::BuiltinVoices => {
                let mut list: palabra_voices = prepared();
                let status = palabra_voice_list_builtin(client, &raw mut list, timeout_ms, null_mut());
                palabra_voices_release(&raw mut list);
                status
            }
            Request::Glossaries => {
                let mut list: palabra_glossaries = prepared();
                let status = palabra_glossary_list(client, &raw mut list, timeout_ms, null_mut());
                palabra_glossaries_release(&raw mut list);
                status
            }
            Request::Glossary => glossary(client, timeout_ms),
            Request::RestSession => rest_session(client, timeout_ms),
            Request::TranslateFile => translate_file(place, timeout_ms),
        }
    }
}

/// Creates a glossary, reads it and deletes it.
///
/// # Safety
/// None beyond the handle.
unsafe fn glossary(client: *mut palabra_client, timeout_ms: i32) -> i32 {
    let mut config: palabra_glossary_config = prepared();
    config.kind = PALABRA_GLOSSARY_TRANSLATION;
    config.name = c"terms".as_ptr();
    config.source_language = c"en".as_ptr();
    config.target_language = c"es".as_ptr();
    config.csv = c"one,uno\ntwo,dos\n".as_ptr();
    let (mut glossary, mut csv) = (prepared::<palabra_glossary>(), prepared::<palabra_glossary_csv>());
    // SAFETY: prepared structs and static texts; the id lives until it is released.
    unsafe {
        let mut status =
            palabra_glossary_create(client, &raw const config, &raw mut glossary, timeout_ms, null_mut());
        if status == 0 {
            let id = glossary.id;
            status = palabra_glossary_download(client, id, &raw mut csv, timeout_ms, null_mut());
            palabra_glossary_csv_release(&raw mut csv);
            let deleted = palabra_glossary_delete(client, id, timeout_ms, null_mut());
            status = status.min(deleted);
        }
        palabra_glossary_release(&raw mut glossary);
        status
    }
}

/// Translates a file into another.
///
/// # Safety
/// None beyond the handle.
unsafe fn translate_file(place: Place, timeout_ms: i32) -> i32 {
    let (mut texts, plan) = (Texts::default(), Plan::new(Product::Translation));
    let place = Place { queue: null_mut(), tag: 0, ..place };
    let config = open::translation(&plan, place, &mut texts);
    let (input, output) = (texts.keep(INPUT), texts.keep("/recordings/asked_{lang}.wav"));
    // SAFETY: a handle, a prepared config, and texts that outlive the call.
    unsafe {
        let (options, result) = (null(), null_mut());
        palabra_translate_file(
            place.client,
            &raw const config,
            input,
            output,
            options,
            result,
            timeout_ms,
            null_mut(),
        )
    }
}

/// Creates a REST session, prolongs it and deletes it.
///
/// # Safety
/// None beyond the handle.
unsafe fn rest_session(client: *mut palabra_client, timeout_ms: i32) -> i32 {
    let mut session: palabra_rest_session = prepared();
    // SAFETY: a prepared struct, whose id lives until it is released.
    unsafe {
        let mut status = palabra_rest_session_create(client, &raw mut session, timeout_ms, null_mut());
        if status == 0 {
            let prolonged = palabra_rest_session_set_ttl(client, session.id, 60_000, timeout_ms, null_mut());
            let deleted = palabra_rest_session_delete(client, session.id, timeout_ms, null_mut());
            status = prolonged.min(deleted);
        }
        palabra_rest_session_release(&raw mut session);
        status
    }
}
