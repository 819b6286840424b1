//! The audio inside messages: bytes, optional zlib, base64 (protocol.md 5.3, 7 and 8.2), and possible faults in it.

use std::collections::BTreeMap;
use std::io::Write;

use flate2::Compression;
use flate2::write::ZlibEncoder;

use crate::faults::Faults;

/// How speech is packed.
#[derive(Clone, Copy, Debug, Default)]
pub struct Packing {
    pub zlib: bool,
    odd: bool,
    bad_base64: bool,
    bad_zlib: bool,
    /// The fields of the message stand one level deeper.
    pub nested: bool,
    /// Chunks end in the middle of a sample.
    pub cut: bool,
}

impl Packing {
    pub fn new(zlib: bool, faults: &Faults) -> Self {
        Self {
            zlib,
            odd: faults.odd_pcm,
            bad_base64: faults.bad_base64,
            bad_zlib: faults.bad_zlib,
            nested: faults.nested_audio,
            cut: faults.cut_pcm,
        }
    }

    /// The text of one chunk. The empty marker stays empty (protocol.md 15, row 7).
    pub fn pack_bytes(&self, mut bytes: Vec<u8>) -> String {
        if bytes.is_empty() {
            return String::new();
        }
        if self.odd {
            bytes.pop();
        }
        if self.zlib {
            bytes = compressed(&bytes);
            if self.bad_zlib
                && let Some(first) = bytes.first_mut()
            {
                *first ^= 0xff;
            }
        }
        let mut text = base64_simd::STANDARD.encode_to_string(&bytes);
        if self.bad_base64 {
            let middle = text.len() / 2;
            text.replace_range(middle..=middle, "*");
        }
        text
    }
}

/// Moves the boundaries between chunks into the middle of samples.
#[derive(Default)]
pub struct Cutter {
    /// By phrase: the byte that waits for the next chunk.
    held: BTreeMap<String, u8>,
}

impl Cutter {
    /// Returns what is sent instead of these bytes of a phrase.
    pub fn cut(&mut self, phrase: &str, mut bytes: Vec<u8>, is_last: bool) -> Vec<u8> {
        if let Some(held) = self.held.remove(phrase) {
            bytes.insert(0, held);
        }
        if !is_last && let Some(last) = bytes.pop() {
            self.held.insert(phrase.to_owned(), last);
        }
        bytes
    }
}

/// One independent zlib stream.
fn compressed(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::fast());
    // Writing to memory cannot fail.
    let _ = encoder.write_all(bytes);
    encoder.finish().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audio;
    use std::io::Read;

    fn packing(zlib: bool, fault: &str) -> Packing {
        let mut faults = Faults::default();
        faults.add(fault).unwrap();
        Packing::new(zlib, &faults)
    }

    impl Packing {
        fn pack(&self, frames: &[i16]) -> String {
            self.pack_bytes(audio::to_bytes(frames))
        }
    }

    fn decoded(text: &str) -> Option<Vec<u8>> {
        base64_simd::STANDARD.decode_to_vec(text).ok()
    }

    fn inflated(bytes: &[u8]) -> Option<Vec<u8>> {
        let mut plain = Vec::new();
        flate2::read::ZlibDecoder::new(bytes).read_to_end(&mut plain).ok()?;
        Some(plain)
    }

    #[test]
    fn zlib_chunks_stand_alone_and_the_marker_stays_empty() {
        let zlib = Packing { zlib: true, ..Packing::default() };
        assert_eq!(inflated(&decoded(&zlib.pack(&[7; 200])).unwrap()).unwrap().len(), 400);
        assert_eq!(zlib.pack(&[]), "");
    }

    #[test]
    fn a_cut_phrase_is_whole_when_it_is_joined() {
        let mut cutter = Cutter::default();
        let pieces = [vec![1, 2, 3, 4], vec![5, 6], vec![7, 8]];
        let cut: Vec<Vec<u8>> =
            pieces.into_iter().enumerate().map(|(n, piece)| cutter.cut("a", piece, n == 2)).collect();
        assert_eq!(cut, [vec![1, 2, 3], vec![4, 5], vec![6, 7, 8]]);
        assert_eq!(cutter.cut("b", vec![1], true), [1]);
    }

    #[test]
    fn each_fault_spoils_its_own_layer() {
        assert_eq!(decoded(&packing(false, "odd_pcm").pack(&[7; 200])).unwrap().len(), 399);
        let odd = decoded(&packing(true, "odd_pcm").pack(&[7; 200])).unwrap();
        assert_eq!(inflated(&odd).unwrap().len(), 399);
        assert_eq!(decoded(&packing(false, "bad_base64").pack(&[7; 200])), None);
        let bad = decoded(&packing(true, "bad_zlib").pack(&[7; 200])).unwrap();
        assert_eq!(inflated(&bad), None);
        assert_eq!(decoded(&packing(false, "bad_zlib").pack(&[7; 2])).unwrap().len(), 4);
    }
}
