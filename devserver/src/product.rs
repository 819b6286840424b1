//! The three products, and the addresses of their WebSockets.

/// Product of a WebSocket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Product {
    Translation,
    SpeechToText,
    TextToSpeech,
}

impl Product {
    /// Returns the product at this path (protocol.md 4.1; the older address of text-to-speech included).
    pub fn of_path(path: &str) -> Option<Product> {
        match path {
            "/asr/v1/speech-to-text/stream" => Some(Product::SpeechToText),
            "/tts-api/v1/text-to-speech/stream" | "/v1/text-to-speech/stream" => Some(Product::TextToSpeech),
            _ => is_translation_path(path).then_some(Product::Translation),
        }
    }

    pub fn named(name: &str) -> Option<Product> {
        [Product::Translation, Product::SpeechToText, Product::TextToSpeech]
            .into_iter()
            .find(|p| p.name() == name)
    }

    pub fn name(self) -> &'static str {
        match self {
            Product::Translation => "translation",
            Product::SpeechToText => "stt",
            Product::TextToSpeech => "tts",
        }
    }
}

/// `/streaming-api/[<any segment>/]v1/speech-to-speech/stream` (protocol.md 14, row 5).
fn is_translation_path(path: &str) -> bool {
    let Some(rest) = path.strip_prefix("/streaming-api/") else {
        return false;
    };
    let segment = rest.strip_suffix("v1/speech-to-speech/stream");
    segment.is_some_and(|s| s.is_empty() || (s.ends_with('/') && s.matches('/').count() == 1 && s.len() > 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_product_has_its_paths() {
        for (path, product) in [
            ("/asr/v1/speech-to-text/stream", Some(Product::SpeechToText)),
            ("/tts-api/v1/text-to-speech/stream", Some(Product::TextToSpeech)),
            ("/v1/text-to-speech/stream", Some(Product::TextToSpeech)),
            ("/streaming-api/0a/v1/speech-to-speech/stream", Some(Product::Translation)),
            ("/asr/v1/speech-to-text", None),
        ] {
            assert_eq!(Product::of_path(path), product, "{path}");
        }
    }

    #[test]
    fn the_segment_in_the_path_is_optional() {
        for path in ["", "0a1b2c3d/", "x/"].map(|s| format!("/streaming-api/{s}v1/speech-to-speech/stream")) {
            assert!(is_translation_path(&path), "{path}");
        }
        for path in ["/", "a/b/", "a"].map(|s| format!("/streaming-api/{s}v1/speech-to-speech/stream")) {
            assert!(!is_translation_path(&path), "{path}");
        }
        assert!(!is_translation_path("/v1/speech-to-speech/stream"));
    }
}
