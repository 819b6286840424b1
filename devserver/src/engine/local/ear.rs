//! The recognition of one session: waits for a recogniser, passes orders to it and answers from it, and returns it.

use std::sync::Arc;

use tokio::sync::mpsc::UnboundedReceiver;

use super::events::{Event, Events};
use super::pool::Taken;
use super::recogniser::Order;
use super::stages::Local;
use crate::engine::Failure;

pub type Orders = UnboundedReceiver<Order>;

pub async fn listen(local: Arc<Local>, mut orders: Orders, events: Events) {
    let mut taken = match local.pool.take().await {
        Ok(taken) => taken,
        Err(failure) => return events.tell(Event::Failed(failure)),
    };
    let spare = Arc::clone(&local);
    tokio::spawn(async move { spare.pool.replenish().await });
    match serve(&mut taken, &mut orders, &events).await {
        Ok(()) => local.pool.give_back(taken).await,
        Err(failure) => events.tell(Event::Failed(failure)),
    }
}

/// Runs until the session has ended.
async fn serve(taken: &mut Taken, orders: &mut Orders, events: &Events) -> Result<(), Failure> {
    let recogniser = &mut taken.recogniser;
    loop {
        tokio::select! {
            order = orders.recv() => match order {
                Some(order) => recogniser.order(&order),
                None => return Ok(()),
            },
            answer = recogniser.answer() => events.tell(Event::Heard(answer?)),
        }
    }
}
