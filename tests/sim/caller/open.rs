//! Clients and sessions as their plans want them.

use std::ffi::{CStr, CString, c_char};
use std::ptr::{null, null_mut};

use palabra::ffi::client::{palabra_client_new, palabra_client_set_credentials};
use palabra::ffi::stt::palabra_session_open_stt;
use palabra::ffi::translation::{palabra_session_open_translation, palabra_translation_build_task};
use palabra::ffi::tts::palabra_session_open_tts;
use palabra::ffi::types::audio::{palabra_audio_format, palabra_input_options};
use palabra::ffi::types::base::palabra_error;
use palabra::ffi::types::client::{
    PALABRA_CLIENT_ASK_CREDENTIALS, PALABRA_CLIENT_IGNORE_ENVIRONMENT, palabra_client, palabra_client_config,
    palabra_credentials,
};
use palabra::ffi::types::playout::{PALABRA_OUTPUT_BOTH, PALABRA_OUTPUT_PLAYOUT, palabra_output_options};
use palabra::ffi::types::queue::palabra_queue;
use palabra::ffi::types::session::{
    palabra_limits, palabra_session, palabra_stream_address, palabra_timeouts,
};
use palabra::ffi::types::stt::palabra_stt_config;
use palabra::ffi::types::translation::palabra_translation_config;
use palabra::ffi::types::tts::palabra_tts_config;

use super::talk::prepared;
use crate::scenario::{Format, Generation, Options, Plan, Product, Program};
use crate::tls;

const HOST: &str = "palabra.sim";
/// What no text that leaves the library may hold.
pub const SECRETS: &[&str] = &["dev-key", "dev-secret", "dev-token"];

/// Where a session's events go, and what they are marked with.
#[derive(Clone, Copy)]
pub struct Place {
    pub client: *mut palabra_client,
    pub queue: *mut palabra_queue,
    pub tag: u64,
    pub generation: Generation,
    pub has_tls: bool,
    /// It has its credentials, or was given them.
    pub has_credentials: bool,
}

/// Texts that live as long as a call.
#[derive(Default)]
pub struct Texts(Vec<CString>);

impl Texts {
    pub fn keep(&mut self, text: &str) -> *const c_char {
        self.0.push(CString::new(text).expect("no NUL"));
        self.0.last().map_or(null(), |text| text.as_ptr())
    }

    pub fn some(&mut self, text: Option<&str>) -> *const c_char {
        text.map_or(null(), |text| self.keep(text))
    }
}

pub fn words(error: &palabra_error) -> String {
    // SAFETY: the text of a filled error ends in a NUL.
    unsafe { CStr::from_ptr(error.text.as_ptr()) }.to_string_lossy().into_owned()
}

/// `http` or `ws`, or its secure form.
fn url(scheme: &str, has_tls: bool, path: &str) -> String {
    format!("{scheme}{}://{HOST}{path}", if has_tls { "s" } else { "" })
}

fn stream(product: Product, has_tls: bool) -> String {
    let path = match product {
        Product::Translation => "/streaming-api/{random_hash}/v1/speech-to-speech/stream",
        Product::TextToSpeech => "/tts-api/v1/text-to-speech/stream",
        Product::SpeechToText => "/asr/v1/speech-to-text/stream",
    };
    url("ws", has_tls, path)
}

fn credentials(generation: Generation, faults: &str, texts: &mut Texts) -> palabra_credentials {
    // SAFETY: numbers and texts, of which 0 and NULL are the default.
    let mut credentials: palabra_credentials = unsafe { std::mem::zeroed() };
    // A part with a dot is no fault.
    let named = |name: &str| if faults.is_empty() { name.into() } else { format!("dev~{faults}~.{name}") };
    match generation {
        Generation::First => {
            credentials.client_id = texts.keep(&named("dev-id"));
            credentials.client_secret = texts.keep("dev-secret");
        }
        Generation::Second => credentials.api_key = texts.keep(&named("dev-key")),
        Generation::Address => {}
    }
    credentials
}

