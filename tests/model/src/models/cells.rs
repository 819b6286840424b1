//! Values for one thread at a time.

use loom::thread;
use std::sync::Arc;

use crate::runtime::try_cell::TryCell;
use crate::session::output::offer::Offer;

pub(super) fn one_user_at_a_time() {
    let cell = Arc::new(TryCell::new(0));
    let add = |cell: &TryCell<u32>| cell.try_with(|value| *value += 1).is_some() as u32;
    let others = [cell.clone(), cell.clone()].map(|cell| thread::spawn(move || add(&cell) + add(&cell)));
    let added: u32 = add(&cell) + others.map(|other| other.join().unwrap()).iter().sum::<u32>();
    assert!(added > 0);
    assert_eq!(cell.try_with(|value| *value), Some(added));
}

pub(super) fn an_offer_is_taken_once() {
    let offer = Arc::new(Offer::<Box<u32>>::default());
    let maker = offer.clone();
    let maker = thread::spawn(move || {
        maker.make(Box::new(1));
        maker.make(Box::new(2));
    });
    let mut held = None;
    offer.exchange(&mut held);
    let seen = held.as_deref().copied();
    maker.join().unwrap();
    offer.exchange(&mut held);
    assert_eq!(held.as_deref(), Some(&2), "{seen:?} was seen before");
}
