//! An address, and the proxy through which it is reached.

use std::ops::Deref;
use std::sync::Arc;

use super::proxy::Proxy;
use super::url::Url;
use crate::error::Result;

#[derive(Clone)]
pub struct Way {
    url: Url,
    via: Option<Arc<Proxy>>,
}

impl Way {
    pub fn straight(url: Url) -> Way {
        Way { url, via: None }
    }

    pub fn through(proxy: Arc<Proxy>, url: Url) -> Way {
        Way { url, via: Some(proxy) }
    }

    pub fn proxy(&self) -> Option<&Proxy> {
        self.via.as_deref()
    }

    /// Resolves a `Location` relative to this address, with the same proxy.
    pub fn redirected(&self, location: &str) -> Result<Way> {
        Ok(Way { url: self.url.redirected(location)?, via: self.via.clone() })
    }
}

impl Deref for Way {
    type Target = Url;

    fn deref(&self) -> &Url {
        &self.url
    }
}
