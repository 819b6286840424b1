//! The language codes of each product, as words of one text.

/// Source languages (protocol.md 11), including older lists.
pub const SPOKEN: &str = "ar hy eu be bn bg yue ca zh hr cs da nl en et fil fi fr gl de el he hi hu id ga it ja kk ko lv lt \
    mk ms mt mr mn no fa pl pt ro ru sr sk sl es sw sv ta th tr uk ur ug vi cy ba eo ia auto";
/// Target languages (protocol.md 11), including hidden ones and those of a newer client.
pub const TARGETS: &str = "ar ar-sa ar-ae hy az be bs bg ca zh-hans zh-hant hr cs da nl en en-gb en-us et fil fi fr fr-ca gl \
    de el he hi hu is id it ja kk ko lv lt mk ms no pl pt pt-br ro ru sr sk sl es es-ar es-ch es-co es-la es-mx sw sv \
    ta th tr uk ur vi cy zh en-au en-ca yue en-zh en-gpt en-orpheus fr-orpheus de-orpheus ko-orpheus zh-orpheus";
/// Languages of speech-to-text (protocol.md 9.2).
pub const TRANSCRIBED: &str = "auto ar zh nl en fr de hi it ja ko pt ru es";
/// Languages of text-to-speech, including the older list and those that Home Assistant is told (protocol.md 8.4).
pub const VOICED: &str = "en en-us en-gb de es fr it nl pt ru cs es-eu es-la fi fr-eu fr-ca hi id ko pl pt-eu pt-la ro sk \
    sv tr ar ja zh";

pub fn has(list: &str, code: &str) -> bool {
    list.split_whitespace().any(|known| known == code)
}
