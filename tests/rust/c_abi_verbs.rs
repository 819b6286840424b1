//! Commands, credentials and the task through the C ABI: the checks before anything is sent.

use std::ffi::{CStr, CString, c_char};
use std::ptr::{null, null_mut};

use crate::support::Devserver;
use palabra::ffi::base::palabra_struct_init;
use palabra::ffi::client::*;
use palabra::ffi::session::*;
use palabra::ffi::translation::*;
use palabra::ffi::types::base::*;
use palabra::ffi::types::client::*;
use palabra::ffi::types::translation::*;

fn prepared<T>() -> T {
    let mut value = std::mem::MaybeUninit::<T>::uninit();
    // SAFETY: the function fills the whole struct, whose size is set.
    unsafe {
        assert_eq!(palabra_struct_init(value.as_mut_ptr().cast(), size_of::<T>() as u32), 0);
        value.assume_init()
    }
}

fn english_to_spanish() -> palabra_translation_config {
    let mut config = prepared::<palabra_translation_config>();
    config.source_language = c"en".as_ptr();
    config.target_languages = c"es".as_ptr();
    config
}

/// Creates a client and returns the result.
fn new_client(fill: impl FnOnce(&mut palabra_client_config)) -> (i32, *mut palabra_client, String) {
    let mut config: palabra_client_config = prepared();
    config.flags = PALABRA_CLIENT_IGNORE_ENVIRONMENT;
    fill(&mut config);
    let mut error: palabra_error = prepared();
    let mut client = null_mut();
    // SAFETY: prepared structs; the texts are static or outlive the call.
    let (status, text) = unsafe {
        let status = palabra_client_new(&config, &mut client, &mut error);
        (status, CStr::from_ptr(error.text.as_ptr()).to_str().unwrap().to_owned())
    };
    (status, client, text)
}

#[test]
fn handles_flags_and_texts_are_checked() {
    let server = Devserver::start("superset");
    let url = CString::new(server.translation_url()).unwrap();
    let (status, client, text) = new_client(|config| {
        config.credentials.api_key = c"dev-key".as_ptr();
        config.translation_url = url.as_ptr();
    });
    assert_eq!(status, PALABRA_OK, "{text}");
    let mut session = null_mut();
    let mut error: palabra_error = prepared();
    let bad_utf8 = [0xffu8, 0];
    let bad_utf8 = bad_utf8.as_ptr().cast::<c_char>();
    // SAFETY: valid handles, prepared structs, NUL-terminated texts or NULL.
    unsafe {
        assert_eq!(
            palabra_session_open_translation(client, &english_to_spanish(), &mut session, &mut error),
            PALABRA_OK
        );
        assert_eq!(palabra_session_wait_ready(session, 10_000), PALABRA_OK);
        assert_eq!(palabra_session_interrupt(session, null(), 2, 1), PALABRA_ERR_UNSUPPORTED);
        assert_eq!(palabra_session_interrupt(session, bad_utf8, 0, 1), PALABRA_ERR_INVALID_UTF8);
        assert_eq!(palabra_session_interrupt(session, null(), PALABRA_INTERRUPT_PAUSE, 1), PALABRA_OK);
        assert_eq!(
            palabra_session_speak(session, null(), c"es".as_ptr(), 0, 1),
            PALABRA_ERR_INVALID_ARGUMENT
        );
        assert_eq!(palabra_session_set_task(session, null(), 1, &mut error), PALABRA_ERR_INVALID_ARGUMENT);
        let wrong = c"[1]".as_ptr();
        assert_eq!(palabra_session_set_task(session, wrong, 1, &mut error), PALABRA_ERR_INVALID_ARGUMENT);
        assert_eq!(CStr::from_ptr(error.text.as_ptr()), c"the task is not a JSON object");
        assert_eq!(palabra_session_end(session), PALABRA_OK);
        assert_eq!(palabra_session_resume(session, 1), PALABRA_ERR_ENDED);
        assert_eq!(palabra_session_close(session, 0), PALABRA_OK);
        assert_eq!(palabra_session_pause(session, 1), PALABRA_ERR_BAD_HANDLE);
        assert_eq!(palabra_session_get_task(null_mut(), 1), PALABRA_ERR_BAD_HANDLE);
        assert_eq!(palabra_session_interrupt(null_mut(), null(), 0, 1), PALABRA_ERR_BAD_HANDLE);
        assert_eq!(palabra_session_set_task(null_mut(), wrong, 1, null_mut()), PALABRA_ERR_BAD_HANDLE);
        assert_eq!(palabra_client_free(client), PALABRA_OK);
    }
}

