//! REST sessions of the caller's own, for those who create them in one place and stream in another.

use std::ffi::{CString, c_char, c_void};

use zeroize::Zeroizing;

use super::client::palabra_client;
use super::guard::{call_limit, guard, guard_explained};
use super::handles::{self, Payload};
use super::process;
use super::sized::{self, Sized32};
use super::status::{palabra_error, palabra_status};
use super::text;
use crate::client::rest::{self, RestSession};
use crate::error::{Error, Status};
use crate::runtime;

/// A REST session: what the service returns before a stream is opened. Pass `ws_url` and `token` on to
/// palabra_translation_config. Texts are never NULL after success.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct palabra_rest_session {
    /// sizeof(palabra_rest_session).
    pub struct_size: u32,
    /// 0.
    pub flags: u32,
    /// The service's name for the session, for palabra_rest_session_delete().
    pub id: *const c_char,
    /// Address of the translation stream.
    pub ws_url: *const c_char,
    /// Address of the text-to-speech stream; "" from servers that do not give one.
    pub ws_tts_url: *const c_char,
    /// The publisher token: a secret.
    pub token: *const c_char,
    /// The library's; leave it alone.
    pub payload: *mut c_void,
}

// SAFETY: integers and pointers, the size first, no padding (asserted below), NULL is valid.
unsafe impl Sized32 for palabra_rest_session {
    const FIRST_SIZE: usize = 8 + 5 * size_of::<usize>();
}

const _: () = assert!(size_of::<palabra_rest_session>() == 8 + 5 * size_of::<usize>());

/// Prepares a `palabra_rest_session`: zeroes it and sets its size.
///
/// @param rest_session the struct to prepare.
/// @param struct_size sizeof(palabra_rest_session).
/// @return PALABRA_OK, or PALABRA_ERR_INVALID_ARGUMENT when `rest_session` is NULL or the size is impossible.
///
/// **Threads:** any. **Blocks:** never. **Memory:** none. **Since:** 0.1
#[unsafe(no_mangle)]
pub unsafe extern "C" fn palabra_rest_session_init(
    rest_session: *mut palabra_rest_session,
    struct_size: u32,
) -> palabra_status {
    // SAFETY: the caller's promise about `rest_session` and its size.
    guard(|| unsafe { sized::init(rest_session, struct_size) }.map(|()| 0))
}

/// Creates a REST session. Sessions opened without `ws_url` do this by themselves; this is for programs
/// that hand address and token to somebody else.
///
/// Up to three attempts are made when the service does not answer or answers with a 5xx.
///
/// @param client whose account.
/// @param rest_session receives the session; release it with palabra_rest_session_release().
/// @param error explains a failure; may be NULL.
/// @param timeout_ms limit for the whole call in ms; negative: as long as the attempts take.
/// @return PALABRA_OK;
///   PALABRA_ERR_BAD_HANDLE no client;
///   PALABRA_ERR_INVALID_ARGUMENT `rest_session` is NULL or its `struct_size` impossible;
///   PALABRA_ERR_AUTH credentials missing or refused (HTTP 401, 403, 404);
///   PALABRA_ERR_SESSION refused otherwise; `error->http_status` tells how;
///   PALABRA_ERR_DNS, _CONNECT, _CONNECTION_LOST, _TLS the service was not reached;
///   PALABRA_ERR_PROTOCOL the reply makes no sense;
///   PALABRA_ERR_TIMEOUT the time has passed;
///   PALABRA_ERR_LIMIT, _SHUTDOWN, _FORKED.
///
/// **Threads:** any. **Blocks:** up to `timeout_ms`. **Memory:** the texts live until the release.
/// **Since:** 0.1
#[unsafe(no_mangle)]
pub unsafe extern "C" fn palabra_rest_session_create(
    client: *mut palabra_client,
    rest_session: *mut palabra_rest_session,
    error: *mut palabra_error,
    timeout_ms: i32,
) -> palabra_status {
    // SAFETY: the caller's promises about the pointers.
    unsafe {
        guard_explained(error, || {
            // Checked before anything is created that could not be handed over.
            sized::write(rest_session, &empty())?;
            let client = handles::client(client)?.clone();
            process::before_start();
            let created = runtime::start()?
                .run(call_limit(timeout_ms), move || async move { rest::create(&client).await })?;
            let texts = Box::new(RestTexts::of(&created)?);
            let filled = palabra_rest_session {
                id: texts.id.as_ptr(),
                ws_url: texts.ws_url.as_ptr(),
                ws_tts_url: texts.ws_tts_url.as_ptr(),
                token: texts.token.as_ptr(),
                ..empty()
            };
            let payload = handles::add_payload(Payload::RestSession(texts))?;
            sized::write(rest_session, &palabra_rest_session { payload, ..filled })?;
            Ok(())
        })
    }
}

