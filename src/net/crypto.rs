//! What TLS computes with.

use std::sync::Arc;

use rustls::{ClientConfig, ConfigBuilder, WantsVersions};

/// The provider is named here, so that the host's choice of a process default has no effect.
pub(super) fn builder() -> ConfigBuilder<ClientConfig, WantsVersions> {
    ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
}
