//! A stream of a model on its way to the caller: translated, or as it comes, with what it says of tokens read on the
//! side.
//!
//! While the vendor is silent the caller is told again and again that the call is still there, in a way that clients of
//! its dialect pass over: by a comment (OpenAI), a `ping` (Anthropic), a blank line (Gemini). A stream that goes on as it
//! comes is only interrupted between two events. Before the head of the vendor's answer nothing is said: until then the
//! answer may become an error, or another model's, and its status is still to be told.

use super::cache::Keep;
use super::facts::SharedFacts;
use super::policies::Screen;
use crate::alarm::Alarm;
use crate::clock::Clock;
use crate::reject::RejectKind;
use crate::upstream::answer::UpstreamBody;
use ai::chat::{Begun, Event, Finish};
use ai::dialect::{CallerDialect, Framing, ReadStream, Reply, VendorDialect};
use ai::failure::{Failure, FailureKind};
use ai::mask::{AnswerMask, Events, Unmasked};
use ai::sse::Standing;
use ai::translate::{Frames, StreamTranslation};
use bytes::Bytes;
use http_body::Frame;
use std::task::{Context, Poll};

pub struct AiBody {
    upstream: UpstreamBody,
    relay: Relay,
    facts: SharedFacts,
    alarm: Alarm,
    /// A caller hears from us at least so often while the vendor is silent.
    silence_ms: u64,
    clock: Clock,
    started_us: u64,
    screen: Screen,
    /// How it ends, once what was written before has been taken.
    ending: Option<Option<RejectKind>>,
}

pub enum Relay {
    Translated(Box<StreamTranslation>),
    Forwarded(Box<Forwarded>),
}

/// A stream that goes on as it comes.
pub struct Forwarded {
    caller: CallerDialect,
    reply: Reply,
    frames: Frames,
    reader: Box<dyn ReadStream>,
    /// The caller did not ask for usage: the event that has nothing else is left out.
    hides_usage: bool,
    splitter: ai::sse::Splitter,
    /// Where the caller stands; `None` where what the vendor sends is no events.
    standing: Option<Standing>,
    /// The vendor has told of an error.
    failed: bool,
    /// It has said what makes no sense to us.
    puzzling: bool,
}

impl Forwarded {
    /// `events`: the vendor says that it sends some.
    #[must_use]
    pub fn new(caller: CallerDialect, vendor: VendorDialect, reply: Reply, events: bool) -> Self {
        let chat = (vendor, caller) == (VendorDialect::OpenAiChat, CallerDialect::OpenAiChat);
        let hides_usage = chat && !reply.stream_usage;
        let (frames, reader) = (Frames::new(vendor.framing()), vendor.forwarded_reader(caller));
        let standing = events.then(Standing::default);
        Self { hides_usage, frames, standing, ..Self::of(caller, reader, reply) }
    }

    /// Events that are read by `reader`, and pass as they are.
    #[must_use]
    pub fn of(caller: CallerDialect, reader: Box<dyn ReadStream>, reply: Reply) -> Self {
        Self {
            caller,
            reply,
            frames: Frames::new(Framing::Events),
            reader,
            hides_usage: false,
            splitter: ai::sse::Splitter::new(),
            standing: Some(Standing::default()),
            failed: false,
            puzzling: false,
        }
    }

