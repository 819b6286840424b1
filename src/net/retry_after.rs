//! When a server allows another attempt: the header `Retry-After` (RFC 9110, section 10.2.3).

use std::time::{Duration, SystemTime};

use hyper::HeaderMap;
use hyper::header::{DATE, HeaderName, RETRY_AFTER};

use crate::runtime::clock;

/// No caller is told to wait for longer.
const LONGEST: Duration = Duration::from_secs(24 * 60 * 60);

/// The wait in seconds or until a date; `None` without the header and for a value that is neither.
pub(super) fn read(headers: &HeaderMap) -> Option<Duration> {
    let value = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    let wait = if !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit()) {
        Duration::from_secs(value.parse().unwrap_or(u64::MAX))
    } else {
        let at = date(headers, RETRY_AFTER)?;
        // The server's own clock counts where the reply has it: that of this machine may be wrong.
        at.duration_since(date(headers, DATE).unwrap_or_else(clock::wall)).unwrap_or_default()
    };
    Some(wait.min(LONGEST))
}

fn date(headers: &HeaderMap, name: HeaderName) -> Option<SystemTime> {
    httpdate::parse_http_date(headers.get(name)?.to_str().ok()?.trim()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: &str = "Sun, 06 Nov 1994 08:49:37 GMT";

    fn wait(lines: &[(&'static str, &str)]) -> Option<u64> {
        let header = |(name, value): &(&'static str, &str)| (name.parse().unwrap(), value.parse().unwrap());
        read(&lines.iter().map(header).collect()).map(|wait| wait.as_secs())
    }

    #[test]
    fn seconds_count_up_to_a_day() {
        assert_eq!(wait(&[]), None);
        for (value, seconds) in [("0", 0), (" 7 ", 7), ("86401", 86_400), ("99999999999999999999999", 86_400)]
        {
            assert_eq!(wait(&[("retry-after", value)]), Some(seconds), "{value}");
        }
    }

    #[test]
    fn a_date_counts_from_the_date_of_the_reply() {
        let until = |value| wait(&[("date", NOW), ("retry-after", value)]);
        assert_eq!(until("Sun, 06 Nov 1994 08:50:07 GMT"), Some(30));
        assert_eq!(until("Sunday, 06-Nov-94 08:50:07 GMT"), Some(30));
        assert_eq!(until("Sun Nov  6 08:50:07 1994"), Some(30));
        assert_eq!(until("Sun, 06 Nov 1994 08:49:07 GMT"), Some(0));
        assert_eq!(until("Tue, 06 Dec 1994 08:49:37 GMT"), Some(86_400));
        assert_eq!(wait(&[("retry-after", NOW)]), Some(0), "past by the clock of this machine");
    }

    #[test]
    fn what_is_neither_says_nothing() {
        for value in ["", "soon", "-3", "+7", "1.5", "7 s", "7,8", "0x10", "Sun, 99 Nov 1994 08:49:37 GMT"] {
            assert_eq!(wait(&[("date", NOW), ("retry-after", value)]), None, "{value}");
        }
    }
}
