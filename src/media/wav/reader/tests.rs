//! WAV files as they exist in practice: read as other programs read them, or refused with a name.

use super::super::samples::{ALAW, EXTENSIBLE, FLOAT, MULAW, PCM};
use super::super::scratch;
use super::*;

/// The parts of a file, combined wrongly where a test needs it.
struct Made {
    magic: [u8; 4],
    riff: Option<u32>,
    /// Before "fmt ".
    first: Vec<u8>,
    code: u16,
    channels: u16,
    bits: u16,
    block: Option<u16>,
    extra: Vec<u8>,
    said: Option<u32>,
    data: Vec<u8>,
    behind: Vec<u8>,
}

impl Default for Made {
    /// 1000 samples of a quarter of full scale.
    fn default() -> Made {
        Made {
            magic: *b"RIFF",
            riff: None,
            first: Vec::new(),
            code: PCM,
            channels: 1,
            bits: 16,
            block: None,
            extra: Vec::new(),
            said: None,
            data: 8192i16.to_le_bytes().repeat(1000),
            behind: Vec::new(),
        }
    }
}

fn chunk(name: &[u8; 4], body: &[u8]) -> Vec<u8> {
    let pad: &[u8] = if body.len() % 2 == 1 { &[0] } else { &[] };
    [name, &(body.len() as u32).to_le_bytes()[..], body, pad].concat()
}

impl Made {
    fn bytes(&self) -> Vec<u8> {
        let block = self.block.unwrap_or(self.channels * self.bits.div_ceil(8));
        let mut format = [self.code.to_le_bytes(), self.channels.to_le_bytes()].concat();
        format.extend([16_000u32.to_le_bytes(), 32_000u32.to_le_bytes()].concat());
        format.extend([block.to_le_bytes(), self.bits.to_le_bytes()].concat());
        format.extend(&self.extra);
        let said = self.said.unwrap_or(self.data.len() as u32);
        let mut body = [b"WAVE".to_vec(), self.first.clone(), chunk(b"fmt ", &format)].concat();
        body.extend([b"data", &said.to_le_bytes()[..], &self.data, &self.behind].concat());
        let riff = self.riff.unwrap_or(body.len() as u32);
        [&self.magic, &riff.to_le_bytes()[..], &body].concat()
    }

    fn open(&self, name: &str) -> Result<Reader> {
        open_bytes(name, &self.bytes())
    }

    /// Every encoding, with values that must sound the same.
    fn decoded(&self, name: &str) -> Vec<f32> {
        let mut reader = self.open(name).unwrap();
        let frames = reader.frames();
        let samples = drained(&mut reader);
        assert_eq!(samples.len() as u64, frames * u64::from(self.channels), "{name}");
        samples
    }
}

fn open_bytes(name: &str, bytes: &[u8]) -> Result<Reader> {
    let path = scratch(name);
    std::fs::write(&path, bytes).unwrap();
    let reader = Reader::open(&path, &Patience::ENDLESS);
    std::fs::remove_file(&path).unwrap();
    reader
}

fn drained(reader: &mut Reader) -> Vec<f32> {
    let (mut all, mut bytes) = (Vec::new(), Vec::new());
    while reader.read(77, &mut bytes).unwrap() {
        let mut samples = vec![9.0; bytes.len() / reader.encoding().sample_bytes()];
        reader.encoding().decode(&bytes, &mut samples);
        all.extend(samples);
    }
    assert!(bytes.is_empty());
    all
}

fn extension(valid: u16, code: u16) -> Vec<u8> {
    let usual = [0, 0, 0, 0, 0x10, 0, 0x80, 0, 0, 0xaa, 0, 0x38, 0x9b, 0x71];
    let head = [22u16.to_le_bytes(), valid.to_le_bytes(), [4, 0], [0, 0], code.to_le_bytes()].concat();
    [head, usual.to_vec()].concat()
}

