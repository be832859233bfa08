//! The tables' line for a server function: who may call it, and what it may be sent.

pub use domain::access::Access;

/// The largest form that is not an import, in bytes.
const FORM: usize = 256 * 1024;
/// The largest form with a document in it: an OpenAPI document of 5 MiB and the fields beside it.
const IMPORT: usize = 6 * 1024 * 1024;

/// A server function: every one of them has a line in [`crate::api::TABLE`], or is not served.
#[derive(Clone, Copy, Debug)]
pub struct Endpoint {
    pub path: &'static str,
    pub access: Access,
    /// Whether it leaves a row in the audit trail.
    pub audited: bool,
    /// The largest body that it takes, in bytes.
    pub body_limit: usize,
    /// Whether it takes `multipart/form-data`, which forms with files are sent as.
    pub multipart: bool,
}

impl Endpoint {
    #[must_use]
    pub const fn new(path: &'static str, access: Access) -> Self {
        Self { path, access, audited: true, body_limit: FORM, multipart: false }
    }

    /// Changes nothing that the trail is about: a cookie, a session.
    #[must_use]
    pub const fn unaudited(self) -> Self {
        Self { audited: false, ..self }
    }

    /// Takes a document in a field.
    #[must_use]
    pub const fn import(self) -> Self {
        Self { body_limit: IMPORT, ..self }
    }

    /// Takes a document as a file.
    #[must_use]
    pub const fn upload(self) -> Self {
        Self { multipart: true, ..self.import() }
    }
}
