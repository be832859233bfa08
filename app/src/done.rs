//! What a server function answers when all went well: where the browser goes next, and what it is told there.

use serde::{Deserialize, Serialize};

/// The end of a form: `Ok(Done::at("/teams").saying("Team deleted"))`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Done {
    /// A path of the portal; empty is the page that the form stands on.
    pub to: String,
    /// One sentence, shown on top of that page once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub notice: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shown: Option<Shown>,
}

/// A secret that is shown once, on the page that the form leads to.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shown {
    /// What it is: `Token`, `Invitation link`.
    pub label: String,
    pub value: String,
    /// What to do with it.
    pub note: String,
    /// The identifier of what it belongs to.
    #[serde(default)]
    pub of: String,
}

impl std::fmt::Debug for Shown {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("Shown").field("label", &self.label).finish_non_exhaustive()
    }
}

impl Done {
    /// Leads to a page.
    #[must_use]
    pub fn at(path: impl Into<String>) -> Self {
        Self { to: path.into(), ..Self::default() }
    }

    /// Leads back to the page that the form stands on.
    #[must_use]
    pub fn here() -> Self {
        Self::default()
    }

    #[must_use]
    pub fn saying(self, notice: impl Into<String>) -> Self {
        Self { notice: Some(notice.into()), ..self }
    }

    #[must_use]
    pub fn showing(self, shown: Shown) -> Self {
        Self { shown: Some(shown), ..self }
    }
}