fn long_sizes(data: u64) -> Vec<u8> {
    chunk(b"ds64", &[(data + 100).to_le_bytes(), data.to_le_bytes(), 0u64.to_le_bytes()].concat())
}

#[test]
fn every_kind_of_samples() {
    let quarter = |bytes: &[u8]| bytes.repeat(1000);
    for (name, made) in [
        ("u8", Made { bits: 8, data: quarter(&[160]), ..Made::default() }),
        ("s12", Made { bits: 12, block: Some(2), ..Made::default() }),
        ("s16", Made::default()),
        ("s20", Made { bits: 20, block: Some(3), data: quarter(&[0, 0, 0x20]), ..Made::default() }),
        ("s24", Made { bits: 24, data: quarter(&[0, 0, 0x20]), ..Made::default() }),
        ("s32", Made { bits: 32, data: quarter(&[0, 0, 0, 0x20]), ..Made::default() }),
        ("no block", Made { block: Some(0), ..Made::default() }),
        ("f32", Made { code: FLOAT, bits: 32, data: quarter(&0.25f32.to_le_bytes()), ..Made::default() }),
        ("f64", Made { code: FLOAT, bits: 64, data: quarter(&0.25f64.to_le_bytes()), ..Made::default() }),
        ("16x", Made { code: EXTENSIBLE, extra: extension(16, PCM), ..Made::default() }),
        (
            "24 of 32",
            Made {
                code: EXTENSIBLE,
                bits: 32,
                extra: extension(24, PCM),
                data: quarter(&[0, 0, 0, 0x20]),
                ..Made::default()
            },
        ),
        (
            "f32x",
            Made {
                code: EXTENSIBLE,
                bits: 32,
                extra: extension(32, FLOAT),
                data: quarter(&0.25f32.to_le_bytes()),
                ..Made::default()
            },
        ),
    ] {
        assert_eq!(made.decoded(name), [0.25; 1000], "{name}");
    }
    // Telephone bytes by the tables of ITU-T G.711: all ones in mu-law are silence.
    let mulaw = Made { code: MULAW, bits: 8, extra: vec![0, 0], data: vec![0xff, 0x80], ..Made::default() };
    assert_eq!(mulaw.decoded("mulaw"), [0.0, 32_124.0 / 32_768.0]);
    let alaw = Made { code: ALAW, bits: 8, extra: vec![0, 0], data: vec![0xd5, 0x55], ..Made::default() };
    assert_eq!(alaw.decoded("alaw"), [8.0 / 32_768.0, -8.0 / 32_768.0]);
}

#[test]
fn lengths_as_programs_leave_them() {
    let unknown = Some(u32::MAX);
    // What follows the audio is loud and must not be heard.
    let behind = chunk(b"LIST", &[0x7f; 4000]);
    let long = |magic: &[u8; 4], data: u64, said| Made {
        magic: *magic,
        riff: unknown,
        first: long_sizes(data),
        said,
        ..Made::default()
    };
    for (name, made) in [
        ("behind", Made { behind: behind.clone(), ..Made::default() }),
        ("odd list before", Made { first: chunk(b"LIST", b"INFOx"), ..Made::default() }),
        ("odd list unpadded", Made { first: b"LIST\x05\0\0\0INFOx".to_vec(), ..Made::default() }),
        ("killed, sizes 0", Made { riff: Some(0), said: Some(0), ..Made::default() }),
        ("killed, size of an empty file", Made { riff: Some(36), said: Some(0), ..Made::default() }),
        ("killed, streamed", Made { riff: unknown, said: Some(0), ..Made::default() }),
        ("streamed", Made { riff: unknown, said: unknown, ..Made::default() }),
        ("sox", Made { riff: Some(0x7fff_f024), said: Some(0x7fff_f000), ..Made::default() }),
        ("long, said twice", long(b"RF64", 2000, Some(2000))),
        ("long", long(b"RF64", 2000, unknown)),
        ("long and killed", long(b"RF64", 0, unknown)),
        ("RF64", Made { behind: behind.clone(), ..long(b"RF64", 2000, unknown) }),
        ("BW64", Made { behind: behind.clone(), ..long(b"BW64", 2000, unknown) }),
    ] {
        assert_eq!(made.decoded(name), [0.25; 1000], "{name}");
    }
    let honest = Made { data: Vec::new(), behind: behind.clone(), ..Made::default() };
    assert!(honest.decoded("empty, other chunks").is_empty());
    let cut =
        Made { channels: 2, data: vec![1, 0, 2, 0, 3, 0, 4, 0, 5], said: Some(1000), ..Made::default() };
    assert_eq!(cut.decoded("cut off").len(), 4, "whole frames");
}

