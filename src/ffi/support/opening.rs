//! What opening a session of any product comes to.

use std::sync::Arc;
use std::time::Duration;

use super::super::types::base::{palabra_error, palabra_status};
use super::super::types::client::palabra_client;
use super::super::types::session::palabra_session;
use super::guard::guard_explained;
use super::out_handle::OutHandle;
use super::{fork, handles};
use crate::client::Client;
use crate::error::Error;
use crate::session::Session;

/// `make` reads the config.
///
/// # Safety
/// `session` and `error` are NULL or valid for writing.
pub(in crate::ffi) unsafe fn open(
    client: *mut palabra_client,
    session: *mut *mut palabra_session,
    error: *mut palabra_error,
    make: impl FnOnce(Arc<Client>) -> Result<Arc<Session>, Error>,
) -> palabra_status {
    // SAFETY: the caller's promises.
    unsafe {
        let out = OutHandle::clear(session);
        guard_explained(error, || {
            let out = out.required()?;
            let client = handles::client(client)?.clone();
            fork::watch();
            let session = make(client)?;
            let handle =
                handles::add_session(session.clone()).inspect_err(|_| session.close(Duration::ZERO))?;
            out.set(handle);
            session.delivery.introduce(handle.addr());
            Ok(())
        })
    }
}
