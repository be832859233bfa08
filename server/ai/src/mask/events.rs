//! A vendor's events that go on as they come, but for the texts in them.
//!
//! What is held back of a text goes out with a later event of the same text; where none comes, in an event like its
//! last one, before the one that ends it.

use super::channel::{AnswerMask, Channel};
use super::sites::{self, Key};
use super::{Unmasked, bodies, json};
use crate::dialect::CallerDialect;
use crate::sse::{self, Splitter};
use serde_json::Value;
use std::collections::BTreeMap;

/// Where a stream stands between two pieces.
pub struct Events {
    caller: CallerDialect,
    mask: AnswerMask,
    splitter: Splitter,
    /// Texts that go on, in the order in which they began.
    open: Vec<Open>,
    /// How many events were put in between: those after them count on.
    added: u64,
}

struct Open {
    key: Key,
    channel: Channel,
    /// The name and the data of its last event.
    last: (String, Vec<u8>),
}

impl Events {
    #[must_use]
    pub fn new(caller: CallerDialect, mask: AnswerMask) -> Self {
        Self { caller, mask, splitter: Splitter::new(), open: Vec::new(), added: 0 }
    }

    /// Takes a piece of the stream, and gives what may pass of it.
    pub fn push(&mut self, piece: &[u8], out: &mut Vec<u8>) -> Result<(), Unmasked> {
        let events = self.splitter.push(piece).map_err(|error| Unmasked::Unreadable(error.to_string()))?;
        events.iter().try_for_each(|event| self.event(event, out))
    }

    /// The stream has ended. `broken`: not as it should; then what was held back may be half of something.
    pub fn end(&mut self, broken: bool, out: &mut Vec<u8>) -> Result<(), Unmasked> {
        let rest = std::mem::take(&mut self.splitter).finish();
        if !broken {
            if !rest.is_empty() {
                self.event(&rest, out)?;
            }
            self.finish(|_| true, None, out)?;
        }
        Ok(())
    }

    fn event(&mut self, event: &[u8], out: &mut Vec<u8>) -> Result<(), Unmasked> {
        let Some((name, data)) = sse::parse(event) else {
            out.extend_from_slice(event);
            return Ok(());
        };
        let Ok(value) = serde_json::from_slice::<Value>(&data) else {
            // `[DONE]`
            self.finish(|_| true, None, out)?;
            out.extend_from_slice(event);
            return Ok(());
        };
        let caller = self.caller;
        let said = self.sites(&data, &value)?;
        // what ends with a word of its own ends there
        self.finish(|key| sites::ends(caller, &value, key) && !said.contains(key), Some(&value), out)?;
        let changed = self.rewrite(&name, &data, &value)?;
        match changed {
            None => out.extend_from_slice(event),
            Some(changed) => write(&name, &changed, out),
        }
        self.finish_silently(|key| sites::ends(caller, &value, key));
        Ok(())
    }

    /// The texts that the event has a part of.
    fn sites(&self, data: &[u8], value: &Value) -> Result<Vec<Key>, Unmasked> {
        let mut said = Vec::new();
        json::rewrite::<Unmasked>(data, |steps, leaf| {
            if leaf.is_text {
                said.extend(sites::site(self.caller, value, steps).map(|(key, _)| key));
            }
            Ok(None)
        })?;
        Ok(said)
    }

    /// The event with its texts as they may pass; `None` where they are what they were.
    fn rewrite(&mut self, name: &str, data: &[u8], value: &Value) -> Result<Option<Vec<u8>>, Unmasked> {
        let Self { caller, mask, open, added, .. } = self;
        json::rewrite(data, |steps, leaf| {
            if let Some(number) = sequence(steps, &leaf).filter(|_| *added > 0) {
                return Ok(Some(Value::from(number + *added)));
            }
            let Some((key, said)) = sites::site(*caller, value, steps).filter(|_| leaf.is_text) else {
                return bodies::leaf_of_answer(mask, steps, &leaf);
            };
            let at = open.iter().position(|open| open.key == key);
            let at = at.unwrap_or_else(|| {
                let (key, channel) = (key.clone(), Channel::new(said));
                open.push(Open { key, channel, last: Default::default() });
                open.len() - 1
            });
            let Some(open) = open.get_mut(at) else { return Ok(None) };
            let mut told = open.channel.push(mask, &leaf.value)?;
            if sites::ends(*caller, value, &key) {
                told.push_str(&open.channel.finish(mask)?);
            } else if open.channel.holds() {
                open.last = (name.to_owned(), data.to_vec());
            }
            Ok((told != leaf.value).then(|| Value::from(told)))
        })
    }

    /// Ends texts; what was held back of them goes out, before the event that ends them.
    fn finish(
        &mut self,
        ended: impl Fn(&Key) -> bool,
        before: Option<&Value>,
        out: &mut Vec<u8>,
    ) -> Result<(), Unmasked> {
        let mut rests = BTreeMap::new();
        for (at, open) in self.open.iter_mut().enumerate().filter(|(_, open)| ended(&open.key)) {
            let rest = open.channel.finish(&self.mask)?;
            if !rest.is_empty() {
                rests.insert(at, rest);
            }
        }
        for (at, rest) in rests {
            let Some(Open { key, last: (name, data), .. }) = self.open.get(at) else { continue };
            let number = before.and_then(|event| event.get("sequence_number")).and_then(Value::as_u64);
            let value: Value = serde_json::from_slice(data).unwrap_or_default();
            let more = json::rewrite::<Unmasked>(data, |steps, leaf| {
                if sequence(steps, &leaf).is_some() {
                    return Ok(number.map(|number| Value::from(number + self.added)));
                }
                let site = sites::site(self.caller, &value, steps).filter(|_| leaf.is_text);
                Ok(site.map(|(site, _)| Value::from(if site == *key { rest.as_str() } else { "" })))
            })?;
            write(name, &more.unwrap_or_default(), out);
            self.added += u64::from(number.is_some());
        }
        self.open.retain(|open| !ended(&open.key));
        Ok(())
    }

    /// Lets go of texts that have ended with all that was said of them.
    fn finish_silently(&mut self, ended: impl Fn(&Key) -> bool) {
        self.open.retain(|open| !ended(&open.key));
    }
}

/// The number of an event of the Responses dialect.
fn sequence(steps: &[domain::policies::mask::path::Step], leaf: &json::Leaf<'_>) -> Option<u64> {
    let [domain::policies::mask::path::Step::Name(name)] = steps else { return None };
    (name == "sequence_number" && !leaf.is_text).then(|| leaf.value.parse().ok())?
}

fn write(name: &str, data: &[u8], out: &mut Vec<u8>) {
    if data.is_empty() {
        return;
    }
    let text = String::from_utf8_lossy(data);
    if text.contains(['\n', '\r']) {
        // on one line
        let value: Value = serde_json::from_slice(data).unwrap_or_default();
        sse::write(name, &value, out);
    } else {
        sse::write_text(name, &text, out);
    }
}
