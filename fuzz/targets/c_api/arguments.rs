//! The arguments of one call.

use super::api::{Field, Function, Struct};
use super::memory::put;
use super::state::{Program, progress, woken};
use super::values::*;

/// Bytes of the widest frame: eight channels of four bytes.
const FRAME_BYTES: usize = 32;

pub struct Call {
    pub arguments: Vec<usize>,
    /// Structs that were passed, by the index of their parameter.
    pub structs: Vec<(usize, String)>,
}

/// A length that belongs to a buffer of the same call.
struct Lengths {
    frames: i64,
    channels: i64,
}

fn word(number: i64) -> usize {
    number as usize
}

impl Call {
    pub fn prepare(program: &mut Program<'_>, function: &Function) -> Call {
        let mut call = Call { arguments: Vec::new(), structs: Vec::new() };
        let frames = program.bytes.one_of(FRAMES);
        let lengths = Lengths { frames, channels: program.bytes.one_of(&[1, 2, 8, 16, 0, -1]) };
        for param in &function.params {
            let pointed = param.kind.trim_start_matches("const ").trim_end_matches('*').trim_end();
            let value = match program.api.structs.get(pointed) {
                Some(of) if param.kind.ends_with('*') => {
                    call.structs.push((call.arguments.len(), pointed.to_owned()));
                    let is_input = param.kind.starts_with("const ") && pointed != "palabra_error";
                    program.pointer_to(pointed, of, is_input, function.name.ends_with("_release"))
                }
                _ => program.plain(&function.name, &param.name, &param.kind, &lengths),
            };
            call.arguments.push(value);
        }
        call
    }
}