#[test]
fn what_is_not_read_is_refused_by_name() {
    let refused = |name: &str, made: &Made| {
        let error = made.open(name).err().unwrap_or_else(|| panic!("{name} was taken"));
        assert_eq!(error.status, Status::Unsupported, "{name}");
        error.text
    };
    for (code, bits, block, name) in [
        (0x0002, 4, 256, "Microsoft ADPCM (WAVE format 0x0002)"),
        (0x0011, 4, 256, "IMA ADPCM (WAVE format 0x0011)"),
        (0x0031, 0, 65, "GSM 6.10 (WAVE format 0x0031)"),
        (0x0055, 0, 1, "MP3 (WAVE format 0x0055)"),
        (0x028F, 8, 1, "G.722 (WAVE format 0x028F)"),
        (0x7777, 8, 1, "unknown codec (WAVE format 0x7777)"),
        // Nothing says in which of the four bytes the three stand.
        (PCM, 24, 4, "integers of 24 bits in 4 bytes"),
        (PCM, 16, 4, "integers of 16 bits in 4 bytes"),
        (PCM, 64, 8, "integers of 64 bits"),
        (PCM, 0, 0, "integers of 0 bits"),
        (FLOAT, 16, 2, "floats of 16 bits"),
        (MULAW, 16, 2, "WAVE format 0x0007"),
        (EXTENSIBLE, 16, 2, "an extensible format that names no other"),
    ] {
        let made = Made { code, bits, block: Some(block), ..Made::default() };
        let text = refused("codec", &made);
        assert!(text.contains(name), "{text}");
    }
    let own = Made { code: EXTENSIBLE, extra: extension(16, 0x0055), ..Made::default() };
    assert!(refused("own", &own).contains("MP3"));
    let mut extra = extension(16, PCM);
    extra[20] ^= 1;
    assert!(refused("guid", &Made { code: EXTENSIBLE, extra, ..Made::default() }).contains("0xFFFE"));
    let two = Made { behind: chunk(b"data", &[0; 100]), ..Made::default() };
    assert!(refused("two", &two).contains("more than one piece"));
}

#[test]
fn other_files_say_what_they_are() {
    for (start, kind) in [
        (b"RIFX\0\0\0\0WAVEfmt ".as_slice(), "RIFX"),
        (b"FORM\0\0\0\0AIFFCOMM", "AIFF"),
        (b".snd\0\0\0\0\0\0\0\0", "AU"),
        (b"ID3\x03\0\0\0\0\0\0\0\0", "ID3"),
        (b"\xff\xfb\x90\0\0\0\0\0\0\0\0\0", "MP3"),
        (b"RIFF\0\0\0\0AVI LIST", "RIFF"),
        (b"plain text that is long enough", "is no WAV file"),
        (&[0xff; 100], "other.wav is no WAV file"),
        (b"", "ends before"),
        (b"RIFF", "ends before"),
        (b"RIFF\0\0\0\0WAVE", "ends before"),
        (b"RIFF\0\0\0\0WAVEfmt \x10\0\0\0", "ends before"),
        (b"RIFF\0\0\0\0WAVEdata\0\0\0\0", "before its format"),
        (b"RIFF\0\0\0\0WAVEfmt \x0e\0\0\0\0\0\0\0\0\0\0\0", "incomplete"),
        // A chunk that claims to be longer than the file.
        (b"RIFF\0\0\0\0WAVEjunk\xff\xff\xff\xff", "ends before"),
    ] {
        let error = open_bytes("other", start).err().unwrap();
        assert_eq!(error.status, Status::Io, "{kind}");
        assert!(error.text.contains(kind), "{}", error.text);
    }
    let missing = Reader::open(&scratch("missing"), &Patience::ENDLESS).err().unwrap();
    assert_eq!(missing.status, Status::Io);
}

