//! AEC3 makes all that is sent fainter here, so what is as loud as it was is the filter's.

use super::super::kalman::tests::{db, echo, sum, voice};
use super::*;

const RATE: usize = 16_000;

/// Of its amplitude.
const SUPPRESSED: f32 = 0.3;

fn chosen(suppressed: f32, played: &[f32], sent: &[f32]) -> Vec<f32> {
    let mut choice = Choice::new();
    let mut heard = vec![0.0; BLOCK];
    heard.extend(sent.iter().map(|sample| suppressed * sample));
    let blocks = played.chunks(BLOCK).zip(sent.chunks(BLOCK));
    for ((played, sent), heard) in blocks.zip(heard.chunks_mut(BLOCK)) {
        choice.play(played);
        choice.listen(sent);
        choice.choose(heard);
    }
    // Each block comes one later.
    heard.drain(..BLOCK);
    heard
}

/// Whether nothing was chosen.
fn is_suppressed(heard: &[f32], sent: &[f32]) -> bool {
    heard.iter().zip(sent).all(|(heard, sent)| (heard - SUPPRESSED * sent).abs() < 0.01)
}

#[test]
fn the_filter_is_heard_while_somebody_speaks_and_only_then() {
    let (played, mut near) = (voice(1, 12), voice(2, 12));
    near.iter_mut().for_each(|sample| *sample *= 2.0);
    near[..4 * RATE].fill(0.0);
    near[9 * RATE..].fill(0.0);
    let echo = echo(&played, 100);
    let sent = sum(&near, &echo);
    let heard = chosen(SUPPRESSED, &played, &sent);
    assert!(is_suppressed(&heard[..4 * RATE], &sent));
    assert!(is_suppressed(&heard[10 * RATE..], &sent[10 * RATE..]));
    let wrong: Vec<f32> = heard.iter().zip(&near).map(|(heard, near)| heard - near).collect();
    let less = db(&echo, 5..9) - db(&wrong, 5..9);
    assert!(less > 15.0, "{less} dB");
    let doubted = chosen(0.01, &played, &sent);
    assert!(db(&sent, 5..9) - db(&doubted, 5..9) > 30.0);
}

#[test]
fn an_echo_that_moves_is_nobody_who_speaks_and_the_speaker_is_heard_3_s_later() {
    let (played, mut near) = (voice(1, 12), voice(2, 12));
    near.iter_mut().for_each(|sample| *sample *= 2.0);
    near[..8 * RATE].fill(0.0);
    let (mut echoes, later) = (echo(&played, 30), echo(&played, 90));
    echoes[5 * RATE..].copy_from_slice(&later[5 * RATE..]);
    let sent = sum(&near, &echoes);
    let heard = chosen(SUPPRESSED, &played, &sent);
    assert!(is_suppressed(&heard[..8 * RATE], &sent));
    let wrong: Vec<f32> = heard.iter().zip(&near).map(|(heard, near)| heard - near).collect();
    let less = db(&later, 9..12) - db(&wrong, 9..12);
    assert!(less > 12.0, "{less} dB");
}
