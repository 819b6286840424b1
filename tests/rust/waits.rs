//! How soon what blocks returns when another thread ends it.

use std::collections::HashMap;
use std::io::{ErrorKind, Read};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::ptr::{null, null_mut};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use crate::cancel::{Folder, client, client_at, ended, handle, is_ended, prepared, to_spanish, write_speech};
use crate::support::{Devserver, PATIENCE};
use palabra::ffi::account::rest_sessions::palabra_rest_session_list;
use palabra::ffi::audio::palabra_session_send_paced;
use palabra::ffi::client::*;
use palabra::ffi::event::palabra_session_poll_event;
use palabra::ffi::file::*;
use palabra::ffi::queue::*;
use palabra::ffi::runtime::palabra_cancel;
use palabra::ffi::session::*;
use palabra::ffi::translation::palabra_session_open_translation;
use palabra::ffi::tts::*;
use palabra::ffi::types::base::*;
use palabra::ffi::types::event::palabra_event;
use palabra::ffi::types::playout::PALABRA_OUTPUT_PLAYOUT;
use palabra::ffi::types::queue::{PALABRA_QUEUE_NAMES, palabra_ready};
use palabra::ffi::types::tts::*;

/// What the header says.
const PROMISE: Duration = Duration::from_millis(50);
/// Most likely a call waits by then. It is measured in either case.
const WAITS: Duration = Duration::from_millis(30);

/// From the end of a wait until the call returns. `end` says whether there was something to end.
fn returns_after<R: Send>(call: impl FnOnce() -> R + Send, end: impl Fn() -> bool) -> (R, Duration) {
    thread::scope(|scope| {
        let waiting = scope.spawn(|| {
            let outcome = call();
            (outcome, Instant::now())
        });
        thread::sleep(WAITS);
        let mut ended = Instant::now();
        while !waiting.is_finished() && !end() {
            thread::yield_now();
            ended = Instant::now();
        }
        let (outcome, returned) = waiting.join().unwrap();
        (outcome, returned.saturating_duration_since(ended))
    })
}

/// The same for a call that palabra_cancel() ends.
fn cancelled(call: impl FnOnce(*mut palabra_error) -> i32 + Send) -> Duration {
    let mut error: palabra_error = prepared();
    let name = (&raw mut error).expose_provenance();
    let (status, after) = returns_after(
        move || call(std::ptr::with_exposed_provenance_mut(name)),
        || palabra_cancel(handle(name)) == 1,
    );
    assert_eq!(status, PALABRA_ERR_CLOSED);
    after
}

/// A session that is not READY while `key` says so, as a number that threads may share.
fn translation(client: usize, queue: usize) -> usize {
    let (mut config, mut session) = (to_spanish(), null_mut());
    config.output.mode = PALABRA_OUTPUT_PLAYOUT;
    config.queue = handle(queue);
    // SAFETY: valid handles, a prepared struct.
    let opened =
        unsafe { palabra_session_open_translation(handle(client), &config, &mut session, null_mut()) };
    assert_eq!(opened, PALABRA_OK);
    session.addr()
}

fn close(session: usize) {
    assert_eq!(palabra_session_close(handle(session), 0), PALABRA_OK);
}

/// The status of a wait for a session that was closed: meanwhile, or before it began.
fn is_closed(status: i32) -> bool {
    status == PALABRA_ERR_CLOSED || status == PALABRA_ERR_BAD_HANDLE
}

