//! Silence in the place of input.

use super::*;
use crate::session::input::gap::MOST_AT_ONCE;
use crate::session::stream::conversation::Conversation;

/// Frames of the wire in a millisecond.
const PER_MS: usize = 16;
/// A chunk.
const WORDS: [u8; 640] = [7; 640];

/// The audio that the driver queues, tick by tick.
async fn sent(conversation: &mut Conversation, ticks: u32) -> Vec<u8> {
    let mut audio = Vec::new();
    for _ in 0..ticks {
        for message in conversation.written(5).await {
            let message: Value = serde_json::from_slice(&message).unwrap();
            if let Some(data) = message["data"]["data"].as_str() {
                audio.extend(base64_simd::STANDARD.decode_to_vec(data).unwrap());
            }
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    audio
}

/// What is said after a hold is no part of what was said before: the pause of the task came too late.
#[tokio::test(start_paused = true)]
async fn silence_that_is_owed_is_sent_before_the_latest_input() {
    let (session, mut conversation) = open(&setup(Policy::Silence)).await;
    conversation.dialogue().become_ready();
    session.with_gap(|gap| {
        gap.hold();
        gap.release(Instant::now());
    });
    session.send_audio(&WORDS).unwrap();
    let audio = sent(&mut conversation, 30).await;
    let owed = MOST_AT_ONCE.as_millis() as usize * PER_MS * 2;
    assert_eq!(audio.iter().position(|&byte| byte != 0), Some(owed));
    assert_eq!(audio[owed..][..WORDS.len()], WORDS);
}

/// The service is not slow because nobody has said anything.
#[tokio::test(start_paused = true)]
async fn the_time_to_the_first_speech_begins_with_what_was_said() {
    let (session, mut conversation) = open(&setup(Policy::Silence)).await;
    conversation.dialogue().become_ready();
    assert!(sent(&mut conversation, 500).await.len() > 4000 * PER_MS * 2, "silence");
    session.send_audio(&WORDS).unwrap();
    sent(&mut conversation, 100).await;
    let speech = base64_simd::STANDARD.encode_to_string([1; 4800]);
    conversation.hear(
        format!(r#"{{"message_type":"output_audio_data","data":{{"language":"es","data":"{speech}"}}}}"#)
            .as_bytes(),
    );
    let first_audio_ms = session.stats().first_audio_ms;
    assert!((900..=1000).contains(&first_audio_ms), "{first_audio_ms} ms");
}