#[test]
fn credentials_that_contradict_each_other_are_refused() {
    let (status, client, text) = new_client(|config| {
        config.credentials.api_key = c"k".as_ptr();
        config.credentials.client_id = c"i".as_ptr();
        config.credentials.client_secret = c"s".as_ptr();
    });
    assert_eq!((status, client.is_null()), (PALABRA_ERR_INVALID_ARGUMENT, true));
    assert!(text.contains("not both"), "{text}");
    let (status, _, text) = new_client(|config| config.proxy_url = c"https://me:hidden@h".as_ptr());
    assert_eq!(status, PALABRA_ERR_UNSUPPORTED);
    assert!(!text.contains("hidden"), "{text}");
}

#[test]
fn a_region_without_translation_is_refused_when_a_session_is_opened() {
    let (_, client, _) = new_client(|config| {
        config.credentials.api_key = c"k".as_ptr();
        config.credentials.region = c"US".as_ptr();
    });
    let mut session = null_mut();
    let mut error: palabra_error = prepared();
    // SAFETY: a valid handle and prepared structs.
    let status =
        unsafe { palabra_session_open_translation(client, &english_to_spanish(), &mut session, &mut error) };
    assert_eq!((status, session.is_null()), (PALABRA_ERR_INVALID_ARGUMENT, true));
    assert_eq!(palabra_client_free(client), PALABRA_OK);
}

#[test]
fn a_task_is_copied_out_as_far_as_there_is_room() {
    let mut error: palabra_error = prepared();
    let config = english_to_spanish();
    // SAFETY: prepared structs; buffers of the sizes passed.
    unsafe {
        let needed = palabra_translation_build_task(&config, null_mut(), 0, null_mut());
        assert!(needed > 0);
        let mut buffer = vec![1 as c_char; needed as usize + 1];
        assert_eq!(palabra_translation_build_task(&config, buffer.as_mut_ptr(), 4, &mut error), needed);
        assert_eq!(CStr::from_ptr(buffer.as_ptr()).count_bytes(), 3);
        assert_eq!(buffer[4], 1);
        assert_eq!(
            palabra_translation_build_task(&config, buffer.as_mut_ptr(), needed + 1, &mut error),
            needed
        );
        assert_eq!(CStr::from_ptr(buffer.as_ptr()).count_bytes(), needed as usize);
        assert_eq!(
            palabra_translation_build_task(&config, null_mut(), 1, &mut error),
            PALABRA_ERR_INVALID_ARGUMENT
        );
        // A queue does not concern the task.
        let queue = std::ptr::without_provenance_mut(0x1234_5678);
        let closed = palabra_translation_config { queue, ..english_to_spanish() };
        assert_eq!(palabra_translation_build_task(&closed, null_mut(), 0, &mut error), needed);
        let nothing = prepared::<palabra_translation_config>();
        let failed = palabra_translation_build_task(&nothing, buffer.as_mut_ptr(), 4, &mut error);
        assert_eq!((failed, buffer[0]), (PALABRA_ERR_INVALID_ARGUMENT, 0));
        assert_eq!(
            palabra_translation_build_task(null(), null_mut(), 0, &mut error),
            PALABRA_ERR_INVALID_ARGUMENT
        );
    }
}
