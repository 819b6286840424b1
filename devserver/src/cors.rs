//! Programs in a browser call from another origin, with their credentials in headers. The service lets them.

use hyper::StatusCode;
use hyper::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue,
};

use crate::reply::{Reply, empty_reply};

/// Lets a program of any origin read the reply.
pub fn allow(reply: &mut Reply) {
    if reply.status() != StatusCode::SWITCHING_PROTOCOLS {
        reply.headers_mut().insert(ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    }
}

/// The answer to a browser that asks what it may send.
pub fn preflight() -> Reply {
    let mut reply = empty_reply(StatusCode::NO_CONTENT);
    let headers = reply.headers_mut();
    headers.insert(ACCESS_CONTROL_ALLOW_METHODS, HeaderValue::from_static("GET, POST, DELETE"));
    // A star would not stand for Authorization.
    let names = "Authorization, ClientID, ClientSecret, Content-Type";
    headers.insert(ACCESS_CONTROL_ALLOW_HEADERS, HeaderValue::from_static(names));
    reply
}
