//! Streams of events beside conversation, which pass as they are: pictures, transcriptions and speech that come in
//! pieces. Their last event says what was used.

use super::{Task, audio, images, sold, tokens};
use crate::chat::{Event, Finish};
use crate::dialect::{Frame, ReadStream};
use crate::failure::{Failure, FailureKind};
use crate::json::{Item, Object};
use crate::price::Figure;
use crate::usage::Usage;
use serde_json::Value;

/// Reads what was used.
#[derive(Debug)]
pub struct Reader {
    task: Task,
    /// Of what was asked for: see [`Task::pieces`].
    pieces: u64,
    /// Pictures that are there.
    made: u64,
}

impl Reader {
    #[must_use]
    pub fn new(task: Task, pieces: u64) -> Self {
        Self { task, pieces, made: 0 }
    }

    fn usage(&mut self, said: Option<Object>) -> Option<Usage> {
        match self.task {
            Task::Images => {
                let usage = said.map(images::read);
                self.made += 1;
                Some(sold(Figure::Image, self.made, usage.unwrap_or_default()))
            }
            Task::Transcription => Some(said.map_or_else(|| audio::heard(None), audio::read)),
            Task::Speech => Some(match said {
                Some(mut usage) => {
                    let mut count = |field: &str| tokens(&mut usage, field).unwrap_or_default();
                    let (input, output_audio) = (count("input_tokens"), count("output_tokens"));
                    sold(Figure::Character, self.pieces, Usage { input, output_audio, ..Usage::default() })
                }
                None => audio::spoken(self.pieces),
            }),
            _ => None,
        }
    }
}

impl ReadStream for Reader {
    fn read(&mut self, frame: Frame<'_>, out: &mut Vec<Event>) -> Result<(), Failure> {
        if frame.data.trim_ascii() == b"[DONE]" {
            return Ok(());
        }
        let value: Value = serde_json::from_slice(frame.data)
            .map_err(|error| Failure::garbled(format!("the vendor's stream is no JSON: {error}")))?;
        let Ok(mut event) = Item::root(value).object() else { return Ok(()) };
        let kind = event.text("type").ok().flatten().unwrap_or_else(|| frame.event.to_owned());
        if kind == "error" || event.has("error") {
            let message =
                event.object("error").ok().flatten().and_then(|mut error| error.text("message").ok()?);
            return Err(Failure::new(
                FailureKind::Internal,
                message.unwrap_or_else(|| "the vendor failed".to_owned()),
            ));
        }
        if [".completed", ".done"].iter().any(|end| kind.ends_with(end)) {
            let said = event.object("usage").ok().flatten();
            out.extend(self.usage(said).map(Event::Usage));
            out.push(Event::Finish { finish: Finish::Stop, stop_sequence: None });
        }
        Ok(())
    }
}
