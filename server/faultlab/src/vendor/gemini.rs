//! Gemini generateContent, streamed as events or as one JSON array.

use super::asked::{Asked, Choice, Part, Tool, Turn, Who};
use super::body;
use super::dialect::{Call, Dialect};
use super::fields;
use super::refusal::{Refusal, Speaker};
use super::reply::{self, Finish, Reply, Usage};
use bytes::Bytes;
use serde_json::{Map, Value, json};

/// Google documents this for history that another model made.
const UNSIGNED: &str = "skip_thought_signature_validator";

const FIELDS: &[&str] = &[
    "contents",
    "systemInstruction",
    "generationConfig",
    "tools",
    "toolConfig",
    "safetySettings",
    "cachedContent",
    "model",
    "labels",
    "serviceTier",
    "store",
];
const SETTINGS: &[&str] = &[
    "temperature",
    "topP",
    "topK",
    "maxOutputTokens",
    "stopSequences",
    "candidateCount",
    "seed",
    "presencePenalty",
    "frequencyPenalty",
    "responseLogprobs",
    "logprobs",
    "responseMimeType",
    "responseSchema",
    "responseJsonSchema",
    "thinkingConfig",
    "responseModalities",
    "speechConfig",
    "imageConfig",
    "mediaResolution",
];
/// What the schemas of Gemini do not know.
const NOT_IN_SCHEMAS: &[&str] =
    &["$ref", "$schema", "$defs", "additionalProperties", "exclusiveMinimum", "const"];

pub(super) struct Gemini {
    pub stream: bool,
    /// Events; else one array.
    pub sse: bool,
}

impl Dialect for Gemini {
    fn speaker(&self) -> Speaker {
        Speaker::Gemini
    }

    fn read(&self, call: &Call) -> Result<Asked, Refusal> {
        let body = &camel(&call.body);
        fields::only(body, FIELDS)?;
        let settings = body.get("generationConfig").cloned().unwrap_or_else(|| json!({}));
        let settings = &camel(&settings);
        fields::only(settings, SETTINGS)?;
        fields::at_most(settings, "temperature", 2.0)?;
        let mut turns = Vec::new();
        if let Some(system) = fields::present(body, "systemInstruction") {
            turns.push(Turn { who: Who::System, parts: parts(system)? });
        }
        for content in fields::list(body, "contents")? {
            turns.push(turn(content)?);
        }
        let mut tools = Vec::new();
        for offered in fields::optional_list(body, "tools")? {
            for function in fields::optional_list(&camel(offered), "functionDeclarations")? {
                tools.push(tool(function)?);
            }
        }
        let asked = Asked {
            model: call.model.clone(),
            turns,
            tools,
            choice: choice(body.get("toolConfig"))?,
            format: format(settings)?,
            limit: fields::count(settings, "maxOutputTokens")?,
            stream: self.stream,
            include_usage: true,
        };
        asked.check_results()?;
        asked.check_thoughts()?;
        Ok(asked)
    }

    fn whole(&self, reply: &Reply) -> Value {
        let mut parts = Vec::new();
        if let Some(thought) = reply.thought {
            parts.push(json!({ "text": thought, "thought": true }));
        }
        if !reply.text.is_empty() && reply.finish != Finish::Refused {
            parts.push(signed(json!({ "text": reply.text }), reply, "text"));
        }
        parts.extend(call_parts(reply));
        chunk(reply, parts, Some(finish(reply.finish)))
    }

    fn stream(&self, reply: &Reply) -> Vec<Bytes> {
        let mut chunks = Vec::new();
        if !reply.empty && reply.finish != Finish::Refused {
            let thought = reply::pieces(reply.thought.unwrap_or_default());
            let thought = thought.into_iter().map(|piece| json!({ "text": piece, "thought": true }));
            let text = reply::pieces(&reply.text).into_iter().map(|piece| json!({ "text": piece }));
            chunks.extend(thought.chain(text).map(|part| chunk(reply, vec![part], None)));
            let calls = call_parts(reply);
            if !calls.is_empty() {
                chunks.push(chunk(reply, calls, None));
            }
        }
        // the reason comes after the calls, in a chunk of its own, as the vendor does
        let last = if reply.calls.is_empty() {
            signed(json!({ "text": "" }), reply, "text")
        } else {
            json!({ "text": "" })
        };
        chunks.push(chunk(reply, vec![last], Some(finish(reply.finish))));
        if self.sse { chunks.iter().map(body::data).collect() } else { array(&chunks) }
    }

