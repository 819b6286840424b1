//! The settings of a stream, which are query parameters of its address (protocol.md 9.1).

use super::Container;
use crate::audio::format::WireFormat;
use crate::audio::samples::Encoding;
use crate::text::percent_encode;
use crate::wire::list::split_list;

/// The rate that the service assumes for 16-bit samples unless one is given.
const USUAL_RATE: u32 = 16_000;

/// When texts become final.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Finalization {
    /// After a pause in speech.
    Auto,
    /// When `finalize` requests it.
    Manual,
}

/// `None`: the service's default.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    /// Samples otherwise.
    pub container: Option<Container>,
    pub language: Option<String>,
    /// Comma-separated.
    pub translate_languages: Option<String>,
    pub filler_filter: Option<bool>,
    pub finalization: Option<Finalization>,
    pub finalization_timeout_s: Option<u32>,
}

impl Settings {
    /// All parameters except the token, in the order of the official clients. Commas of a list are not escaped.
    pub fn query(&self, audio: WireFormat) -> String {
        let name = self.container.map_or_else(|| format_name(audio.encoding), Container::name);
        let mut query = format!("format={name}");
        let mut add = |name: &str, value: &str| {
            query.push_str(&format!("&{name}={value}"));
        };
        let is_usual = audio.encoding == Encoding::S16 && audio.sample_rate == USUAL_RATE;
        if self.container.is_none() && !is_usual {
            add("sample_rate", &audio.sample_rate.to_string());
        }
        if let Some(language) = &self.language {
            add("language", &percent_encode(language));
        }
        let targets: Vec<String> = self.targets().iter().map(|code| percent_encode(code)).collect();
        if !targets.is_empty() {
            add("translate_languages", &targets.join(","));
        }
        if let Some(is_on) = self.filler_filter {
            add("enable_filler_filter", if is_on { "true" } else { "false" });
        }
        match self.finalization {
            Some(Finalization::Auto) => add("finalization_mode", "auto"),
            Some(Finalization::Manual) => add("finalization_mode", "manual"),
            None => {}
        }
        if let Some(seconds) = self.finalization_timeout_s {
            add("finalization_timeout", &seconds.to_string());
        }
        query
    }

    pub fn targets(&self) -> Vec<String> {
        self.translate_languages.as_deref().map(split_list).unwrap_or_default()
    }
}

fn format_name(encoding: Encoding) -> &'static str {
    match encoding {
        // Bytes have a container, whose name is said instead.
        Encoding::S16 | Encoding::Opaque => "pcm_s16le",
        Encoding::F32 => "pcm_f32le",
        Encoding::MuLaw => "mulaw",
        Encoding::ALaw => "alaw",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn audio(encoding: Encoding, sample_rate: u32) -> WireFormat {
        WireFormat { encoding, sample_rate, channels: 1 }
    }

    #[test]
    fn only_what_is_given_is_said() {
        let query = |encoding, rate| Settings::default().query(audio(encoding, rate));
        assert_eq!(query(Encoding::S16, 16_000), "format=pcm_s16le");
        assert_eq!(query(Encoding::S16, 8000), "format=pcm_s16le&sample_rate=8000");
        assert_eq!(query(Encoding::F32, 16_000), "format=pcm_f32le&sample_rate=16000");
        assert_eq!(query(Encoding::MuLaw, 8000), "format=mulaw&sample_rate=8000");
        assert_eq!(query(Encoding::ALaw, 16_000), "format=alaw&sample_rate=16000");
    }

    #[test]
    fn a_container_has_its_own_rate() {
        use Container::*;
        let opaque = audio(Encoding::Opaque, 32_000);
        let query = |container| Settings { container: Some(container), ..Settings::default() }.query(opaque);
        assert_eq!(
            [Webm, Ogg, Mp3, Aac, Flac, Wav].map(query),
            ["webm", "ogg", "mp3", "aac", "flac", "wav"].map(|name| format!("format={name}"))
        );
    }

    #[test]
    fn everything_in_its_order_and_escaped() {
        let settings = Settings {
            container: None,
            language: Some("en&x=1".into()),
            translate_languages: Some(" es, fr-ca ,a b".into()),
            filler_filter: Some(false),
            finalization: Some(Finalization::Manual),
            finalization_timeout_s: Some(30),
        };
        assert_eq!(
            settings.query(audio(Encoding::S16, 48_000)),
            "format=pcm_s16le&sample_rate=48000&language=en%26x%3D1&translate_languages=es,fr-ca,a%20b\
             &enable_filler_filter=false&finalization_mode=manual&finalization_timeout=30"
        );
        let auto = Settings {
            filler_filter: Some(true),
            finalization: Some(Finalization::Auto),
            ..Settings::default()
        };
        assert_eq!(
            auto.query(audio(Encoding::S16, 16_000)),
            "format=pcm_s16le&enable_filler_filter=true&finalization_mode=auto"
        );
    }

    #[test]
    fn a_list_of_nothing_is_no_list() {
        let settings = Settings { translate_languages: Some(" , ".into()), ..Settings::default() };
        assert_eq!(settings.query(audio(Encoding::S16, 16_000)), "format=pcm_s16le");
    }
}