    fn push(&mut self, piece: &[u8], facts: &SharedFacts, out: &mut Vec<u8>) {
        let mut events = Vec::new();
        let reader = &mut self.reader;
        // what is no sense to us may be sense to the caller: it goes on, and usage stays unknown
        let read = self.frames.push(piece, |frame| reader.read(frame, &mut events));
        let mut facts = facts.borrow_mut();
        match read {
            Ok(Err(failure)) if failure.kind != FailureKind::Garbled => {
                self.failed = true;
                facts.failure = Some(failure);
            }
            Ok(Ok(())) => {}
            _ => self.puzzling = true,
        }

        for event in events {
            match event {
                Event::Usage(usage) => facts.usage = Some(usage),
                Event::Finish { finish, .. } => facts.finish = Some(finish),
                Event::Begin { block: Begun::ToolUse { .. }, .. } => facts.finish = Some(Finish::ToolUse),
                Event::Delta { delta, .. } => facts.said += delta.length(),
                _ => {}
            }
        }
        drop(facts);
        if !self.hides_usage {
            out.extend_from_slice(piece);
            return;
        }
        match self.splitter.push(piece) {
            Ok(events) => {
                for event in events.iter().filter(|event| !is_usage_alone(event)) {
                    out.extend_from_slice(event);
                }
            }
            Err(_) => out.extend_from_slice(piece),
        }
    }

    fn end(&mut self, broken: Option<Failure>, facts: &SharedFacts, out: &mut Vec<u8>) {
        if self.hides_usage {
            out.extend_from_slice(&std::mem::take(&mut self.splitter).finish());
        }
        // it ended on the wire, but not in what it said
        let unfinished = !self.puzzling && facts.borrow().finish.is_none();
        let broken = broken.or_else(|| unfinished.then(|| Failure::garbled("the vendor's answer broke off")));
        if let Some(failure) = broken
            && !self.failed
        {
            self.caller.writer(self.reply.clone()).write(Event::Failed(failure.clone()), out);
            facts.borrow_mut().failure = Some(failure);
        }
    }
}

impl Forwarded {
    /// Takes what goes out.
    fn passed(&mut self, out: &[u8]) {
        if let Some(standing) = &mut self.standing {
            standing.push(out);
        }
    }

    fn keep_alive(&self, out: &mut Vec<u8>) {
        if self.standing.is_some_and(Standing::is_between) {
            self.caller.writer(self.reply.clone()).write(Event::Ping, out);
        }
    }

    /// Tells the caller why the answer ends here.
    fn fail(&self, failure: Failure, out: &mut Vec<u8>) {
        self.caller.writer(self.reply.clone()).write(Event::Failed(failure), out);
    }
}

/// OpenAI's last chunk, which has no choice and only usage.
fn is_usage_alone(event: &[u8]) -> bool {
    let Some((_, data)) = ai::sse::parse(event) else { return false };
    // the few bytes that tell it from the many chunks that it is not
    if memchr::memmem::find(&data, b"\"usage\"").is_none() {
        return false;
    }
    let Ok(chunk) = serde_json::from_slice::<serde_json::Value>(&data) else { return false };
    let no_choice = chunk.get("choices").and_then(serde_json::Value::as_array).is_some_and(Vec::is_empty);
    no_choice && chunk.get("usage").is_some_and(serde_json::Value::is_object)
}

impl AiBody {
    #[must_use]
    pub fn new(
        upstream: UpstreamBody,
        relay: Relay,
        facts: SharedFacts,
        (alarm, silence_ms): (Alarm, u64),
        clock: Clock,
        started_us: u64,
    ) -> Self {
        alarm.set(silence_ms);
        let screen = Screen::default();
        Self { upstream, relay, facts, alarm, silence_ms, clock, started_us, screen, ending: None }
    }

    /// With its texts masked, and kept once it is complete.
    #[must_use]
    pub fn screened(mut self, mask: Option<AnswerMask>, keep: Option<Keep>) -> Self {
        self.screen.keep = keep;
        match (&mut self.relay, mask) {
            (Relay::Translated(translation), Some(mask)) => translation.mask(mask),
            (Relay::Forwarded(forwarded), Some(mask)) => {
                self.screen.events = Some(Events::new(forwarded.caller, mask));
            }
            (_, None) => {}
        }
        self
    }

