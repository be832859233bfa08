//! Cuts a vendor's stream into frames, however it arrives.

use crate::aws::event_stream;
use crate::dialect::{Frame, Framing};
use crate::lines::Lines;
use crate::sse::{self, Splitter};

/// Bytes that are no stream of the announced kind.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Unframed(String);

/// Where a stream stands between two pieces.
pub enum Frames {
    Events(Splitter),
    Lines(Lines),
    Amazon(event_stream::Decoder),
}

impl Frames {
    #[must_use]
    pub fn new(framing: Framing) -> Self {
        match framing {
            Framing::Events => Self::Events(Splitter::new()),
            Framing::Lines => Self::Lines(Lines::default()),
            Framing::Amazon => Self::Amazon(event_stream::Decoder::default()),
        }
    }

    /// Takes a piece, and tells of each frame that is complete with it.
    pub fn push<E>(
        &mut self,
        piece: &[u8],
        mut tell: impl FnMut(Frame<'_>) -> Result<(), E>,
    ) -> Result<Result<(), E>, Unframed> {
        let unframed = |error: &dyn std::fmt::Display| Unframed(format!("the vendor's stream: {error}"));
        let told = match self {
            Self::Events(splitter) => {
                let events = splitter.push(piece).map_err(|error| unframed(&error))?;
                let mut events = events.iter().filter_map(|event| sse::parse(event));
                events.try_for_each(|(event, data)| tell(Frame { event: &event, data: &data }))
            }
            Self::Lines(lines) => {
                let lines = lines.push(piece).map_err(|error| unframed(&error))?;
                lines.iter().try_for_each(|data| tell(Frame { event: "", data }))
            }
            Self::Amazon(decoder) => {
                let frames = decoder.push(piece).map_err(|error| unframed(&error))?;
                frames.iter().try_for_each(|frame| tell(Frame { event: &frame.event, data: &frame.data }))
            }
        };
        Ok(told)
    }

    /// The stream has ended: tells of a last line that no line end follows. A broken off event is none.
    pub fn finish<E>(&mut self, mut tell: impl FnMut(Frame<'_>) -> Result<(), E>) -> Result<(), E> {
        match self {
            Self::Lines(lines) => match std::mem::take(lines).finish() {
                Some(data) => tell(Frame { event: "", data: &data }),
                None => Ok(()),
            },
            Self::Events(_) | Self::Amazon(_) => Ok(()),
        }
    }
}
