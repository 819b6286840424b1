//! Maps a language and a voice id of the service to a voice of espeak-ng.

use super::languages::base;

/// Variants that sound different. Which one an unknown voice id gets depends only on the id.
const VARIANTS: [&str; 8] = ["m3", "f2", "m7", "f4", "m1", "f5", "m4", "f1"];
/// Codes of the service that espeak-ng names otherwise.
const NAMES: [(&str, &str); 14] = [
    ("en", "en-us"),
    ("es-la", "es-419"),
    ("es-mx", "es-419"),
    ("es-ar", "es-419"),
    ("es-co", "es-419"),
    ("es-ch", "es-419"),
    ("es-eu", "es"),
    ("fr", "fr-fr"),
    ("fr-ca", "fr-fr"),
    ("fr-eu", "fr-fr"),
    ("no", "nb"),
    ("pt-eu", "pt"),
    ("pt-la", "pt-br"),
    ("zh", "cmn"),
];

/// The name of a voice: its language, and a variant unless it is the plain one.
pub fn name(code: &str, voice_id: &str, installed: Option<&[String]>) -> String {
    let language = language(code, installed).unwrap_or_else(|| base(code).to_owned());
    match voice_id {
        "" | "default_low" => language,
        "default_high" => format!("{language}+f3"),
        other => format!("{language}+{}", VARIANTS[sum(other) % VARIANTS.len()]),
    }
}

/// Returns espeak-ng's name of a language, if it has it. Without a list every language is assumed to exist.
pub fn language(code: &str, installed: Option<&[String]>) -> Option<String> {
    let renamed = NAMES.iter().find(|(ours, _)| *ours == code).map(|(_, theirs)| *theirs);
    let base = base(code);
    let of_base = NAMES.iter().find(|(ours, _)| *ours == base).map(|(_, theirs)| *theirs);
    let candidates = [renamed, Some(code), of_base, Some(base)];
    let has = |name: &&str| installed.is_none_or(|list| list.iter().any(|known| known == name));
    candidates.into_iter().flatten().find(has).map(str::to_owned)
}

fn sum(text: &str) -> usize {
    text.bytes().fold(7usize, |sum, byte| sum.wrapping_mul(31).wrapping_add(byte.into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn languages_are_named_as_espeak_names_them() {
        let installed = ["es", "es-419", "ca", "en-us"].map(str::to_owned);
        for (code, name) in
            [("es", "es"), ("es-mx", "es-419"), ("ca", "ca"), ("en", "en-us"), ("en-au", "en-us")]
        {
            assert_eq!(language(code, Some(&installed)).as_deref(), Some(name), "{code}");
        }
        assert_eq!(language("ja", Some(&installed)), None);
        assert_eq!(language("ja", None).as_deref(), Some("ja"));
    }

    #[test]
    fn each_voice_id_keeps_its_sound() {
        assert_eq!(
            (name("es", "default_low", None), name("es", "default_high", None)),
            ("es".into(), "es+f3".into())
        );
        assert_eq!(name("es", "my-voice", None), name("es", "my-voice", None));
        assert!(name("es", "my-voice", None).starts_with("es+"));
        let heard: std::collections::HashSet<_> =
            (0..20).map(|n| name("es", &format!("v{n}"), None)).collect();
        assert!(heard.len() > 3);
    }
}