    fn stream_type(&self) -> &'static str {
        if self.sse { "text/event-stream" } else { "application/json" }
    }

    fn garbage(&self) -> Bytes {
        Bytes::from_static(if self.sse { b"data: {\"broken\": \n\n" } else { b",\n{\"broken\": " })
    }

    fn broken(&self) -> Bytes {
        let error = Refusal::new(500, "the simulated stream failed").body(Speaker::Gemini, "");
        if self.sse { body::data(&error) } else { Bytes::from(format!(",\n{error}\n]")) }
    }
}

fn array(chunks: &[Value]) -> Vec<Bytes> {
    let open = |at: usize| if at == 0 { "[" } else { ",\n" };
    let elements = chunks.iter().enumerate().map(|(at, chunk)| Bytes::from(format!("{}{chunk}", open(at))));
    elements.chain([Bytes::from_static(b"\n]")]).collect()
}

/// Without a candidate, the prompt was blocked.
fn chunk(reply: &Reply, parts: Vec<Value>, finish: Option<&str>) -> Value {
    let mut chunk = Map::new();
    if reply.empty {
        chunk.insert("promptFeedback".to_owned(), json!({ "blockReason": "OTHER" }));
    } else {
        let mut candidate = json!({ "index": 0 });
        if let Some(candidate) = candidate.as_object_mut() {
            if reply.finish != Finish::Refused {
                candidate.insert("content".to_owned(), json!({ "role": "model", "parts": parts }));
            }
            candidate.extend(finish.map(|finish| ("finishReason".to_owned(), Value::from(finish))));
        }
        chunk.insert("candidates".to_owned(), json!([candidate]));
    }
    chunk.extend(reply.usage.map(|usage| ("usageMetadata".to_owned(), usage_of(&usage))));
    chunk.insert("modelVersion".to_owned(), Value::from(reply.model.as_str()));
    chunk.insert("responseId".to_owned(), Value::from(format!("sim{:06}", reply.number)));
    Value::Object(chunk)
}

/// The first call carries the signature, for all of them.
fn call_parts(reply: &Reply) -> Vec<Value> {
    let parts = reply.calls.iter().enumerate().map(|(at, call)| {
        let part = json!({ "functionCall": { "name": call.name, "args": call.arguments } });
        if at == 0 { signed(part, reply, &call.name) } else { part }
    });
    parts.collect()
}

fn signed(mut part: Value, reply: &Reply, of: &str) -> Value {
    if let (Some(_), Some(part)) = (reply.thought, part.as_object_mut()) {
        part.insert("thoughtSignature".to_owned(), Value::from(reply::signature(of)));
    }
    part
}

/// The outermost names as JSON writes them here, where they came with underscores.
fn camel(of: &Value) -> Value {
    let Some(fields) = of.as_object() else { return of.clone() };
    let renamed = fields.iter().map(|(name, value)| {
        let mut words = name.split('_');
        let mut camel = words.next().unwrap_or_default().to_owned();
        for word in words {
            let mut letters = word.chars();
            camel.extend(letters.next().map(|first| first.to_ascii_uppercase()));
            camel.push_str(letters.as_str());
        }
        (camel, value.clone())
    });
    Value::Object(renamed.collect())
}

fn turn(content: &Value) -> Result<Turn, Refusal> {
    let who = match fields::optional_text(content, "role")? {
        None | Some("user" | "function") => Who::User,
        Some("model") => Who::Assistant,
        Some(_) => return Err(Refusal::bad("Please use a valid role: user, model.")),
    };
    Ok(Turn { who, parts: parts(content)? })
}

fn parts(content: &Value) -> Result<Vec<Part>, Refusal> {
    let mut parts = Vec::new();
    for part in fields::list(content, "parts")? {
        let part = &camel(part);
        if let (Some(sign), Some(call)) =
            (fields::optional_text(part, "thoughtSignature")?, part.get("functionCall"))
        {
            if sign != UNSIGNED && sign != reply::signature(fields::text(call, "name")?) {
                return Err(Refusal::bad("Thought signature is not valid."));
            }
            parts.push(Part::Thought);
        }
        parts.push(self::part(part)?);
    }
    Ok(parts)
}