/// Every call that waits for a service, a disk or an event, and how it is ended. A text names each.
fn all_waits(server: &Devserver, folder: &Folder, mut check: impl FnMut(&str, Duration)) {
    let (slow, late) =
        (client(server, c"dev~rest_delay_ms=600000"), client(server, c"dev~upgrade_delay_ms=600000"));
    let (quiet, quick) = (client(server, c"dev~no_answer~.q"), client(server, c"dev"));
    // SAFETY: valid handles, prepared structs, NUL-terminated texts or NULL, and buffers of the size that is stated.
    unsafe {
        check("client_check", cancelled(|e| palabra_client_check(handle(slow), -1, e)));
        let list = |e| palabra_rest_session_list(handle(slow), &mut prepared(), -1, e);
        check("rest_session_list", cancelled(list));

        let mut config: palabra_tts_config = prepared();
        config.language = c"en".as_ptr();
        let mut tts = null_mut();
        assert_eq!(palabra_session_open_tts(handle(quiet), &config, &mut tts, null_mut()), PALABRA_OK);
        let tts = tts.addr();
        let say = |e| {
            let text = c"Good evening".as_ptr();
            palabra_session_synthesize(handle(tts), text, 0, null(), 1, &mut prepared(), -1, e)
        };
        check("synthesize", cancelled(say));
        close(tts);

        let (input, session) = (folder.at("in.wav"), translation(late, 0));
        let send = |e| palabra_session_send_file(handle(session), input.as_ptr(), 0, -1, e);
        check("send_file", cancelled(send));
        let translate = |e| {
            let (input, nothing) = (input.as_ptr(), null_mut());
            palabra_translate_file(handle(late), &to_spanish(), input, null(), null(), nothing, -1, e)
        };
        check("translate_file", cancelled(translate));

        let wakeup = || palabra_session_wakeup(handle(session)) == PALABRA_OK;
        let poll = || palabra_session_poll_event(handle(session), &mut prepared::<palabra_event>(), -1);
        let (polled, after) = returns_after(poll, wakeup);
        assert_eq!(polled, 0);
        check("session_poll_event", after);
        let wait = || palabra_session_wait_ready(handle(session), -1);
        let (status, after) = returns_after(wait, || palabra_session_close(handle(session), 0) == PALABRA_OK);
        assert!(is_closed(status));
        check("wait_ready", after);

        let session = translation(quick, 0);
        let audio = vec![0_u8; 2 * 600 * 24_000];
        let paced =
            || palabra_session_send_paced(handle(session), audio.as_ptr().cast(), 600 * 24_000, 0, -1);
        let (_, after) = returns_after(paced, || palabra_session_end(handle(session)) == PALABRA_OK);
        check("send_paced", after);
        close(session);

        for flags in [0, PALABRA_QUEUE_NAMES] {
            let mut queue = null_mut();
            assert_eq!(palabra_queue_new(flags, &mut queue, null_mut()), PALABRA_OK);
            let queue = queue.addr();
            let wakeup = || palabra_queue_wakeup(handle(queue)) == PALABRA_OK;
            let poll = || match flags {
                0 => palabra_queue_poll_event(handle(queue), &mut prepared::<palabra_event>(), -1),
                _ => palabra_queue_poll_ready(handle(queue), &mut prepared::<palabra_ready>(), -1),
            };
            let (polled, after) = returns_after(poll, wakeup);
            assert_eq!(polled, 0);
            check("queue_poll", after);
            assert_eq!(palabra_queue_free(handle(queue)), PALABRA_OK);
        }
    }
    for client in [slow, late, quiet, quick] {
        assert_eq!(palabra_client_free(handle(client)), PALABRA_OK);
    }
}

/// A wait that nobody ends lasts ten minutes, or for ever.
#[test]
fn what_blocks_returns_soon_when_another_thread_ends_it() {
    let (server, folder) = (Devserver::start("superset"), Folder::new("waits"));
    write_speech(&folder.path("in.wav"));
    all_waits(&server, &folder, |call, after| assert!(after < PATIENCE, "{call}: {after:?}"));
}

