//! One admitted management call, and the forms of its replies.

use hyper::StatusCode;
use serde_json::{Value, json};

use crate::faults::Faults;
use crate::reply::{Reply, json_reply};
use crate::rest::paging;
use crate::state::Shared;

/// Path of uploads of voice samples. The address itself is the permission, so it is not logged.
pub const UPLOADS: &str = "/devserver/upload/";

/// One admitted call.
pub struct Call<'a> {
    pub shared: &'a Shared,
    /// The `Host` that the caller used.
    pub authority: Option<String>,
    pub account: &'a str,
    pub faults: &'a Faults,
}

impl Call<'_> {
    pub fn page_size(&self) -> usize {
        self.faults.page_size.unwrap_or(paging::USUAL_SIZE)
    }
}

pub fn data(status: StatusCode, data: Value) -> Reply {
    json_reply(status, &json!({"ok": true, "data": data}))
}

/// Never an empty body: the official client parses JSON from every reply.
pub fn deleted() -> Reply {
    data(StatusCode::OK, json!({}))
}
