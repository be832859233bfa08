//! A body with other text in some places, which is only put together where it is written to the wire: so that a large one
//! is there twice at most, as it came and as it goes.

use bytes::Bytes;
use std::borrow::Cow;
use std::ops::Range;

/// Another text in a place of a body. Where the place is empty, the text stands before what follows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    pub at: Range<usize>,
    pub text: String,
}

#[derive(Debug)]
pub struct Spliced {
    base: Bytes,
    /// By place; none overlaps another.
    edits: Vec<Edit>,
}

impl Edit {
    #[must_use]
    pub fn new(at: Range<usize>, text: impl Into<String>) -> Self {
        Self { at, text: text.into() }
    }

    /// In a body of which this one begins at a place.
    #[must_use]
    pub fn after(self, start: usize) -> Self {
        Self { at: self.at.start + start..self.at.end + start, text: self.text }
    }
}

impl From<Vec<u8>> for Spliced {
    fn from(body: Vec<u8>) -> Self {
        Self { base: body.into(), edits: Vec::new() }
    }
}

impl Spliced {
    #[must_use]
    pub fn new(base: Bytes, edits: Vec<Edit>) -> Self {
        let mut spliced = Self { base, edits: Vec::new() };
        edits.into_iter().for_each(|edit| spliced.edit(edit));
        spliced
    }

    /// The body without its edits, whose places are meant.
    #[must_use]
    pub fn base(&self) -> &Bytes {
        &self.base
    }

    /// Changes one more place, over what was changed within it.
    pub fn edit(&mut self, edit: Edit) {
        let within = |other: &Edit| {
            !other.at.is_empty() && edit.at.start <= other.at.start && other.at.end <= edit.at.end
        };
        self.edits.retain(|other| !within(other));
        let place = self.edits.partition_point(|other| other.at.start <= edit.at.start);
        self.edits.insert(place, edit);
    }

    /// Of what goes out.
    #[must_use]
    pub fn len(&self) -> usize {
        self.pieces().map(<[u8]>::len).sum()
    }

    /// What goes out, one piece after the other.
    fn pieces(&self) -> impl Iterator<Item = &[u8]> {
        let ends = self.edits.iter().map(|edit| edit.at.start).chain([self.base.len()]);
        let starts = [0].into_iter().chain(self.edits.iter().map(|edit| edit.at.end));
        let kept = starts.zip(ends).map(|(start, end)| self.base.get(start..end).unwrap_or_default());
        let texts = self.edits.iter().map(|edit| edit.text.as_bytes()).chain([[].as_slice()]);
        kept.zip(texts).flat_map(|(kept, text)| [kept, text])
    }

    pub fn write(&self, out: &mut Vec<u8>) {
        self.pieces().for_each(|piece| out.extend_from_slice(piece));
    }

    /// What goes out as one; a copy, unless nothing was changed.
    #[must_use]
    pub fn whole(&self) -> Cow<'_, [u8]> {
        if self.edits.is_empty() {
            return Cow::Borrowed(&self.base);
        }
        let mut whole = Vec::with_capacity(self.len());
        self.write(&mut whole);
        Cow::Owned(whole)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_changed_in_any_order_and_the_rest_is_never_copied() {
        let body = Bytes::from_static(b"0123456789");
        let edits =
            vec![Edit::new(7..9, "x"), Edit::new(0..0, "a"), Edit::new(3..4, ""), Edit::new(0..0, "b")];
        let mut spliced = Spliced::new(body.clone(), edits);
        assert_eq!((&*spliced.whole(), spliced.len()), (b"ab012456x9".as_slice(), 10));
        spliced.edit(Edit::new(6..9, "y"));
        spliced.edit(Edit::new(10..10, "!"));
        let mut out = b"> ".to_vec();
        spliced.write(&mut out);
        assert_eq!(out, b"> ab01245y9!");
        assert_eq!(spliced.base().as_ptr(), body.as_ptr());
        assert!(matches!(Spliced::new(body, Vec::new()).whole(), Cow::Borrowed(_)));
    }
}