#[test]
#[ignore = "prove: 50 ms of the clock"]
fn what_blocks_returns_within_50_ms() {
    let (server, folder) = (Devserver::start("superset"), Folder::new("waits-50"));
    write_speech(&folder.path("in.wav"));
    let mut all = HashMap::<String, Vec<Duration>>::new();
    for _ in 0..11 {
        all_waits(&server, &folder, |call, after| all.entry(call.to_owned()).or_default().push(after));
    }
    for (call, mut times) in all {
        times.sort();
        // The longest are of a machine that was busy.
        assert!(times[times.len() / 2] < PROMISE, "{call}: {times:?}");
    }
}

/// Of two files that are sent at once the service would hear a mixture.
#[test]
fn a_session_sends_one_file_at_a_time() {
    let (server, folder) = (Devserver::start("superset"), Folder::new("one-file"));
    write_speech(&folder.path("in.wav"));
    let (late, input) = (client(&server, c"dev~upgrade_delay_ms=600000"), folder.at("in.wav"));
    let session = translation(late, 0);
    // SAFETY: a valid handle, a NUL-terminated text, no struct.
    let send = |ms| unsafe { palabra_session_send_file(handle(session), input.as_ptr(), 0, ms, null_mut()) };
    // SAFETY: a valid handle, and as many frames as are named.
    let send_paced =
        || unsafe { palabra_session_send_paced(handle(session), [0_u8; 320].as_ptr().cast(), 160, 0, 0) };
    // The other one may be first once.
    let until_it_has_its_turn = || loop {
        match send(-1) {
            PALABRA_ERR_BUSY => thread::yield_now(),
            status => return status,
        }
    };
    thread::scope(|scope| {
        let first = scope.spawn(until_it_has_its_turn);
        let begun = Instant::now();
        while send(0) != PALABRA_ERR_BUSY && begun.elapsed() < PATIENCE {
            assert!(!first.is_finished());
        }
        assert_eq!((send(0), send_paced()), (PALABRA_ERR_BUSY, PALABRA_ERR_BUSY));
        close(session);
        assert!(is_closed(first.join().unwrap()));
    });
    assert_eq!(palabra_client_free(handle(late)), PALABRA_OK);
}

/// A disk that does not answer: a pipe that nobody reads. The file is completed in any case.
#[test]
#[cfg(unix)]
fn stopping_a_recording_can_be_ended() {
    let (server, folder) = (Devserver::start("superset"), Folder::new("stopping"));
    let client = client(&server, c"dev");
    let (session, stuck) = (translation(client, 0), folder.at("stuck.wav"));
    nix::unistd::mkfifo(stuck.as_c_str(), nix::sys::stat::Mode::S_IRWXU).unwrap();
    // SAFETY: a valid handle, NUL-terminated texts, no struct.
    unsafe {
        let started = palabra_session_start_recording(handle(session), stuck.as_ptr(), null(), null_mut());
        assert_eq!(started, PALABRA_OK);
        let stop = |e| palabra_session_stop_recording(handle(session), -1, e);
        is_ended(ended(stop));
        let again = cancelled(stop);
        assert!(again < PATIENCE, "{again:?}");
        let sound = folder.at("sound.wav");
        let next = palabra_session_start_recording(handle(session), sound.as_ptr(), null(), null_mut());
        assert_eq!(next, PALABRA_OK, "nothing is held back");
        assert_eq!(palabra_session_stop_recording(handle(session), -1, null_mut()), PALABRA_OK);
    }
    // Its thread continues, and ends.
    std::fs::File::open(folder.path("stuck.wav")).unwrap().read_to_end(&mut Vec::new()).unwrap();
    // The end of the session ends the wait too.
    let held = folder.at("held.wav");
    nix::unistd::mkfifo(held.as_c_str(), nix::sys::stat::Mode::S_IRWXU).unwrap();
    // SAFETY: as above.
    unsafe {
        let started = palabra_session_start_recording(handle(session), held.as_ptr(), null(), null_mut());
        assert_eq!(started, PALABRA_OK);
        let stop = || palabra_session_stop_recording(handle(session), -1, null_mut());
        let (status, after) = returns_after(stop, || palabra_session_close(handle(session), 0) == PALABRA_OK);
        assert!(is_closed(status) && after < PATIENCE, "{status} after {after:?}");
    }
    std::fs::File::open(folder.path("held.wav")).unwrap().read_to_end(&mut Vec::new()).unwrap();
    assert_eq!(palabra_client_free(handle(client)), PALABRA_OK);
}

