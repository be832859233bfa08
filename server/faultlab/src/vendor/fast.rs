//! `sim-fast`: answers that are ready before anybody asks, for benchmarks.

use super::body::{self, Body};
use super::refusal::Speaker;
use bytes::Bytes;
use http::Response;

/// The answers of one dialect.
struct Ready {
    whole: &'static str,
    stream: &'static str,
}

const OPENAI: Ready = Ready {
    whole: r#"{"id":"chatcmpl-fast","object":"chat.completion","created":1767225600,"model":"sim-fast","choices":[{"index":0,"message":{"role":"assistant","content":"Hello."},"finish_reason":"stop"}],"usage":{"prompt_tokens":1,"completion_tokens":1,"total_tokens":2}}"#,
    stream: concat!(
        r#"data: {"id":"chatcmpl-fast","object":"chat.completion.chunk","created":1767225600,"model":"sim-fast","choices":[{"index":0,"delta":{"role":"assistant","content":"Hello."},"finish_reason":null}]}"#,
        "\n\n",
        r#"data: {"id":"chatcmpl-fast","object":"chat.completion.chunk","created":1767225600,"model":"sim-fast","choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}"#,
        "\n\n",
        r#"data: {"id":"chatcmpl-fast","object":"chat.completion.chunk","created":1767225600,"model":"sim-fast","choices":[],"usage":{"prompt_tokens":1,"completion_tokens":1,"total_tokens":2}}"#,
        "\n\ndata: [DONE]\n\n"
    ),
};

const ANTHROPIC: Ready = Ready {
    whole: r#"{"id":"msg_fast","type":"message","role":"assistant","model":"sim-fast","content":[{"type":"text","text":"Hello."}],"stop_reason":"end_turn","stop_sequence":null,"usage":{"input_tokens":1,"output_tokens":1}}"#,
    stream: concat!(
        "event: message_start\n",
        r#"data: {"type":"message_start","message":{"id":"msg_fast","type":"message","role":"assistant","model":"sim-fast","content":[],"stop_reason":null,"stop_sequence":null,"usage":{"input_tokens":1,"output_tokens":1}}}"#,
        "\n\nevent: content_block_start\n",
        r#"data: {"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}"#,
        "\n\nevent: content_block_delta\n",
        r#"data: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"Hello."}}"#,
        "\n\nevent: content_block_stop\n",
        r#"data: {"type":"content_block_stop","index":0}"#,
        "\n\nevent: message_delta\n",
        r#"data: {"type":"message_delta","delta":{"stop_reason":"end_turn","stop_sequence":null},"usage":{"output_tokens":1}}"#,
        "\n\nevent: message_stop\n",
        r#"data: {"type":"message_stop"}"#,
        "\n\n"
    ),
};

const GEMINI: &str = r#"{"candidates":[{"content":{"role":"model","parts":[{"text":"Hello."}]},"finishReason":"STOP","index":0}],"usageMetadata":{"promptTokenCount":1,"candidatesTokenCount":1,"totalTokenCount":2}}"#;

const BEDROCK: &str = r#"{"output":{"message":{"role":"assistant","content":[{"text":"Hello."}]}},"stopReason":"end_turn","usage":{"inputTokens":1,"outputTokens":1,"totalTokens":2},"metrics":{"latencyMs":1}}"#;

const EMBEDDING: &str = r#"{"object":"list","model":"sim-fast","data":[{"object":"embedding","index":0,"embedding":[0.5,0.5,0.5,0.5]}],"usage":{"prompt_tokens":1,"total_tokens":1}}"#;

/// The answer and whose it is, when it is `sim-fast` that is asked: by the path, or by the bytes `"sim-fast"`
/// anywhere in the body. A stream is wanted where the body holds `"stream":true`.
pub(super) fn answer(path: &str, body: &[u8]) -> Option<(Speaker, Response<Body>)> {
    match path {
        "/v1beta/models/sim-fast:generateContent" => return Some((Speaker::Gemini, json(GEMINI))),
        "/model/sim-fast/converse" => return Some((Speaker::Bedrock, json(BEDROCK))),
        "/v1/chat/completions" | "/v1/messages" | "/v1/embeddings" => {}
        _ => return None,
    }
    let body = std::str::from_utf8(body).ok().filter(|body| body.contains("\"sim-fast\""))?;
    let (speaker, ready) = match path {
        "/v1/embeddings" => return Some((Speaker::OpenAi, json(EMBEDDING))),
        "/v1/messages" => (Speaker::Anthropic, &ANTHROPIC),
        _ => (Speaker::OpenAi, &OPENAI),
    };
    let streams = body.contains("\"stream\":true") || body.contains("\"stream\": true");
    let response = if streams {
        body::whole("text/event-stream", Bytes::from_static(ready.stream.as_bytes()))
    } else {
        json(ready.whole)
    };
    Some((speaker, response))
}

fn json(text: &'static str) -> Response<Body> {
    body::whole("application/json", Bytes::from_static(text.as_bytes()))
}
