//! The one terminal event, whatever happens to the driver.

use std::sync::Arc;

use crate::client::Client;
use crate::client::secret::Redactor;
use crate::error::{Error, Result, Status};
use crate::event::{Event, EventKind, Texts, flag};
use crate::runtime::Runtime;
use crate::session::Session;

/// Delivers the terminal event when the task ends, is cut off or panics.
pub(super) struct Ending {
    session: Arc<Session>,
    client: Arc<Client>,
    runtime: Runtime,
    outcome: Option<Result<()>>,
}

impl Ending {
    pub(super) fn new(session: Arc<Session>, client: Arc<Client>, runtime: Runtime) -> Ending {
        Ending { session, client, runtime, outcome: None }
    }

    /// Reports the outcome now; the caller does not wait for the cleanup.
    pub(super) fn tell(mut self, outcome: Result<()>, redactor: &Redactor) {
        self.outcome = Some(outcome.map_err(|error| redactor.clean_error(error)));
    }
}

impl Drop for Ending {
    fn drop(&mut self) {
        let outcome = self.outcome.take().unwrap_or_else(|| {
            Err(if std::thread::panicking() {
                Error::new(Status::Internal, "a defect in the library ended the session")
            } else {
                stopped()
            })
        });
        let session = &self.session;
        if let Some(playout) = &session.playout {
            session.tell(if self.runtime.is_stopping() { playout.abandon() } else { playout.settle() });
        }
        session.tell(session.untold_loss());
        session.life.enter_closed(outcome.as_ref().err().cloned());
        let status = outcome.as_ref().err().map_or(Status::Ok, |error| error.status);
        self.client.metrics.leave(session, status);
        session.tell([closed_event(outcome.err(), &session.life.rest_session())]);
        // After CLOSED, and also without feeding: a session that never connected, a library that shuts down.
        match (&session.playout, &session.link) {
            (Some(playout), None) => playout.finish(),
            (Some(playout), Some(_)) => playout.complete(),
            (None, _) => {}
        }
        session.desk.finish();
        session.seat.request_visit();
    }
}

/// Why a session, or a call, is over.
pub(crate) fn closed_event(error: Option<Error>, id: &str) -> Event {
    let mut event = Event::new(EventKind::Closed);
    event.texts = Texts::new("", "", id, "");
    if let Some(error) = error {
        event.code = error.status.code();
        event.http_status = error.http_status;
        event.close_code = error.close_code;
        event.retry_after_ms = error.retry_after_ms();
        event.os_error = error.os_error;
        event.flags = flag::FATAL | if error.retriable { flag::RETRIABLE } else { 0 };
        event.texts = Texts::new(&error.text, "", id, &error.service_code);
    }
    event
}

pub(super) fn stopped() -> Error {
    Error::new(Status::Shutdown, "palabra_shutdown stopped the session")
}