pub fn set_credentials(client: *mut palabra_client, generation: Generation) -> i32 {
    let mut texts = Texts::default();
    let credentials = credentials(generation, "", &mut texts);
    // SAFETY: a handle, a struct, and texts that outlive the call.
    unsafe { palabra_client_set_credentials(client, &raw const credentials, null_mut()) }
}

pub fn client(program: &Program, has_tls: bool, has_proxy: bool) -> *mut palabra_client {
    let mut texts = Texts::default();
    let mut config: palabra_client_config = prepared();
    config.flags = PALABRA_CLIENT_IGNORE_ENVIRONMENT;
    config.api_url = texts.keep(&url("http", has_tls, ""));
    config.ca_pem = texts.keep(tls::AUTHORITY);
    if has_proxy {
        config.proxy_url = texts.keep("http://proxy.sim:3128");
    }
    // The machine has none.
    config.system_ca_file = texts.keep("/nowhere/certificates.pem");
    if program.asks_credentials.is_some() {
        config.flags |= PALABRA_CLIENT_ASK_CREDENTIALS;
    } else {
        config.credentials = credentials(program.generation, &program.faults, &mut texts);
    }
    match program.generation {
        Generation::First | Generation::Address => {}
        Generation::Second => {
            config.translation_url = texts.keep(&stream(Product::Translation, has_tls));
            config.tts_url = texts.keep(&stream(Product::TextToSpeech, has_tls));
            config.stt_url = texts.keep(&stream(Product::SpeechToText, has_tls));
        }
    }
    let mut error: palabra_error = prepared();
    let mut client = null_mut();
    // SAFETY: prepared structs and texts that outlive the call.
    let status = unsafe { palabra_client_new(&raw const config, &raw mut client, &raw mut error) };
    assert_eq!(status, 0, "{}", words(&error));
    client
}

/// Opens a session. Returns its handle, or the status and the words of a refusal.
pub fn session(plan: &Plan, place: Place) -> Result<*mut palabra_session, (i32, String)> {
    let (mut session, mut error, mut texts) = (null_mut(), prepared::<palabra_error>(), Texts::default());
    let (into, why) = (&raw mut session, &raw mut error);
    // SAFETY: prepared structs and texts that outlive the call.
    let status = unsafe {
        match plan.product {
            Product::Translation => {
                let config = translation(plan, place, &mut texts);
                palabra_session_open_translation(place.client, &raw const config, into, why)
            }
            Product::TextToSpeech => {
                let config = text_to_speech(plan, place, &mut texts);
                palabra_session_open_tts(place.client, &raw const config, into, why)
            }
            Product::SpeechToText => {
                let config = speech_to_text(plan, place, &mut texts);
                palabra_session_open_stt(place.client, &raw const config, into, why)
            }
        }
    };
    if status == 0 { Ok(session) } else { Err((status, words(&error))) }
}

/// The task of a plan with other targets.
pub fn task(plan: &Plan, targets: &str) -> CString {
    let mut texts = Texts::default();
    let nowhere = Place {
        client: null_mut(),
        queue: null_mut(),
        tag: 0,
        generation: Generation::Second,
        has_tls: false,
        has_credentials: true,
    };
    let mut config = translation(plan, nowhere, &mut texts);
    config.target_languages = texts.keep(targets);
    let mut buffer = vec![0_u8; 1 << 16];
    // SAFETY: a config with texts that outlive the call, and a buffer of this size.
    let length = unsafe {
        let into = buffer.as_mut_ptr().cast();
        palabra_translation_build_task(&raw const config, into, buffer.len() as i32, null_mut())
    };
    buffer.truncate(usize::try_from(length).expect("a task"));
    CString::new(buffer).expect("no NUL")
}

pub fn translation(plan: &Plan, place: Place, texts: &mut Texts) -> palabra_translation_config {
    let options = &plan.options;
    let mut config: palabra_translation_config = prepared();
    config.flags = options.flags;
    config.session_tag = place.tag;
    config.queue = place.queue;
    config.stream = address(plan, place, texts);
    config.source_language = texts.keep(options.source.unwrap_or("en"));
    config.target_languages = texts.keep(plan.targets());
    config.wire_sample_rate = options.wire_rate;
    config.end_silence_ms = options.end_silence_ms;
    config.input = input(plan);
    config.output = output(plan);
    config.command_pace.task_interval_ms = options.task_interval_ms;
    config.command_pace.pause_interval_ms = options.pause_interval_ms;
    config.command_pace.speak_per_minute = options.speak_per_minute;
    config.limits = limits(options);
    config.timeouts = timeouts(options);
    config
}

