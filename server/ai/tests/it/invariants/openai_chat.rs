//! Chunks: the role first, calls of tools in order, one reason for the end, usage, `[DONE]`.

use super::{Checked, End, ensure, json};
use serde_json::Value;

pub fn check(events: &[(&str, &str)]) -> Checked {
    let Some(((name, last), before)) = events.split_last() else { return Err("nothing was said".into()) };
    ensure(name.is_empty() && events.iter().all(|(name, _)| name.is_empty()), || {
        "an event has a name".into()
    })?;
    let done = *last == "[DONE]";
    let mut stream = Stream::default();
    for (_, data) in before {
        stream.chunk(&json(data)?)?;
    }
    if done {
        ensure(stream.finished, || "no reason for the end before [DONE]".into())?;
        return Ok(End::Well);
    }
    let error = json(last)?;
    ensure(error["error"]["message"].is_string(), || {
        format!("neither [DONE] nor an error at the end: {error}")
    })?;
    ensure(!stream.finished, || "an error after the reason for the end".into())?;
    Ok(End::Failed)
}

#[derive(Default)]
struct Stream {
    head: Option<[Value; 3]>,
    calls: u64,
    finished: bool,
    counted: bool,
}

impl Stream {
    fn chunk(&mut self, chunk: &Value) -> Result<(), String> {
        let rule = |what: &str| format!("{what}: {chunk}");
        ensure(chunk["object"] == "chat.completion.chunk", || rule("no chunk"))?;
        let head = ["id", "created", "model"].map(|field| chunk[field].clone());
        let first = self.head.is_none();
        ensure(*self.head.get_or_insert(head.clone()) == head, || rule("id, time or model have changed"))?;
        ensure(!self.counted, || rule("something after usage"))?;
        let choices = chunk["choices"].as_array().ok_or_else(|| rule("no list of choices"))?;
        let [choice] = choices.as_slice() else {
            ensure(choices.is_empty() && chunk["usage"].is_object(), || rule("neither a choice nor usage"))?;
            ensure(self.finished, || rule("usage before the reason for the end"))?;
            self.counted = true;
            return Ok(());
        };
        ensure(choice["index"] == 0 && !self.finished, || rule("another choice, or one after the end"))?;
        ensure(chunk["usage"].is_null(), || rule("usage in the midst"))?;
        let delta = &choice["delta"];
        ensure(first == (delta["role"] == "assistant"), || rule("the role is not said first, and once"))?;
        for call in delta["tool_calls"].as_array().into_iter().flatten() {
            self.call(call).map_err(|what| rule(&what))?;
        }
        self.finished = choice["finish_reason"].is_string();
        Ok(())
    }

    fn call(&mut self, call: &Value) -> Result<(), String> {
        let index = call["index"].as_u64().ok_or("a call without its number")?;
        let names = [&call["id"], &call["type"], &call["function"]["name"]];
        if index == self.calls {
            self.calls += 1;
            // the name is the vendor's word, whatever it is
            let id = call["id"].as_str().unwrap_or_default();
            let named = !id.is_empty() && names.iter().all(|name| name.is_string());
            return ensure(named, || "a call that begins without an id or a name".into());
        }
        ensure(index + 1 == self.calls && names.iter().all(|name| name.is_null()), || {
            "a call that is not the last one, or is named again".into()
        })
    }
}
