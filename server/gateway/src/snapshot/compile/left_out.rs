//! What is not served although it stands in a configuration.

/// A part of a configuration that is left out, and why. Names apis by slug and version: for operators, not callers.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LeftOut {
    #[error("api {0} is not served: another api has the same slug")]
    Api(String),
    /// `kept`: its last good routes and backend answer in its place.
    #[error("version {version} is not served{}: {error}", if *.kept { " as it was published, but as it was before" } else { "" })]
    Version { version: String, error: String, kept: bool },
    #[error("version {version} does not answer at the host {host}: {reason}")]
    Host { host: String, version: String, reason: String },
    #[error("provider {provider} is not called: {error}")]
    Provider { provider: String, error: String },
    #[error("credential {0} opens nothing: its hash is not 64 hex digits")]
    Credential(String),
}
