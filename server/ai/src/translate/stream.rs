//! A stream, from a vendor's bytes to a caller's.

use super::frames::Frames;
use super::{WayBack, signatures};
use crate::chat::{Begun, Event, Finish, Flow};
use crate::dialect::names::Names;
use crate::dialect::{ReadStream, WriteStream, ids};
use crate::failure::Failure;
use crate::mask::{AnswerMask, EventMask};
use crate::usage::Usage;

/// Translates a stream piece by piece. What it writes for the caller is complete after each piece: nothing that the
/// vendor has said whole waits for more.
pub struct StreamTranslation {
    frames: Frames,
    reader: Box<dyn ReadStream>,
    flow: Flow,
    names: Names,
    tag: Option<String>,
    /// The id of the reply, for calls of tools that have none.
    reply: String,
    writer: Box<dyn WriteStream>,
    usage: Option<Usage>,
    model: String,
    failure: Option<Failure>,
    mask: Option<EventMask>,

    finish: Option<Finish>,
    /// Bytes of text, thoughts and arguments that were passed on, for when nobody says how many tokens they are.
    said: u64,
}

impl StreamTranslation {
    pub(super) fn new(back: WayBack) -> Self {
        Self {
            frames: Frames::new(back.vendor.framing()),
            reader: back.vendor.reader(),
            flow: Flow::default(),
            names: back.names,
            tag: back.tag,
            reply: back.reply.id.clone(),
            writer: back.caller.writer(back.reply),
            usage: None,
            model: String::new(),
            failure: None,
            mask: None,
            finish: None,
            said: 0,
        }
    }

    /// Masks what is said from now on.
    pub fn mask(&mut self, mask: AnswerMask) {
        self.mask = Some(EventMask::new(mask));
    }

    /// Whether something was said that is not to pass: then nothing more is written.
    #[must_use]
    pub fn has_refused(&self) -> bool {
        self.mask.as_ref().is_some_and(EventMask::has_refused)
    }

    /// Takes a piece of the vendor's stream.
    pub fn push(&mut self, piece: &[u8], out: &mut Vec<u8>) {
        if self.flow.is_over() {
            return;
        }
        let mut events = Vec::new();
        let reader = &mut self.reader;
        let read = self.frames.push(piece, |frame| reader.read(frame, &mut events));
        let failed = match read {
            Ok(Ok(())) => None,
            Ok(Err(failure)) => Some(failure),
            Err(unframed) => Some(Failure::garbled(unframed.to_string())),
        };
        events.extend(failed.map(Event::Failed));
        let mut ordered = Vec::with_capacity(events.len());
        for event in events {
            self.flow.push(event, &mut ordered);
        }
        self.write(ordered, out);
    }

    /// The vendor's stream has ended. `broken`: not by the vendor's will.
    pub fn end(&mut self, broken: Option<Failure>, out: &mut Vec<u8>) {
        let mut events = Vec::new();
        let reader = &mut self.reader;
        let last = self.frames.finish(|frame| reader.read(frame, &mut events)).err();
        events.extend(broken.or(last).map(Event::Failed));
        let mut ordered = Vec::with_capacity(events.len() + 1);
        for event in events {
            self.flow.push(event, &mut ordered);
        }
        self.flow.end(&mut ordered);
        self.write(ordered, out);
    }

    /// The vendor is silent: says that the call is still there.
    pub fn keep_alive(&mut self, out: &mut Vec<u8>) {
        if !self.flow.is_over() {
            self.writer.write(Event::Ping, out);
        }
    }

    fn write(&mut self, events: Vec<Event>, out: &mut Vec<u8>) {
        let events = match &mut self.mask {
            Some(mask) => mask.pass(events),
            None => events,
        };
        for mut event in events {
            self.names.restore_event(&mut event);
            if let Event::Begin { index, block: Begun::ToolUse { id, .. } } = &mut event
                && id.is_empty()
            {
                *id = ids::mint(&self.reply, *index as usize);
            }
            if let Some(tag) = &self.tag {
                signatures::put_event(tag, &mut event);
            }
            match &event {
                Event::Start { model, .. } => self.model.clone_from(model),
                Event::Delta { delta, .. } => self.said += delta.length(),
                Event::Usage(usage) => self.usage = Some(usage.clone()),
                Event::Failed(failure) => self.failure = Some(failure.clone()),
                Event::Finish { finish, .. } => self.finish = Some(*finish),
                _ => {}
            }
            self.writer.write(event, out);
        }
    }

    /// What the vendor has said last about tokens.
    #[must_use]
    pub fn usage(&self) -> Option<&Usage> {
        self.usage.as_ref()
    }

    #[must_use]
    pub fn finish(&self) -> Option<Finish> {
        self.finish
    }

    /// Why it did not end well.
    #[must_use]
    pub fn failure(&self) -> Option<&Failure> {
        self.failure.as_ref()
    }

    /// The model that the vendor named; empty when it did not.
    #[must_use]
    pub fn model(&self) -> &str {
        &self.model
    }

    #[must_use]
    pub fn said_bytes(&self) -> u64 {
        self.said
    }
}
