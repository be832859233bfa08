//! Identifiers as snapshots hold them: there are hundreds of thousands, and a call that is written down reads several.

use domain::ids::{CredentialId, SubscriptionId};
use std::borrow::Borrow;
use std::sync::Arc;

/// The longest identifiers kept in place: `cred_` and 26 characters.
const LONGEST: usize = 31;

/// The text of an identifier that is held once: in place, without an allocation of its own.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct InlineId {
    length: u8,
    text: [u8; LONGEST],
}

impl InlineId {
    fn of(id: &str) -> Self {
        let mut text = [0; LONGEST];
        text.iter_mut().zip(id.bytes()).for_each(|(place, byte)| *place = byte);
        Self { length: id.len().min(LONGEST) as u8, text }
    }

    #[must_use]
    pub fn as_str(&self) -> &str {
        let text = self.text.get(..usize::from(self.length)).unwrap_or_default();
        str::from_utf8(text).unwrap_or_default()
    }
}

impl From<&CredentialId> for InlineId {
    fn from(id: &CredentialId) -> Self {
        Self::of(id.as_str())
    }
}

impl From<&SubscriptionId> for InlineId {
    fn from(id: &SubscriptionId) -> Self {
        Self::of(id.as_str())
    }
}

impl std::fmt::Display for InlineId {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str(self.as_str())
    }
}

impl std::fmt::Debug for InlineId {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        std::fmt::Debug::fmt(self.as_str(), out)
    }
}

/// A name that many things hold, among them whoever gives it its number: a clone shares the text.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct SharedName(Arc<str>);

impl SharedName {
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<&str> for SharedName {
    fn from(name: &str) -> Self {
        Self(name.into())
    }
}

impl Borrow<str> for SharedName {
    fn borrow(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identifiers_fit() {
        let credential = CredentialId::from_parts(u64::MAX, u128::MAX);
        assert_eq!(InlineId::from(&credential).as_str(), credential.as_str());
        let subscription = SubscriptionId::from_parts(7, 7);
        assert_eq!(InlineId::from(&subscription).as_str(), subscription.as_str());
    }
}
