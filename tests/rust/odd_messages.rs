//! Servers that quote secrets in every field, and servers with invalid JSON.

use std::net::TcpListener;
use std::sync::Arc;
use std::thread;

use palabra::client::secret::Secret;
use palabra::client::{Client, ClientOptions};
use palabra::event::{Event, EventKind};
use palabra::products::stt::options::SttOptions;
use palabra::products::translation::options::TranslationOptions;
use palabra::products::tts::options::TtsOptions;
use palabra::session::Session;
use palabra::session::handle::options::SessionOptions;
use palabra::session::handle::options::StreamAddress;
use tokio_tungstenite::tungstenite::protocol::CloseFrame;
use tokio_tungstenite::tungstenite::{self, Message};

use crate::support::{Talk, client, spanish};

const TOKEN: &str = "quoted-t0ken.a+b/c=d";

#[derive(Clone, Copy, Debug, PartialEq)]
enum Product {
    Translation,
    TextToSpeech,
    SpeechToText,
}

const PRODUCTS: [Product; 3] = [Product::Translation, Product::TextToSpeech, Product::SpeechToText];

/// The messages that the server sends after the first message, or after the upgrade without one; then it closes.
fn server(product: Product, said: Vec<Message>, reason: String) -> StreamAddress {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let ws_url = format!("ws://{}/", listener.local_addr().unwrap());
    thread::spawn(move || {
        let (tcp, _) = listener.accept().unwrap();
        let mut socket = tungstenite::accept(tcp).unwrap();
        if product != Product::SpeechToText {
            let _ = socket.read();
        }
        for message in said {
            let _ = socket.send(message);
        }
        let _ = socket.close(Some(CloseFrame { code: 4000.into(), reason: reason.into() }));
        while socket.read().is_ok() {}
    });
    StreamAddress { ws_url, token: Secret::new(TOKEN) }
}

fn talk(product: Product, said: Vec<Message>, reason: &str) -> Talk {
    let client: Arc<Client> = client(ClientOptions::default());
    let stream = Some(server(product, said, reason.to_owned()));
    let mut talk = match product {
        Product::Translation => Talk::open(
            &client,
            TranslationOptions {
                session: SessionOptions { stream, dialect_v2: true, ..SessionOptions::default() },
                ..spanish()
            },
        ),
        Product::TextToSpeech => Talk::open_tts(
            &client,
            TtsOptions {
                language: "en".into(),
                session: SessionOptions { stream, ..SessionOptions::default() },
                ..TtsOptions::default()
            },
        ),
        Product::SpeechToText => {
            let options = SttOptions {
                session: SessionOptions { stream, ..SessionOptions::default() },
                ..SttOptions::default()
            };
            Talk { session: Session::open_stt(client, options, None).unwrap(), events: Vec::new() }
        }
    };
    talk.until_closed();
    talk
}

const READY: &str = r#"{"message_type":"task_status","data":
    {"command":"set_task","event":"started","task_status":"running"}}"#;

/// The messages of a product with `word` in every field that can hold a text.
fn quoting(product: Product, word: &str) -> Vec<Message> {
    let complaints = ["warning", "error"].map(|kind| {
        format!(r#"{{"message_type":"{kind}","data":{{"code":"{word}","desc":"see {word}","generation_id":"{word}"}}}}"#)
    });
    let mystery = format!(r#"{{"message_type":"mystery","data":{{"{word}":"{word}"}}}}"#);
    let own = match product {
        Product::Translation => vec![
            READY.to_owned(),
            format!(
                r#"{{"message_type":"validated_transcription","data":{{"transcription":
                {{"text":"said {word}","transcription_id":"{word}","language":"{word}"}}}}}}"#
            ),
            format!(
                r#"{{"message_type":"output_audio_data","data":
                {{"data":"AQA=","transcription_id":"{word}","language":"{word}"}}}}"#
            ),
            format!(
                r#"{{"message_type":"task_status","data":
                {{"command":"{word}","event":"{word}","task_status":"{word}","transcription_id":"{word}"}}}}"#
            ),
            format!(r#"{{"message_type":"current_task","data":{{"a":"{word}"}}}}"#),
        ],
        Product::TextToSpeech => vec![format!(
            r#"{{"message_type":"audio_chunk","data":{{"audio":"AQA=","generation_id":"{word}"}}}}"#
        )],
        Product::SpeechToText => vec![format!(
            r#"{{"message_type":"transcription","transcription_id":"{word}","language":"{word}","is_eos":true,
            "segment":{{"text":"said {word}"}}}}"#
        )],
    };
    own.into_iter().chain(complaints).chain([mystery]).map(Message::text).collect()
}

