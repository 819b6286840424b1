//! Opens a call.

use std::sync::Arc;

use tokio::sync::Notify;
use tokio::time::Instant;

use super::handle::Call;
use super::keeper;
use super::options::CallOptions;
use super::roster::Roster;
use crate::client::Client;
use crate::client::metrics::Kind;
use crate::error::Result;
use crate::lock::{Mutex, Rank};
use crate::runtime;
use crate::session::events::delivery::Delivery;
use crate::session::events::names;
use crate::session::events::shared::SharedQueue;
use crate::session::handle::life::Life;
use crate::session::handle::recording::Recording;

impl Call {
    /// Returns at once. Legs join later; without a `queue` to share, the call has its own.
    pub fn open(client: Arc<Client>, options: CallOptions, queue: Option<SharedQueue>) -> Result<Arc<Call>> {
        let opening = client.drain.enter()?;
        let runtime = runtime::start()?.on_the_idlest();
        let options = options.filled();
        options.check()?;
        let setup = options.translation.session.setup(0);
        let delivery = Delivery::new(names::Kind::Call, setup.about, setup.event_limits, queue);
        let call = Arc::new(Call {
            client,
            options,
            opened: Instant::now(),
            opening,
            shard: runtime.shard(),
            life: Arc::new(Life::default()),
            recording: Arc::new(Recording::new(delivery.mailbox().clone())),
            delivery: Arc::new(delivery),
            holds: Arc::default(),
            #[cfg(feature = "vad")]
            floor: Arc::default(),
            roster: Mutex::new(Rank::Roster, Roster::default()),
            wake: Arc::new(Notify::new()),
        });
        call.client.metrics.enter(Kind::Call, &call);
        keeper::start(call.clone(), &runtime);
        Ok(call)
    }
}
