//! Seconds of blocks of the same power.

use super::*;

const SECOND: usize = 250;

fn block(echo: f32, left: f32) -> Powers {
    Powers { sent: echo + left, echo, left, doubt: 0.0 }
}

fn hear(speaker: &mut Speaker, blocks: usize, block: Powers) -> Vec<Heard> {
    (0..blocks).map(|_| speaker.hear(block)).collect()
}

fn count(heard: &[Heard], what: &Heard) -> usize {
    heard.iter().filter(|&heard| heard == what).count()
}

/// Has heard nothing but an echo with pauses, of which so much was left.
fn used_to(left: f32) -> Speaker {
    let mut speaker = Speaker::new();
    for _ in 0..10 {
        for echo in [1e8, 0.0] {
            let heard = hear(&mut speaker, SECOND / 2, block(echo, left * echo));
            assert_eq!(count(&heard, &Heard::Echo), SECOND / 2);
        }
    }
    speaker
}

#[test]
fn who_is_louder_than_the_echo_is_heard_in_a_room_that_is_known() {
    let heard = |left, louder: f32| {
        count(&hear(&mut used_to(left), SECOND, block(1e8, louder * 1e8)), &Heard::Speaker)
    };
    assert!(heard(0.01, 1.0) > SECOND * 8 / 10);
    assert_eq!(heard(0.01, 0.3), 0);
    assert_eq!(heard(0.1, 1.0), 0);
}

#[test]
fn who_spoke_speaks_for_half_a_second_and_who_is_faint_goes_on() {
    let mut speaker = used_to(0.01);
    hear(&mut speaker, SECOND, block(1e8, 1e8));
    assert_eq!(count(&hear(&mut speaker, 2 * SECOND, block(1e8, 3e7)), &Heard::Speaker), 2 * SECOND);
    let held = count(&hear(&mut speaker, 2 * SECOND, block(1e8, 1e6)), &Heard::Speaker);
    assert!((HOLD..HOLD + 60).contains(&held), "{held}");
}

#[test]
fn steady_noise_is_nobody() {
    let mut speaker = Speaker::new();
    hear(&mut speaker, 4 * SECOND, block(1e10, 1e8));
    assert_eq!(count(&hear(&mut speaker, 2 * SECOND, block(1e8, 1.1e8)), &Heard::Speaker), 0);
    assert!(count(&hear(&mut speaker, SECOND, block(1e8, 1e9)), &Heard::Speaker) > 0);
}

#[test]
fn what_is_louder_without_its_echo_is_another_echo() {
    let mut speaker = Speaker::new();
    hear(&mut speaker, 4 * SECOND, block(1e8, 1e6));
    let moved = Powers { sent: 1e8, left: 2e8, ..block(1e8, 2e8) };
    let heard = hear(&mut speaker, SECOND, moved);
    let first = heard.iter().position(|heard| *heard == Heard::OtherEcho).unwrap();
    assert!((WRONG_BLOCKS..WRONG_BLOCKS + 30).contains(&first), "{first}");
    assert_eq!(count(&heard[first..], &Heard::Speaker), 0);
}