/// However a file is cut or damaged, it is read to some end or refused.
#[test]
fn spoiled_files_have_an_end() {
    let whole = Made { first: long_sizes(60), magic: *b"RF64", data: vec![7; 60], ..Made::default() }.bytes();
    for place in 0..whole.len() {
        for spoiled in [whole[..place].to_vec(), {
            let mut bytes = whole.clone();
            bytes[place] ^= 0xff;
            bytes
        }] {
            if let Ok(mut reader) = open_bytes("spoiled", &spoiled) {
                assert!(drained(&mut reader).len() < 1000);
            }
        }
    }
}

#[cfg(unix)]
mod pipes {
    use std::io::Write;

    use tokio::time::Instant;

    use super::*;

    fn fifo(name: &str) -> PathBuf {
        let path = scratch(name);
        let _ = std::fs::remove_file(&path);
        nix::unistd::mkfifo(&path, nix::sys::stat::Mode::S_IRWXU).unwrap();
        path
    }

    #[test]
    fn one_without_a_writer_is_waited_for_as_long_as_is_wanted() {
        let path = fifo("nobody");
        let over = Patience { deadline: Some(Instant::now()), ..Patience::ENDLESS };
        assert_eq!(Reader::open(&path, &over).err().unwrap().status, Status::Timeout);
        let asked = std::cell::Cell::new(0);
        let give_up = || {
            asked.set(asked.get() + 1);
            if asked.get() < 3 { Ok(()) } else { Err(Status::Closed.into()) }
        };
        let closed = Patience { deadline: None, go_on: &give_up };
        assert_eq!(Reader::open(&path, &closed).err().unwrap().status, Status::Closed);
        std::fs::remove_file(&path).unwrap();
    }

    /// In blocks of any size, with pauses: what is there is returned, the rest comes later.
    #[test]
    fn what_somebody_writes_is_read_as_from_the_disk() {
        for (said, behind) in [(None, 100), (Some(u32::MAX), 0), (Some(0), 0)] {
            let path = fifo("written");
            let made =
                Made { said, riff: said, behind: chunk(b"LIST", &vec![0x7f; behind]), ..Made::default() };
            let made = if behind == 0 { Made { behind: Vec::new(), ..made } } else { made };
            let bytes = made.bytes();
            let writer = std::thread::spawn({
                let path = path.clone();
                move || {
                    let mut pipe = std::fs::OpenOptions::new().write(true).open(path).unwrap();
                    for piece in bytes.chunks(37) {
                        // The reader has read enough and is gone.
                        let _ = pipe.write_all(piece);
                        std::thread::yield_now();
                    }
                }
            });
            let mut reader = Reader::open(&path, &Patience::ENDLESS).unwrap();
            let (mut all, mut block) = (Vec::new(), Vec::new());
            while reader.read(100, &mut block).unwrap() {
                if block.is_empty() {
                    reader.wait(Duration::from_millis(10));
                }
                all.extend_from_slice(&block);
            }
            assert_eq!(all, 8192i16.to_le_bytes().repeat(1000), "{said:?}");
            drop(reader);
            writer.join().unwrap();
            std::fs::remove_file(&path).unwrap();
        }
    }
}