/// Deletes a REST session at the service. Without this it expires by itself.
///
/// @param client whose account.
/// @param id `palabra_rest_session.id`.
/// @param error explains a failure; may be NULL.
/// @param timeout_ms limit for the whole call in ms; negative: the client's own limits.
/// @return PALABRA_OK; errors as for palabra_rest_session_create(); one attempt is made.
///
/// **Threads:** any. **Blocks:** up to `timeout_ms`. **Memory:** none. **Since:** 0.1
#[unsafe(no_mangle)]
pub unsafe extern "C" fn palabra_rest_session_delete(
    client: *mut palabra_client,
    id: *const c_char,
    error: *mut palabra_error,
    timeout_ms: i32,
) -> palabra_status {
    // SAFETY: the caller's promises about the pointers.
    unsafe {
        guard_explained(error, || {
            let id = text::owned("id", id)?.ok_or_else(|| Error::invalid("id is missing"))?;
            let client = handles::client(client)?.clone();
            process::before_start();
            runtime::start()?
                .run(call_limit(timeout_ms), move || async move { rest::delete(&client, &id).await })
        })
    }
}

/// Frees the texts of a REST session and zeroes the struct but for its size. The service is not told.
///
/// @param rest_session the struct; NULL or an already released one does nothing.
/// @return PALABRA_OK, or PALABRA_ERR_BAD_HANDLE for a copy of one that was released.
///
/// **Threads:** any. **Blocks:** never. **Memory:** its texts are wiped and freed. **Since:** 0.1
#[unsafe(no_mangle)]
pub unsafe extern "C" fn palabra_rest_session_release(
    rest_session: *mut palabra_rest_session,
) -> palabra_status {
    guard(|| {
        if rest_session.is_null() {
            return Ok(0);
        }
        // SAFETY: not NULL, hence a struct of the caller's.
        unsafe {
            let payload = sized::read(rest_session)?.payload;
            sized::write(rest_session, &empty())?;
            handles::release_payload(payload)?;
        }
        Ok(0)
    })
}

/// The terminated texts that a `palabra_rest_session` points to.
pub(super) struct RestTexts {
    id: CString,
    ws_url: CString,
    ws_tts_url: CString,
    token: Zeroizing<CString>,
}

impl RestTexts {
    fn of(session: &RestSession) -> Result<RestTexts, Error> {
        let terminated = |text: &str| {
            CString::new(text).map_err(|_| Error::new(Status::Protocol, "the service's reply holds a NUL"))
        };
        Ok(RestTexts {
            id: terminated(&session.id)?,
            ws_url: terminated(&session.ws_url)?,
            ws_tts_url: terminated(&session.ws_tts_url)?,
            token: Zeroizing::new(terminated(session.token.expose())?),
        })
    }
}

fn empty() -> palabra_rest_session {
    palabra_rest_session {
        struct_size: size_of::<palabra_rest_session>() as u32,
        flags: 0,
        id: std::ptr::null(),
        ws_url: std::ptr::null(),
        ws_tts_url: std::ptr::null(),
        token: std::ptr::null(),
        payload: std::ptr::null_mut(),
    }
}
