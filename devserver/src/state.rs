//! The state that all connections share.

use std::net::SocketAddr;

use crate::accounts::Accounts;
use crate::config::Config;
use crate::end::EndWatch;
use crate::log::Log;
use crate::store::{Session, Store};

/// What every connection shares.
pub struct Shared {
    pub config: Config,
    pub address: SocketAddr,
    pub store: Store,
    pub accounts: Accounts,
    pub log: Log,
    pub(crate) end: EndWatch,
}

impl Shared {
    /// Completes when the server must end.
    pub fn ended(&self) -> impl Future<Output = ()> + Send + use<> {
        self.end.clone().wait()
    }

    /// Whether the rate of what a session sends is limited.
    pub fn limits(&self, session: &Session) -> bool {
        self.config.rate_limits && !session.faults.no_rate_limits
    }

    /// `http` and `ws`, or their secure forms.
    pub fn url(&self, scheme: &str, authority: Option<&str>, path: &str) -> String {
        let secure = if self.config.tls.is_some() { "s" } else { "" };
        // A client cannot connect to an unspecified address: use the one that the caller used.
        match authority.filter(|_| self.address.ip().is_unspecified()) {
            Some(authority) => format!("{scheme}{secure}://{authority}{path}"),
            None => format!("{scheme}{secure}://{}{path}", self.address),
        }
    }
}
