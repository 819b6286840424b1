//! Socket buffers of the operating system: how much they hold of a connection, and how much they may hold.

use std::time::Duration;

use super::tcp::TcpStream;

/// The socket number of a connection; -1 for none.
#[cfg(unix)]
pub(super) fn descriptor(tcp: &TcpStream) -> i32 {
    use std::os::fd::AsRawFd;

    tcp.as_raw_fd()
}

#[cfg(not(unix))]
pub(super) fn descriptor(_tcp: &TcpStream) -> i32 {
    -1
}

/// Bytes passed to the system and not sent yet; zero where the system does not report them. A descriptor that was closed
/// in the meantime reports nothing. One that was reopened in its place reports a wrong value once.
#[cfg(any(target_os = "linux", target_os = "android"))]
pub(super) fn unsent(descriptor: i32) -> u64 {
    /// SIOCOUTQNSD of linux/sockios.h, which libc does not have.
    const NOT_SENT: libc::Ioctl = 0x894B as libc::Ioctl;
    ask(descriptor, NOT_SENT)
}

#[cfg(not(any(target_os = "linux", target_os = "android")))]
pub(super) fn unsent(_descriptor: i32) -> u64 {
    0
}

/// Bytes that the peer has not acknowledged, whether sent or not. Otherwise as `unsent`.
#[cfg(any(target_os = "linux", target_os = "android"))]
pub(super) fn unacknowledged(descriptor: i32) -> u64 {
    ask(descriptor, libc::TIOCOUTQ as libc::Ioctl)
}

#[cfg(any(target_os = "linux", target_os = "android"))]
#[allow(unsafe_code)]
fn ask(descriptor: i32, request: libc::Ioctl) -> u64 {
    let mut bytes: libc::c_int = 0;
    // SAFETY: both requests write one int to the address that they get; a bad descriptor is an error.
    let outcome = unsafe { libc::ioctl(descriptor, request, &raw mut bytes) };
    if outcome == 0 { u64::try_from(bytes).unwrap_or(0) } else { 0 }
}

#[cfg(target_vendor = "apple")]
#[allow(unsafe_code)]
pub(super) fn unacknowledged(descriptor: i32) -> u64 {
    let (mut bytes, mut size): (libc::c_int, libc::socklen_t) = (0, 4);
    // SAFETY: the option is one int, and `size` is the size of the buffer.
    let outcome = unsafe {
        let value = (&raw mut bytes).cast();
        libc::getsockopt(descriptor, libc::SOL_SOCKET, libc::SO_NWRITE, value, &raw mut size)
    };
    if outcome == 0 { u64::try_from(bytes).unwrap_or(0) } else { 0 }
}

#[cfg(not(any(target_os = "linux", target_os = "android", target_vendor = "apple")))]
pub(super) fn unacknowledged(_descriptor: i32) -> u64 {
    0
}

/// Smoothed round-trip time, measured by the system; zero where the system does not report it.
#[cfg(any(target_os = "linux", target_os = "android"))]
#[allow(unsafe_code)]
pub(super) fn round_trip(descriptor: i32) -> Duration {
    /// `tcpi_rtt` of linux/tcp.h in words of 32 bits; libc has the struct for Linux alone.
    const ROUND_TRIP_WORD: usize = 17;
    let mut info = [0_u32; ROUND_TRIP_WORD + 1];
    let mut size = size_of_val(&info) as libc::socklen_t;
    // SAFETY: the system writes at most `size` bytes, the beginning of its struct.
    let outcome = unsafe {
        let value = (&raw mut info).cast();
        libc::getsockopt(descriptor, libc::IPPROTO_TCP, libc::TCP_INFO, value, &raw mut size)
    };
    if outcome == 0 { Duration::from_micros(info[ROUND_TRIP_WORD].into()) } else { Duration::ZERO }
}

#[cfg(not(any(target_os = "linux", target_os = "android")))]
pub(super) fn round_trip(_descriptor: i32) -> Duration {
    Duration::ZERO
}

/// Makes the system refuse more data while this many bytes were not sent. No effect where the system has no such
/// option.
#[cfg(any(target_os = "linux", target_os = "android", target_vendor = "apple"))]
#[allow(unsafe_code)]
pub(super) fn limit_unsent(tcp: &TcpStream, bytes: usize) {
    /// TCP_NOTSENT_LOWAT of netinet/tcp.h, which libc does not have for Apple's systems.
    #[cfg(target_vendor = "apple")]
    const NOT_SENT_AT_MOST: libc::c_int = 0x201;
    #[cfg(not(target_vendor = "apple"))]
    const NOT_SENT_AT_MOST: libc::c_int = libc::TCP_NOTSENT_LOWAT;
    let bytes = libc::c_int::try_from(bytes).unwrap_or(libc::c_int::MAX);
    // SAFETY: the option is one int, read from this address.
    unsafe {
        let value = (&raw const bytes).cast();
        libc::setsockopt(descriptor(tcp), libc::IPPROTO_TCP, NOT_SENT_AT_MOST, value, 4);
    }
}

/// This system has no such limit: the whole buffer is limited, to what a fast and distant line needs.
#[cfg(windows)]
pub(super) fn limit_unsent(tcp: &TcpStream, bytes: usize) {
    const LEAST: usize = 64 << 10;
    let _ = socket2::SockRef::from(tcp).set_send_buffer_size(bytes.max(LEAST));
}

#[cfg(not(any(target_os = "linux", target_os = "android", target_vendor = "apple", windows)))]
pub(super) fn limit_unsent(_tcp: &TcpStream, _bytes: usize) {}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_a_peer_does_not_take_is_seen() {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let tcp = TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
        limit_unsent(&tcp, 16 << 10);
        let descriptor = descriptor(&tcp);
        assert_eq!((unsent(descriptor), unacknowledged(descriptor)), (0, 0));
        assert!(round_trip(descriptor) > Duration::ZERO);
        let mut written = 0;
        while let Ok(bytes) = tcp.try_write(&[0; 65536]) {
            written += bytes as u64;
            tokio::task::yield_now().await;
        }
        let (unsent, held) = (unsent(descriptor), unacknowledged(descriptor));
        assert!(unsent >= 16 << 10 && unsent <= held, "{unsent} of {held}");
        assert!(held < written, "{held} of {written}");
        assert!(unsent <= 256 << 10, "{unsent}");
    }
}