fn texts(event: &Event) -> [&str; 5] {
    let texts = &event.texts;
    [texts.text(), texts.language(), texts.id(), texts.service_code(), texts.json()]
}

#[test]
fn a_token_that_the_server_quotes_is_in_no_field_of_any_event() {
    let units: String = TOKEN.bytes().map(|byte| format!("\\u{byte:04x}")).collect();
    let percent: String = TOKEN.bytes().map(|byte| format!("%{byte:02X}")).collect();
    let forms = [
        TOKEN.to_owned(),
        TOKEN.replace('-', "\\u002d").replace('/', "\\/"),
        units.replace('\\', "\\\\"),
        units,
        percent,
        base64_simd::STANDARD.encode_to_string(format!("id:{TOKEN}")),
    ];
    for product in PRODUCTS {
        for form in &forms {
            let talk = talk(product, quoting(product, form), &format!("bye {TOKEN}"));
            let error = talk.session.last_error().unwrap();
            let of_error = [error.text.as_str(), &error.service_code];
            let seen: Vec<&str> = talk.events.iter().flat_map(texts).chain(of_error).collect();
            let told = seen.iter().filter(|text| text.contains("***")).count();
            // A chunk of an unknown generation is not delivered.
            let least = if product == Product::TextToSpeech { 6 } else { 8 };
            assert!(told >= least, "{product:?} {form}: {seen:?}");
            for text in seen {
                // The last form is base64, of which a part may adjoin the token.
                let inside = &form[form.len() / 4..form.len() * 3 / 4];
                assert!(!text.contains("t0ken") && !text.contains(inside), "{product:?} {form}: {text}");
            }
        }
    }
}

/// Each of these messages once, with the text that must be delivered.
fn odd(product: Product) -> Vec<(String, &'static str)> {
    let said = |fields: &str| match product {
        Product::Translation => {
            format!(r#"{{"message_type":"validated_transcription","data":{{"transcription":{{{fields}}}}}}}"#)
        }
        Product::TextToSpeech => {
            format!(r#"{{"message_type":"warning","data":{{{}}}}}"#, fields.replace("\"text\"", "\"desc\""))
        }
        Product::SpeechToText => {
            format!(r#"{{"message_type":"transcription","is_eos":true,"segment":{{{fields}}}}}"#)
        }
    };
    vec![
        (said(r#""text":"nan","x":[NaN,Infinity,-Infinity]"#), "nan"),
        (said(r#""text":"hi \ud83d there""#), "hi \u{fffd} there"),
        (said(r#""text":"first","text":"second""#), "second"),
        (said(r#""text":"big","x":[1e400,123456789012345678901234567890]"#), "big"),
        (said(r#""text":"a\u0000b""#), "a\u{fffd}b"),
        // A warning becomes one line; speech is unchanged.
        (
            said("\"text\":\"tab\tand\nline\""),
            if product == Product::TextToSpeech { "tab and line" } else { "tab\tand\nline" },
        ),
        (format!("\u{feff}{}", said(r#""text":"mark""#)), "mark"),
        (said(r#""text":17"#), "17"),
    ]
}

#[test]
fn json_that_is_not_strict_is_read_in_every_product() {
    for product in PRODUCTS {
        let (messages, expected): (Vec<_>, Vec<_>) = odd(product).into_iter().unzip();
        let ready = (product == Product::Translation).then(|| READY.to_owned());
        let said = ready.into_iter().chain(messages).map(Message::text).collect();
        let talk = talk(product, said, "");
        let kind = if product == Product::TextToSpeech { EventKind::Warning } else { EventKind::Transcript };
        let read = talk.events.iter().filter(|event| event.kind == kind);
        assert_eq!(read.map(|event| event.texts.text()).collect::<Vec<_>>(), expected, "{product:?}");
    }
}

#[test]
fn nothing_that_the_server_says_vanishes() {
    for product in PRODUCTS {
        let junk = ["", "7", "[1]", "{", "nonsense", "{} {}", r#"{"message_type":"transcription"}"#];
        let ready = (product == Product::Translation).then_some(READY);
        let said = ready.into_iter().chain(junk).map(Message::text);
        let said = said.chain([Message::binary(vec![0xff; 3])]).collect();
        let talk = talk(product, said, "");
        let raw = talk.events.iter().filter(|event| event.kind == EventKind::Raw);
        assert_eq!(raw.map(|event| event.texts.json()).collect::<Vec<_>>(), junk, "{product:?}");
        let told = |event: &&Event| event.texts.service_code() == "UNKNOWN_MESSAGE";
        assert_eq!(talk.events.iter().filter(told).count(), 1, "{product:?}");
    }
}
