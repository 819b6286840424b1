//! The present task: what the service accepted, what it was asked for, and the format of its audio.

use std::collections::VecDeque;

use serde_json::Value;

use crate::wire::base64::Half;
use crate::wire::translation::incoming::{Audio, BadAudio, OutputFormat};
use crate::wire::translation::{outgoing, task};

/// Number of unanswered proposals that are remembered: the service accepts one every two seconds.
const MAX_PROPOSED: usize = 4;

/// A task as it is sent: the tree that it is made from takes ten times as much memory.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Proposal {
    pub message: Box<[u8]>,
    output: OutputFormat,
}

impl From<&Value> for Proposal {
    fn from(task: &Value) -> Proposal {
        Proposal { message: outgoing::set_task(task).into(), output: task::output_format(task) }
    }
}

pub(super) struct Tasks {
    accepted: Proposal,
    /// Sent but neither acknowledged nor refused yet, oldest first.
    proposed: VecDeque<Proposal>,
    output: OutputFormat,
    /// A format that was requested and not seen yet. Chunks in the old one may still arrive.
    coming: Option<OutputFormat>,
}

impl Tasks {
    pub(super) fn new(first: Proposal) -> Tasks {
        let output = first.output;
        Tasks { accepted: first, proposed: VecDeque::new(), output, coming: None }
    }

    /// A task was sent to replace the running one. Without acknowledgements the previous ones count as accepted now.
    pub(super) fn propose(&mut self, proposal: Proposal, acknowledging: bool) {
        while !acknowledging && !self.proposed.is_empty() {
            self.accept();
        }
        if proposal.output != self.output {
            self.coming = Some(proposal.output);
        }
        if self.proposed.len() == MAX_PROPOSED {
            self.proposed.pop_front();
        }
        self.proposed.push_back(proposal);
    }

    pub(super) fn accept(&mut self) {
        if let Some(proposal) = self.proposed.pop_front() {
            self.accepted = proposal;
        }
    }

    pub(super) fn refuse(&mut self) {
        self.proposed.pop_front();
        if self.proposed.is_empty() {
            self.coming = None;
        }
    }

    /// The last task that the service accepted. Without acknowledgements a task that was not refused counts.
    pub(super) fn last_accepted(&self, acknowledging: bool) -> &Proposal {
        self.proposed.back().filter(|_| !acknowledging).unwrap_or(&self.accepted)
    }

    /// Decodes a chunk in the present format (protocol.md 15 row 41).
    pub(super) fn samples(
        &mut self,
        audio: &Audio<'_>,
        half: Half,
        most: usize,
    ) -> Result<(Vec<i16>, Half), BadAudio> {
        let Some(coming) = self.coming else {
            return audio.samples(self.output, half, most);
        };
        // A zlib stream ends in a checksum, so samples are not mistaken for one.
        let (decoded, seen) = match audio.samples(OutputFormat::ZlibPcm, half, most) {
            Ok(decoded) => (decoded, OutputFormat::ZlibPcm),
            Err(BadAudio::Zlib) => (audio.samples(OutputFormat::Pcm, half, most)?, OutputFormat::Pcm),
            Err(bad) => return Err(bad),
        };
        // The empty marker is the same in both.
        if seen == coming && !audio.is_empty() {
            self.output = coming;
            self.coming = None;
        }
        Ok(decoded)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::translation::incoming::{Message, read};
    use serde_json::json;
    use std::io::Write;

    fn task(format: &str) -> Proposal {
        Proposal::from(&json!({"output_stream": {"target": {"format": format}}}))
    }

    fn numbered(number: u32) -> Proposal {
        Proposal::from(&json!(number))
    }

    fn zlib(bytes: &[u8]) -> Vec<u8> {
        let mut packer = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::fast());
        packer.write_all(bytes).unwrap();
        packer.finish().unwrap()
    }

    fn decode(tasks: &mut Tasks, payload: &[u8]) -> Result<Vec<i16>, BadAudio> {
        let data = base64_simd::STANDARD.encode_to_string(payload);
        let frame = format!(r#"{{"message_type":"output_audio_data","data":{{"data":"{data}"}}}}"#);
        let decoded = read(frame.as_bytes(), |message| match message {
            Message::Audio(audio) => tasks.samples(&audio, None, 1000).map(|(samples, _)| samples),
            _ => panic!("not audio"),
        });
        decoded.unwrap()
    }

    #[test]
    fn a_new_output_format_is_followed_chunk_by_chunk() {
        let mut tasks = Tasks::new(task("pcm_s16le"));
        tasks.propose(task("zlib_pcm_s16le"), true);
        tasks.accept();
        assert_eq!(decode(&mut tasks, &[1, 0]), Ok(vec![1]), "still under way");
        assert_eq!(decode(&mut tasks, &[]), Ok(vec![]));
        assert_eq!(decode(&mut tasks, &zlib(&[2, 0])), Ok(vec![2]));
        assert_eq!(decode(&mut tasks, &[1, 0]), Err(BadAudio::Zlib), "settled");
        tasks.propose(task("pcm_s16le"), true);
        assert_eq!(decode(&mut tasks, &zlib(&[3, 0])), Ok(vec![3]));
        assert_eq!(decode(&mut tasks, &[4, 0]), Ok(vec![4]));
    }

    #[test]
    fn a_refused_format_changes_nothing() {
        let mut tasks = Tasks::new(task("zlib_pcm_s16le"));
        tasks.propose(task("pcm_s16le"), true);
        tasks.refuse();
        assert_eq!(decode(&mut tasks, &[1, 0]), Err(BadAudio::Zlib));
    }

    #[test]
    fn the_last_accepted_task_is_what_a_resume_sends() {
        let mut tasks = Tasks::new(numbered(1));
        tasks.propose(numbered(2), false);
        assert_eq!(tasks.last_accepted(true), &numbered(1));
        assert_eq!(tasks.last_accepted(false), &numbered(2));
        tasks.refuse();
        assert_eq!(tasks.last_accepted(false), &numbered(1));
        tasks.propose(numbered(3), true);
        tasks.accept();
        assert_eq!(tasks.last_accepted(true), &numbered(3));
        for n in 0..100 {
            tasks.propose(numbered(n), true);
        }
        assert_eq!(tasks.proposed.len(), MAX_PROPOSED);
        tasks.propose(numbered(7), false);
        assert_eq!((tasks.proposed.len(), &tasks.accepted), (1, &numbered(99)));
    }
}
