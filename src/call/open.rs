//! Opens a call.

use std::sync::Arc;

use tokio::sync::Notify;

use super::handle::Call;
use super::keeper;
use super::options::CallOptions;
use super::roster::Roster;
use crate::client::Client;
use crate::error::Result;
use crate::lock::{Mutex, Rank};
use crate::runtime;
use crate::session::events::delivery::Delivery;
use crate::session::events::names::Kind;
use crate::session::events::shared::SharedQueue;
use crate::session::handle::life::Life;

impl Call {
    /// Returns at once. Legs join later; without a `queue` to share, the call has its own.
    pub fn open(client: Arc<Client>, options: CallOptions, queue: Option<SharedQueue>) -> Result<Arc<Call>> {
        let runtime = runtime::start()?;
        let options = options.filled();
        options.check()?;
        let setup = options.translation.session.setup(0);
        let call = Arc::new(Call {
            client,
            options,
            life: Arc::new(Life::default()),
            delivery: Arc::new(Delivery::new(Kind::Call, setup.about, setup.event_limits, queue)),
            holds: Arc::default(),
            roster: Mutex::new(Rank::Roster, Roster::default()),
            wake: Arc::new(Notify::new()),
        });
        keeper::start(call.clone(), &runtime);
        Ok(call)
    }
}