/// Calls are told apart by name: ids are of no account here.
fn part(part: &Value) -> Result<Part, Refusal> {
    let is_thought = fields::flag(part, "thought")?;
    if let Some(text) = fields::optional_text(part, "text")? {
        return Ok(if is_thought { Part::Other } else { Part::Text(text.to_owned()) });
    }
    if let Some(call) = fields::present(part, "functionCall") {
        if call.get("args").is_some_and(|args| !args.is_object()) {
            return Err(fields::wrong("functionCall.args", "an object"));
        }
        return Ok(Part::Call(fields::text(call, "name")?.to_owned()));
    }
    if let Some(result) = fields::present(part, "functionResponse") {
        let said = fields::object(result, "response")?;
        let plain = ["result", "output"].iter().find_map(|name| said.get(*name)?.as_str());
        let text = plain.map_or_else(|| said.to_string(), str::to_owned);
        return Ok(Part::Result { id: fields::text(result, "name")?.to_owned(), text });
    }
    if let Some(data) = fields::present(part, "inlineData") {
        fields::text(data, "data")?;
        let is_image = fields::text(&camel(data), "mimeType")?.starts_with("image/");
        return Ok(if is_image { Part::Image } else { Part::Other });
    }
    if let Some(file) = fields::present(part, "fileData") {
        let file = camel(file);
        fields::text(&file, "fileUri")?;
        let is_image =
            fields::optional_text(&file, "mimeType")?.is_some_and(|kind| kind.starts_with("image/"));
        return Ok(if is_image { Part::Image } else { Part::Other });
    }
    Err(Refusal::bad("contents.parts: a part must have exactly one initialized field"))
}

fn tool(function: &Value) -> Result<Tool, Refusal> {
    let function = &camel(function);
    let schema = match (function.get("parameters"), function.get("parametersJsonSchema")) {
        (Some(_), Some(_)) => {
            return Err(Refusal::bad("parameters and parametersJsonSchema exclude each other"));
        }
        (Some(parameters), None) => {
            check_schema(parameters)?;
            parameters.clone()
        }
        (None, schema) => schema.cloned().unwrap_or_else(|| json!({})),
    };
    Ok(Tool { name: fields::tool_name(function, "name")?.to_owned(), schema })
}

/// The subset of OpenAPI that Gemini reads.
fn check_schema(schema: &Value) -> Result<(), Refusal> {
    let Some(fields) = schema.as_object() else { return Ok(()) };
    if let Some(name) = fields.keys().find(|name| NOT_IN_SCHEMAS.contains(&name.as_str())) {
        let message = format!("Invalid JSON payload received. Unknown name \"{name}\": Cannot find field.");
        return Err(Refusal::bad(message));
    }
    let properties = schema.get("properties").and_then(Value::as_object);
    let below = properties.into_iter().flat_map(Map::values).chain(schema.get("items"));
    below
        .chain(schema.get("anyOf").and_then(Value::as_array).into_iter().flatten())
        .try_for_each(check_schema)
}

fn choice(settings: Option<&Value>) -> Result<Choice, Refusal> {
    let settings = settings.map(camel);
    let Some(calling) = settings.as_ref().and_then(|settings| settings.get("functionCallingConfig")) else {
        return Ok(Choice::Auto);
    };
    let calling = &camel(calling);
    let allowed = fields::optional_list(calling, "allowedFunctionNames")?;
    match fields::optional_text(calling, "mode")?.unwrap_or("AUTO") {
        "AUTO" | "VALIDATED" | "MODE_UNSPECIFIED" => Ok(Choice::Auto),
        "NONE" => Ok(Choice::Never),
        "ANY" => Ok(match allowed.first().and_then(Value::as_str) {
            Some(name) => Choice::Named(name.to_owned()),
            None => Choice::Any,
        }),
        other => Err(Refusal::bad(format!("functionCallingConfig.mode: {other:?} is not known"))),
    }
}

fn format(settings: &Value) -> Result<Option<Value>, Refusal> {
    let is_json = fields::optional_text(settings, "responseMimeType")? == Some("application/json");
    let narrow = fields::present(settings, "responseSchema");
    narrow.map_or(Ok(()), check_schema)?;
    let schema = narrow.or_else(|| fields::present(settings, "responseJsonSchema"));
    match schema {
        Some(_) if !is_json => Err(Refusal::bad("a response schema needs responseMimeType application/json")),
        Some(schema) => Ok(Some(schema.clone())),
        None => Ok(is_json.then(|| json!({}))),
    }
}

fn finish(finish: Finish) -> &'static str {
    match finish {
        Finish::Stop | Finish::Tools => "STOP",
        Finish::Length => "MAX_TOKENS",
        Finish::Refused => "SAFETY",
    }
}

fn usage_of(usage: &Usage) -> Value {
    let mut said = json!({
        "promptTokenCount": usage.prompt,
        "candidatesTokenCount": usage.without_reasoning(),
        "totalTokenCount": usage.total(),
    });
    if let Some(said) = said.as_object_mut() {
        if usage.cached > 0 {
            said.insert("cachedContentTokenCount".to_owned(), Value::from(usage.cached));
        }
        if usage.reasoning > 0 {
            said.insert("thoughtsTokenCount".to_owned(), Value::from(usage.reasoning));
        }
    }
    said
}
