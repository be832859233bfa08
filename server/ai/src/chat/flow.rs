//! Puts the pieces of an answer into order, whatever the vendor's stream looks like.

use super::{Begun, Delta, Event, Finish};
use crate::failure::Failure;
use std::collections::VecDeque;

/// Between a vendor's stream and what writes the caller's. What comes out keeps the order that [`Event`] promises:
/// blocks one after the other, each begun, ended and numbered from 0, and one `Finish` at the end or a `Failed`. Pieces
/// of several calls of tools that come mixed are held back until it is their turn.
#[derive(Debug, Default)]
pub struct Flow {
    started: bool,
    open: Option<Open>,
    /// Begun by the vendor while another block was not complete.
    held: VecDeque<Held>,
    /// How many blocks have begun.
    count: u32,
    tools: bool,
    finish: Option<(Finish, Option<String>)>,
    over: bool,
}

#[derive(Debug)]
struct Open {
    vendors: u32,
    /// Of a tool's arguments.
    balance: Option<Balance>,
}

#[derive(Debug)]
struct Held {
    vendors: u32,
    block: Begun,
    deltas: Vec<Delta>,
    ended: bool,
}

impl Flow {
    /// Takes an event as the vendor's reader made it.
    pub fn push(&mut self, event: Event, out: &mut Vec<Event>) {
        if self.over {
            return;
        }
        match event {
            Event::Ping => out.push(Event::Ping),
            Event::Failed(failure) => self.fail(failure, out),
            Event::Start { .. } if self.started => {}
            Event::Start { .. } => {
                self.started = true;
                out.push(event);
            }
            event => {
                self.start(out);
                self.push_started(event, out);
            }
        }
    }

    /// The vendor's stream has ended: with all that there was, or too early.
    pub fn end(&mut self, out: &mut Vec<Event>) {
        if self.over {
            return;
        }
        let Some((finish, stop_sequence)) = self.finish.take() else {
            self.fail(Failure::garbled("the vendor's answer broke off"), out);
            return;
        };
        self.start(out);
        while self.open.is_some() || !self.held.is_empty() {
            self.close(out);
        }
        self.over = true;
        out.push(Event::Finish { finish: finish.with_tools(self.tools), stop_sequence });
    }

    /// Whether `Finish` or `Failed` has come out: nothing will after it.
    #[must_use]
    pub fn is_over(&self) -> bool {
        self.over
    }

    fn start(&mut self, out: &mut Vec<Event>) {
        if !std::mem::replace(&mut self.started, true) {
            out.push(Event::Start { id: String::new(), model: String::new() });
        }
    }

    fn fail(&mut self, failure: Failure, out: &mut Vec<Event>) {
        self.over = true;
        out.push(Event::Failed(failure));
    }

    fn push_started(&mut self, event: Event, out: &mut Vec<Event>) {
        match event {
            Event::Begin { index, block } => self.begin(index, block, out),
            Event::Delta { index, delta } => self.delta(index, delta, out),
            Event::End { index } => {
                if self.open.as_ref().is_some_and(|open| open.vendors == index) {
                    self.close(out);
                } else if let Some(held) = self.held(index) {
                    held.ended = true;
                }
            }
            Event::Finish { finish, stop_sequence } => {
                self.finish.get_or_insert((finish, stop_sequence));
            }
            other => out.push(other),
        }
    }

    fn held(&mut self, vendors: u32) -> Option<&mut Held> {
        self.held.iter_mut().find(|held| held.vendors == vendors)
    }

    fn begin(&mut self, index: u32, block: Begun, out: &mut Vec<Event>) {
        let is_open = self.open.as_ref().is_some_and(|open| open.vendors == index);
        if is_open || self.held(index).is_some() {
            return;
        }
        let waits =
            self.open.as_ref().and_then(|open| open.balance.as_ref()).is_some_and(|it| !it.is_complete());
        if waits || !self.held.is_empty() {
            self.held.push_back(Held { vendors: index, block, deltas: Vec::new(), ended: false });
            return;
        }
        if self.open.is_some() {
            self.close(out);
        }
        self.open(index, block, out);
    }

    fn open(&mut self, vendors: u32, block: Begun, out: &mut Vec<Event>) {
        let tool = matches!(block, Begun::ToolUse { .. });
        self.tools |= tool;
        self.open = Some(Open { vendors, balance: tool.then(Balance::default) });
        out.push(Event::Begin { index: self.count, block });
        self.count += 1;
    }

    /// Ends the open block, and begins what was held for after it.
    fn close(&mut self, out: &mut Vec<Event>) {
        if self.open.take().is_some() {
            out.push(Event::End { index: self.count.saturating_sub(1) });
        }
        while let Some(held) = self.held.pop_front() {
            self.open(held.vendors, held.block, out);
            for delta in held.deltas {
                self.emit(delta, out);
            }
            let complete =
                self.open.as_ref().and_then(|open| open.balance.as_ref()).is_some_and(Balance::is_complete);
            if !(held.ended || complete && !self.held.is_empty()) {
                return;
            }
            self.open = None;
            out.push(Event::End { index: self.count.saturating_sub(1) });
        }
    }

    fn delta(&mut self, index: u32, delta: Delta, out: &mut Vec<Event>) {
        if matches!(&delta, Delta::Text(text) | Delta::Arguments(text) if text.is_empty()) {
            return;
        }
        if self.open.as_ref().is_some_and(|open| open.vendors == index) {
            self.emit(delta, out);
        } else if let Some(held) = self.held(index) {
            held.deltas.push(delta);
        } else if let Delta::Text(_) = delta {
            self.begin(index, Begun::Text, out);
            self.delta(index, delta, out);
        } else if let Delta::Arguments(_) = delta {
            self.fail(Failure::garbled("the vendor sent arguments of no tool"), out);
        }
    }

    fn emit(&mut self, delta: Delta, out: &mut Vec<Event>) {
        let Some(open) = &mut self.open else { return };
        if let (Some(balance), Delta::Arguments(text)) = (&mut open.balance, &delta) {
            balance.push(text);
        }
        out.push(Event::Delta { index: self.count.saturating_sub(1), delta });
    }
}

/// Whether a JSON object that comes in pieces is complete.
#[derive(Debug, Default)]
struct Balance {
    depth: u32,
    seen: bool,
    in_text: bool,
    escaped: bool,
}

impl Balance {
    fn push(&mut self, piece: &str) {
        for byte in piece.bytes() {
            if self.in_text {
                match byte {
                    _ if self.escaped => self.escaped = false,
                    b'\\' => self.escaped = true,
                    b'"' => self.in_text = false,
                    _ => {}
                }
                continue;
            }
            match byte {
                b'"' => self.in_text = true,
                b'{' | b'[' => {
                    self.depth += 1;
                    self.seen = true;
                }
                b'}' | b']' => self.depth = self.depth.saturating_sub(1),
                _ => {}
            }
        }
    }

    fn is_complete(&self) -> bool {
        self.seen && self.depth == 0
    }
}

impl Finish {
    /// Tools were called, or not: some vendors say `stop` either way.
    #[must_use]
    pub fn with_tools(self, any: bool) -> Self {
        match self {
            Self::Stop if any => Self::ToolUse,
            Self::ToolUse if !any => Self::Stop,
            other => other,
        }
    }
}

#[cfg(test)]
mod tests;
