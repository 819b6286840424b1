//! How many numbers are read wrongly or not at all, after what the library does to sound.

use palabra::audio::convert::{Converter, InputFormat};
use palabra::audio::format::Format;
use palabra::audio::mix::Selection;
use palabra::audio::samples::Encoding;

use super::{Ear, Heard, Mouth, What};

/// Ten seconds.
const BLOCKS: u32 = 1000;

/// The rates of the caller and of the wire, the encoding, and channels.
const WAYS: &[(u32, u32, Encoding, usize)] = &[
    (16_000, 16_000, Encoding::S16, 1),
    (8_000, 16_000, Encoding::MuLaw, 1),
    (8_000, 16_000, Encoding::ALaw, 1),
    (8_000, 24_000, Encoding::MuLaw, 2),
    (44_100, 24_000, Encoding::S16, 2),
    (48_000, 16_000, Encoding::F32, 1),
    (24_000, 8_000, Encoding::S16, 1),
    (22_050, 16_000, Encoding::S16, 1),
    (192_000, 48_000, Encoding::S16, 1),
];

/// What is wrong with the code.
pub fn check() -> Vec<String> {
    WAYS.iter()
        .filter_map(|&(from, to, encoding, channels)| way(from, to, encoding, channels).err())
        .collect()
}

fn way(from: u32, to: u32, encoding: Encoding, channels: usize) -> Result<(), String> {
    let mut mouth = Mouth::new(from);
    mouth.speak(4000);
    mouth.pause(500);
    mouth.speak(5500);
    let sound = mouth.sound;
    let mut bytes = vec![0; sound.len() * channels * encoding.sample_bytes()];
    encoding.encode(&sound, channels, &mut bytes);
    let input =
        InputFormat { encoding, sample_rate: from, channels: channels as u32, selection: Selection::All };
    let mut wire = Vec::new();
    let mut converter =
        Converter::new(input, Format { sample_rate: to, channels: 1 }).ok_or("no converter")?;
    converter.process(&bytes, &mut wire);
    converter.finish(&mut wire);
    let samples: Vec<i16> = wire.as_chunks::<2>().0.iter().map(|pair| i16::from_le_bytes(*pair)).collect();
    let mut ear = Ear::new(to);
    samples.chunks(777).for_each(|part| ear.listen(part));
    ear.finish();
    judge(&ear.heard).map_err(|why| format!("{from} to {to}, {encoding:?}, {channels} channels: {why}"))
}

/// The edges of speech may be unclear.
fn judge(heard: &[Heard]) -> Result<(), String> {
    let (mut read, mut unclear) = (0, 0);
    let mut next = 0;
    for part in heard {
        match part.what {
            What::Numbers(first) if first < next => return Err(format!("{first} after {next}: {heard:?}")),
            What::Numbers(first) => {
                read += part.blocks;
                next = first + part.blocks;
            }
            What::Silence => {}
            What::Unclear => unclear += part.blocks,
        }
    }
    let total: u32 = heard.iter().map(|part| part.blocks).sum();
    let is_right = read >= BLOCKS - 50 - 4 && unclear <= 4 && total.abs_diff(BLOCKS) <= 1;
    if is_right { Ok(()) } else { Err(format!("{read} read, {unclear} unclear, {total} in all: {heard:?}")) }
}