/// A server that accepts connections and says nothing, not even the first bytes of TLS.
struct Silent {
    address: SocketAddr,
    /// Connections whose clients have begun the handshake.
    begun: mpsc::Receiver<TcpStream>,
}

impl Silent {
    fn start() -> Silent {
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let address = listener.local_addr().unwrap();
        let (tell, begun) = mpsc::channel();
        thread::spawn(move || {
            listener.incoming().try_for_each(|stream| {
                let mut stream = stream.unwrap();
                stream.read_exact(&mut [0]).unwrap();
                tell.send(stream)
            })
        });
        Silent { address, begun }
    }

    fn wait_for(&self, clients: usize) -> Vec<TcpStream> {
        (0..clients).map(|_| self.begun.recv_timeout(PATIENCE).unwrap()).collect()
    }
}

/// Returns when the clients have closed all of these.
fn wait_gone(connections: Vec<TcpStream>) {
    for mut connection in connections {
        connection.set_read_timeout(Some(PATIENCE)).unwrap();
        let ended = connection.read_to_end(&mut Vec::new());
        let is_kept =
            |error: std::io::Error| matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut);
        assert!(!ended.is_err_and(is_kept), "a connection is kept open");
    }
}

/// As many as a program may have under way, all of them in the handshake: what was ended holds nothing back.
#[test]
fn calls_to_a_server_that_is_silent_in_the_handshake_hold_nothing_back() {
    const CALLS: usize = 64;
    let (silent, server) = (Silent::start(), Devserver::start("superset"));
    let slow = client_at(&format!("s://{}", silent.address), c"dev");
    let quick = client(&server, c"dev");
    let mut errors = vec![prepared::<palabra_error>(); CALLS];
    let names: Vec<usize> = errors.iter_mut().map(|error| (&raw mut *error).expose_provenance()).collect();
    let connections = thread::scope(|scope| {
        // SAFETY: a valid handle and a prepared struct.
        let check = |name| unsafe {
            palabra_client_check(handle(slow), -1, std::ptr::with_exposed_provenance_mut(name))
        };
        let calls: Vec<_> = names.iter().map(|&name| scope.spawn(move || check(name))).collect();
        let connections = silent.wait_for(CALLS);
        names.iter().for_each(|&name| assert_eq!(palabra_cancel(handle(name)), 1));
        calls.into_iter().for_each(|call| assert_eq!(call.join().unwrap(), PALABRA_ERR_CLOSED));
        connections
    });
    wait_gone(connections);
    // SAFETY: a valid handle, no struct.
    assert_eq!(unsafe { palabra_client_check(handle(quick), -1, null_mut()) }, PALABRA_OK);
    let sessions: Vec<usize> = (0..CALLS).map(|_| translation(slow, 0)).collect();
    let connections = thread::scope(|scope| {
        let wait = |&session| scope.spawn(move || palabra_session_wait_ready(handle(session), -1));
        let waits: Vec<_> = sessions.iter().map(wait).collect();
        let connections = silent.wait_for(CALLS);
        sessions.iter().for_each(|&session| close(session));
        waits.into_iter().for_each(|wait| assert!(is_closed(wait.join().unwrap())));
        connections
    });
    wait_gone(connections);
    let session = translation(quick, 0);
    assert_eq!(palabra_session_wait_ready(handle(session), -1), PALABRA_OK);
    close(session);
    for client in [slow, quick] {
        assert_eq!(palabra_client_free(handle(client)), PALABRA_OK);
    }
}