fn text_to_speech(plan: &Plan, place: Place, texts: &mut Texts) -> palabra_tts_config {
    let options = &plan.options;
    let mut config: palabra_tts_config = prepared();
    config.flags = options.flags;
    config.session_tag = place.tag;
    config.queue = place.queue;
    config.stream = address(plan, place, texts);
    config.language = texts.keep(options.source.unwrap_or("en"));
    config.format = options.speech_format;
    config.sample_rate = options.speech_rate;
    config.texts_per_second = options.texts_per_second;
    config.output = output(plan);
    config.limits = limits(options);
    config.timeouts = timeouts(options);
    config
}

fn speech_to_text(plan: &Plan, place: Place, texts: &mut Texts) -> palabra_stt_config {
    let options = &plan.options;
    let mut config: palabra_stt_config = prepared();
    config.flags = options.flags;
    config.session_tag = place.tag;
    config.queue = place.queue;
    config.stream = address(plan, place, texts);
    config.language = texts.some(options.source);
    config.target_languages = texts.some(options.targets);
    config.finalization = options.finalization;
    config.format = options.stt_format;
    config.finalize_timeout_ms = options.finalize_timeout_ms;
    config.input = input(plan);
    config.limits = limits(options);
    config.timeouts = timeouts(options);
    config
}

fn address(plan: &Plan, place: Place, texts: &mut Texts) -> palabra_stream_address {
    let mut address = palabra_stream_address { url: null(), token: null(), reserved: [0; 4] };
    if place.generation == Generation::Address {
        let url = stream(plan.product, place.has_tls).replace("{random_hash}/", "");
        let host = if plan.host == 0 { HOST.to_owned() } else { format!("s{}.{HOST}", plan.host) };
        address.url = texts.keep(&url.replace(HOST, &host));
        address.token = texts.keep("dev-token");
    }
    address
}

pub fn format(format: Format) -> palabra_audio_format {
    palabra_audio_format {
        encoding: format.encoding,
        sample_rate: format.rate,
        channels: format.channels,
        channel: format.channel,
        reserved: [0; 4],
    }
}

fn input(plan: &Plan) -> palabra_input_options {
    let options = &plan.options;
    // SAFETY: numbers, of which 0 is the default.
    let mut input: palabra_input_options = unsafe { std::mem::zeroed() };
    // Encoded audio says itself what it is.
    if options.stt_format == 0 {
        input.format = format(plan.format);
    }
    input.buffer_ms = options.buffer_ms;
    input.chunk_ms = options.chunk_ms;
    input.gap.policy = options.gap;
    input.gap.after_ms = options.gap_after_ms;
    input
}

fn output(plan: &Plan) -> palabra_output_options {
    // SAFETY: numbers, of which 0 is the default.
    let mut output: palabra_output_options = unsafe { std::mem::zeroed() };
    if let Some(reader) = &plan.reader {
        output.mode = if reader.has_events { PALABRA_OUTPUT_BOTH } else { PALABRA_OUTPUT_PLAYOUT };
        output.format = format(reader.format);
        output.prime_ms = reader.prime_ms;
        output.buffer_ms = reader.buffer_ms;
        output.target_ms = reader.target_ms;
        output.original.gain_percent = reader.original_percent;
    }
    output
}

fn limits(options: &Options) -> palabra_limits {
    palabra_limits {
        event_bytes: options.event_bytes,
        event_count: options.event_count,
        command_count: options.command_count,
        message_bytes: options.message_bytes,
        reserved: [0; 3],
    }
}

fn timeouts(options: &Options) -> palabra_timeouts {
    palabra_timeouts {
        connect_ms: options.connect_ms,
        ready_ms: options.ready_ms,
        end_ms: options.end_ms,
        liveness_ms: options.liveness_ms,
        reserved: [0; 4],
    }
}
