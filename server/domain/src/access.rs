//! Who may use a way in: a page, a form, an endpoint of the management API. Each way in says it once, in a table that is
//! checked before anything runs. Whether somebody may do it to a certain object is asked in `control`, which knows whose
//! the object is.

use crate::roles::Permission;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Everybody, signed in or not; what is seen depends on who looks.
    Anonymous,
    /// Everybody who is signed in, for what is their own or their teams'.
    SignedIn,
    /// Those who hold the permission on the platform.
    Platform(Permission),
    /// Those who hold the permission in the team that owns the object, or on the platform.
    Team(Permission),
}

impl Access {
    /// `anonymous`, `signed-in`, or the permission's word.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Anonymous => "anonymous",
            Self::SignedIn => "signed-in",
            Self::Platform(permission) | Self::Team(permission) => permission.as_str(),
        }
    }

    #[must_use]
    pub const fn permission(self) -> Option<Permission> {
        match self {
            Self::Anonymous | Self::SignedIn => None,
            Self::Platform(permission) | Self::Team(permission) => Some(permission),
        }
    }
}

impl std::fmt::Display for Access {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str(self.as_str())
    }
}

impl serde::Serialize for Access {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}