impl Program<'_> {
    fn plain(&mut self, function: &str, name: &str, kind: &str, lengths: &Lengths) -> usize {
        let bytes = |frames: i64, width: usize| usize::try_from(frames).unwrap_or(0) * width;
        match (kind, name) {
            (
                "palabra_session *" | "palabra_queue *" | "palabra_client *" | "palabra_call *"
                | "palabra_leg *",
                _,
            ) => self.handle(kind.trim_end_matches(" *")),
            (
                "palabra_session **" | "palabra_queue **" | "palabra_client **" | "palabra_call **"
                | "palabra_leg **" | "void **" | "palabra_status *",
                _,
            ) => {
                if self.rarely() {
                    0
                } else {
                    self.memory.zeros(8)
                }
            }
            ("palabra_wakeup_callback", _) => {
                if self.bytes.flag() {
                    0
                } else {
                    woken as *const () as usize
                }
            }
            ("const char *", _) => self.text_for(name),
            ("void *", "object") => self.memory.zeros(4400),
            ("const int16_t *", _) => {
                let frames = bytes(lengths.frames, 2 * lengths.channels.max(0) as usize);
                if self.rarely() { 0 } else { self.memory.zeros(frames) }
            }
            ("const void *" | "void *" | "char *", "audio" | "input" | "output" | "data" | "buffer") => {
                let width = if matches!(name, "data" | "buffer") { 1 } else { FRAME_BYTES };
                if self.rarely() { 0 } else { self.memory.zeros(bytes(lengths.frames, width)) }
            }
            (_, "frames" | "input_frames" | "output_frames" | "size" | "capacity")
                if !function.ends_with("_skip") =>
            {
                word(lengths.frames)
            }
            (_, "channels") => word(lengths.channels),
            (_, "timeout_ms") => {
                let may_be_wrong =
                    matches!(function, "palabra_session_close" | "palabra_call_close" | "palabra_shutdown");
                word(if may_be_wrong && self.rarely() { -1 } else { self.bytes.one_of(WAITS_MS) })
            }
            (_, "struct_size") => self.bytes.below(4400),
            (_, "flags") => word(self.flags()),
            ("void *", _) => 0,
            _ => word(self.number()),
        }
    }

    pub fn rarely(&mut self) -> bool {
        self.bytes.byte() % 32 == 31
    }

    fn number(&mut self) -> i64 {
        self.bytes.one_of(NUMBERS)
    }

    fn flags(&mut self) -> i64 {
        match self.bytes.byte() {
            0..=99 => 0,
            n @ 100..=199 => 1 << (n % 8),
            n => i64::from(n) * 0x0101_0101,
        }
    }

    /// An open handle, a closed one, one of another kind, one that was changed, or none.
    fn handle(&mut self, kind: &str) -> usize {
        let place = self.pools.iter().position(|pool| pool.kind == kind).expect("a kind of handle");
        let choice = self.bytes.byte();
        let pool = match choice % 32 {
            31 => return 0,
            30 => return word(self.number()),
            29 => &self.pools[(place + 1) % 3].open,
            28 => &self.pools[place].closed,
            _ => &self.pools[place].open,
        };
        let handle = if pool.is_empty() { 0 } else { pool[usize::from(choice / 32) % pool.len()] };
        if choice % 32 == 27 { handle ^ 1 << (self.bytes.byte() % 64) } else { handle }
    }

    fn text_for(&mut self, name: &str) -> usize {
        if self.rarely() {
            return 0;
        }
        let text = match name.rsplit('.').next().unwrap_or_default() {
            "path" | "input_path" | "sample_path" | "csv_path" | "ca_file" | "ca_dir" | "output_pattern" => {
                let file = folder().join(self.bytes.one_of(FILES));
                return self.memory.text(file.as_os_str().as_encoded_bytes());
            }
            "proxy_url" => PROXY,
            "url" | "api_url" | "translation_url" | "tts_url" | "stt_url" => self.bytes.one_of(URLS),
            "csv" => self.bytes.one_of(CSV),
            json if json.ends_with("_json") => self.bytes.one_of(JSON),
            _ => self.bytes.one_of(TEXTS),
        };
        self.memory.text(text)
    }

    fn pointer_to(&mut self, name: &str, of: &Struct, is_input: bool, is_release: bool) -> usize {
        if is_release && !self.rarely() {
            let mine = self.held.iter().position(|(kind, _)| kind == name);
            return mine.map_or(0, |place| self.held.swap_remove(place).1);
        }
        if name != "palabra_client_config" && self.rarely() {
            return 0;
        }
        let size = match self.bytes.byte() {
            63 if of.is_sized => 4 + self.bytes.below(4400),
            _ => of.size,
        };
        let address = self.memory.zeros(size.max(of.size));
        if of.is_sized {
            put(address, 0, &(size as u32).to_ne_bytes());
        }
        if is_input {
            self.fill(name, of, address);
        } else if is_release {
            // A payload that is none.
            let forged = self.handle("palabra_session");
            self.set(of, address, "payload", forged);
        }
        address
    }

    pub fn set(&mut self, of: &Struct, address: usize, name: &str, value: usize) {
        let field = of.fields.iter().find(|field| field.name == name).expect("a field");
        put(address, field.offset, &value.to_ne_bytes()[..self.width(field)]);
    }

    fn width(&self, field: &Field) -> usize {
        if matches!(field.kind.as_str(), "int32_t" | "uint32_t") || self.api.enums.contains(&field.kind) {
            4
        } else {
            8
        }
    }

    /// What is needed for success, and some fields with anything.
    fn fill(&mut self, name: &str, of: &Struct, address: usize) {
        self.fill_usual(name, of, address);
        for _ in 0..self.bytes.below(4) {
            let field = &of.fields[self.bytes.below(of.fields.len())];
            let value = self.field(field);
            if let Some(value) = value {
                put(address, field.offset, &value.to_ne_bytes()[..self.width(field)]);
            }
        }
        if name == "palabra_client_config" {
            // The environment is not asked, and everything goes to a proxy that nobody is.
            let flags = 1 | self.flags();
            self.set(of, address, "flags", word(flags));
            let proxy = self.memory.text(PROXY);
            self.set(of, address, "proxy_url", proxy);
            self.set(of, address, "no_proxy", 0);
        }
    }

    fn fill_usual(&mut self, name: &str, of: &Struct, address: usize) {
        let mut texts: Vec<(&str, &[u8])> = match name {
            "palabra_client_config" => vec![("api_url", URLS[1]), ("tts_url", URLS[0]), ("stt_url", URLS[0])],
            "palabra_translation_config" => vec![("source_language", b"en"), ("target_languages", b"es")],
            "palabra_tts_config" | "palabra_leg_config" => vec![("language", b"en")],
            "palabra_voice_config" => vec![("name", b"A name"), ("language", b"en")],
            "palabra_glossary_config" => vec![("name", b"n"), ("source_language", b"en"), ("csv", CSV[0])],
            _ => Vec::new(),
        };
        if name == "palabra_client_config" {
            texts.extend(match self.bytes.below(4) {
                0 => vec![("credentials.client_id", &b"id"[..]), ("credentials.client_secret", b"a secret")],
                1 => Vec::new(),
                _ => vec![("credentials.api_key", &b"an api key"[..]), ("translation_url", URLS[0])],
            });
        }
        for (field, text) in texts {
            let text = self.memory.text(text);
            self.set(of, address, field, text);
        }
    }

    fn field(&mut self, field: &Field) -> Option<usize> {
        let name = field.name.rsplit('.').next().unwrap_or_default();
        Some(match (field.kind.as_str(), name) {
            (_, "struct_size" | "entry_count" | "sample_bytes" | "user_data" | "payload") => return None,
            ("palabra_queue *", _) => self.handle("palabra_queue"),
            ("palabra_progress_callback", _) => progress as *const () as usize,
            ("const char *", _) => self.text_for(&field.name),
            (kind, _) if kind.ends_with('*') => return None,
            (_, "flags") => word(self.flags()),
            (_, "buffer_ms" | "chunk_ms" | "prime_ms") => word(self.bytes.one_of(LENGTHS_MS)),
            _ => word(self.number()),
        })
    }
}