    /// The next piece for the caller; `None` at the end. An error follows what tells of it in the caller's dialect.
    pub fn poll_frame(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, RejectKind>>> {
        loop {
            if let Some(ending) = &mut self.ending {
                return Poll::Ready(ending.take().map(Err));
            }
            let mut out = Vec::new();
            match self.upstream.poll_frame(cx) {
                Poll::Ready(Some(Ok(frame))) => {
                    let Ok(data) = frame.into_data() else { continue };
                    self.alarm.set(self.silence_ms);
                    self.push(&data, &mut out);
                }
                Poll::Ready(None) => self.end(None, &mut out),
                Poll::Ready(Some(Err(kind))) => self.end(Some(kind), &mut out),
                Poll::Pending => {
                    if self.alarm.poll(cx).is_pending() {
                        return Poll::Pending;
                    }
                    self.alarm.set(self.silence_ms);
                    self.keep_alive(&mut out);
                }
            }
            if !out.is_empty() {
                return Poll::Ready(Some(Ok(Frame::data(out.into()))));
            }
        }
    }

    fn push(&mut self, data: &[u8], out: &mut Vec<u8>) {
        let now_us = self.clock.monotonic_us();
        self.facts.borrow_mut().first_piece_us.get_or_insert(now_us.saturating_sub(self.started_us));
        match &mut self.relay {
            Relay::Translated(translation) => translation.push(data, out),
            Relay::Forwarded(forwarded) => forwarded.push(data, &self.facts, out),
        }
        self.note();
        let passed = match &mut self.screen.events {
            Some(events) => events.push(&std::mem::take(out), out),
            None => Ok(()),
        };
        self.check_passed(passed, out);
        self.screen.push(out);
        if let Relay::Forwarded(forwarded) = &mut self.relay {
            forwarded.passed(out);
        }
    }

    /// Ends the answer where something was found in it that is not to pass.
    fn check_passed(&mut self, passed: Result<(), Unmasked>, out: &mut Vec<u8>) {
        let refused = match (&self.relay, passed) {
            (Relay::Forwarded(forwarded), Err(unmasked)) => {
                let failure = Failure::from(unmasked);
                forwarded.fail(failure.clone(), out);
                self.facts.borrow_mut().failure = Some(failure);
                true
            }
            (Relay::Translated(translation), _) => translation.has_refused(),
            _ => false,
        };
        if refused {
            self.ending = Some(Some(RejectKind::MaskRefused));
        }
    }

    fn end(&mut self, broken: Option<RejectKind>, out: &mut Vec<u8>) {
        let failure = broken.map(|kind| match kind {
            RejectKind::CallTimeout | RejectKind::UpstreamTimeout => {
                Failure::new(FailureKind::Timeout, "the vendor took too long")
            }
            _ => Failure::garbled("the vendor's answer broke off"),
        });
        match &mut self.relay {
            Relay::Translated(translation) => translation.end(failure, out),
            Relay::Forwarded(forwarded) => forwarded.end(failure, &self.facts, out),
        }
        self.note();
        // a stream that broke off without the vendor's doing anything wrong on the wire is broken all the same
        let failed = self.facts.borrow().failure.is_some();
        self.ending = Some(broken.or(failed.then_some(RejectKind::UpstreamBroken)));
        let passed = match &mut self.screen.events {
            Some(events) => events.push(&std::mem::take(out), out).and_then(|()| events.end(failed, out)),
            None => Ok(()),
        };
        self.check_passed(passed, out);
        self.screen.push(out);
        if matches!(self.ending, Some(None)) {
            self.screen.done();
        }
    }

    fn keep_alive(&mut self, out: &mut Vec<u8>) {
        match &mut self.relay {
            Relay::Translated(translation) => translation.keep_alive(out),
            Relay::Forwarded(forwarded) => forwarded.keep_alive(out),
        }
    }

    fn note(&self) {
        if let Relay::Translated(translation) = &self.relay {
            let mut facts = self.facts.borrow_mut();

            facts.usage = translation.usage().cloned();
            (facts.said, facts.finish) = (translation.said_bytes(), translation.finish());
            facts.failure = translation.failure().cloned();
        }
    }
}
