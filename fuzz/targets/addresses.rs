//! Addresses, proxies and exceptions: what was accepted cannot smuggle anything into a request, and leads where it says.

use palabra::net::proxies::Proxies;
use palabra::net::url::Url;
use palabra::text::percent_encode;

pub fn run(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let mut lines = text.splitn(5, '\n');
    let mut line = || lines.next().unwrap_or_default();
    let (address, proxy, no_proxy, value, location) = (line(), line(), line(), line(), line());
    check_environment(address, proxy, no_proxy);
    let _ = Proxies::always(proxy, Some(no_proxy));
    let Ok(url) = Url::parse(address) else { return };
    check_url(&url);
    check_exceptions(&url);
    let with_value = url.with_query("token", value).expect("an accepted address takes a parameter");
    check_url(&with_value);
    assert!(with_value.is_same_host(&url) && with_value.port() == url.port());
    let query = with_value.path_and_query();
    let escaped = query.rsplit_once("token=").expect("the parameter is there").1;
    assert_eq!(escaped, percent_encode(value));
    assert_eq!(percent_decoded(escaped), value.as_bytes());
    let joined = url.join("/session-storage/session").expect("an accepted address takes a path");
    check_url(&joined);
    assert!(joined.is_same_host(&url) && joined.port() == url.port());
    assert!(joined.path_and_query().ends_with("/session-storage/session"));
    if let Ok(elsewhere) = url.redirected(location) {
        check_url(&elsewhere);
        let stays = location.trim().starts_with('?') || location.trim().is_empty();
        assert!(!stays || elsewhere.is_same_host(&url));
    }
}

fn is_plain(text: &str) -> bool {
    !text.contains(|c: char| c.is_control() || c == ' ')
}

fn check_url(url: &Url) {
    let (host, authority) = (url.host(), url.authority());
    assert!(!host.is_empty() && is_plain(host) && !host.contains(['/', '@', '?', '#']), "{host}");
    assert!(is_plain(authority) && !authority.contains(['/', '@', '?', '#']), "{authority}");
    let path = url.path_and_query();
    assert!(is_plain(path) && path.starts_with(['/', '?', '*']), "{path}");
    let server = url.server();
    assert!(is_plain(&server) && server.ends_with(&format!(":{}", url.port())), "{server}");
    assert!(server.contains(host));
    assert!(!url.without_query().contains(['?', '@', '#']) || url.path_and_query().contains('@'));
    assert!(url.is_same_host(url));
    let again = format!("{}://{}/", if url.is_secure() { "https" } else { "http" }, url.host_and_port());
    let again = Url::parse(&again).expect("host and port are an address");
    assert!(again.is_same_host(url) && again.port() == url.port() && again.user_info().is_none());
}

/// A server that is named as an exception is one, and only at its port if that is named.
fn check_exceptions(url: &Url) {
    let host = url.host();
    let is_name = host.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '.' || c == ':');
    if !is_name || host.starts_with('.') || host.ends_with('.') || host.contains("..") {
        return;
    }
    let is_direct = |list: &str| {
        let proxies = Proxies::always("http://proxy:1", Some(list)).expect("the proxy is one");
        proxies.route(url.clone()).expect("the proxy is one").proxy().is_none()
    };
    assert!(is_direct(host), "{host}");
    assert!(is_direct(&format!("other.example, {}", host.to_uppercase())), "{host}");
    assert!(is_direct(&url.host_and_port()), "{host}");
    assert!(is_direct("*"));
    assert!(!is_direct(""));
    let elsewhere = url.port() % 65_535 + 1;
    let bracketed = if host.contains(':') { format!("[{host}]") } else { host.to_owned() };
    assert!(!is_direct(&format!("{bracketed}:{elsewhere}")), "{host}");
}

fn check_environment(address: &str, proxy: &str, no_proxy: &str) {
    let get = |name: &str| match name {
        "https_proxy" | "HTTP_PROXY" => Some(proxy.to_owned()),
        "no_proxy" => Some(no_proxy.to_owned()),
        _ => None,
    };
    let proxies = Proxies::from_environment(get, None, false);
    let Ok(url) = Url::parse(address) else { return };
    match proxies.route(url) {
        Ok(way) => {
            if let Some(proxy) = way.proxy() {
                assert!(is_plain(&proxy.server()));
                let credentials = proxy.authorization();
                assert!(
                    credentials.is_none_or(|value| value.chars().all(|c| c.is_ascii_graphic() || c == ' '))
                );
            }
        }
        // The address of a proxy may hold a password.
        Err(error) => assert!(error.text.len() < 200 && is_quiet(&error.text, proxy), "{}", error.text),
    }
}

/// Nothing of the password is in the text.
fn is_quiet(text: &str, proxy: &str) -> bool {
    let user_info = proxy.rsplit_once('@').map_or("", |(user_info, _)| user_info);
    let password = user_info.rsplit_once(':').map_or("", |(_, password)| password);
    password.len() < 12 || !text.contains(password)
}

fn percent_decoded(text: &str) -> Vec<u8> {
    let mut decoded = Vec::new();
    let mut bytes = text.bytes();
    while let Some(byte) = bytes.next() {
        let mut digit = || char::from(bytes.next().unwrap_or(b'x')).to_digit(16).expect("two digits");
        decoded.push(if byte == b'%' { (digit() * 16 + digit()) as u8 } else { byte });
    }
    decoded
}
