//! Blocks that are as loud as their number.

use super::*;

fn block(number: usize) -> [f32; BLOCK] {
    [number as f32; BLOCK]
}

/// The numbers of what is beside the next block that is sent, the latest first.
fn next(history: &mut History) -> Vec<usize> {
    let numbers = history.next().map(|played| played.spectrum.clone().sound()[LENGTH - 1].round() as usize);
    numbers.collect()
}

#[test]
fn a_block_is_beside_the_one_of_the_same_number_whichever_comes_first() {
    let mut history = History::new(4);
    history.play(block(1));
    history.play(block(2));
    assert_eq!(next(&mut history), [1, 0, 0, 0]);
    assert_eq!(next(&mut history), [2, 1, 0, 0]);
    assert_eq!(next(&mut history), [0, 2, 1, 0]);
    history.play(block(3));
    history.play(block(4));
    assert_eq!(next(&mut history), [4, 3, 2, 1]);
}

#[test]
fn what_is_much_too_early_or_too_late_begins_anew() {
    let mut history = History::new(4);
    (1..=EARLY + 3).for_each(|number| history.play(block(number)));
    assert_eq!(next(&mut history), [4, 3, 2, 1]);
    for _ in 0..EARLY + 10 {
        next(&mut history);
    }
    assert_eq!(next(&mut history), [0; 4]);
    history.play(block(500));
    assert_eq!(next(&mut history), [500, 0, 0, 0]);
}
