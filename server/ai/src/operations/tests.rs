//! What vendors are told of a task, and what callers are told of their answers.

use super::*;
use serde_json::json;

const OPENAI: CallerDialect = CallerDialect::OpenAiChat;
const GEMINI: CallerDialect = CallerDialect::Gemini;
const ANTHROPIC: CallerDialect = CallerDialect::Anthropic;

fn server<'a>(vendor: &'a str, dialect: VendorDialect, model: &'a str) -> Server<'a> {
    Server { vendor, dialect, model }
}

fn target(model: &str) -> Target<'_> {
    Target { model, max_output: Some(1_000), max_completion_tokens: false }
}

/// What is said, and the answer as the caller reads it.
fn cross(
    (task, caller): (Task, CallerDialect),
    server: &Server<'_>,
    asked: &Value,
    answered: &Value,
) -> (String, Value, Value, Option<Usage>) {
    let asked = asked.to_string();
    let written = write(task, caller, asked.as_bytes(), server, &target(server.model)).unwrap();
    let told = written.back.answer(answered.to_string().as_bytes(), None).unwrap();
    let value = |bytes: &[u8]| serde_json::from_slice(bytes).unwrap();
    (written.path, value(&written.body), value(&told.body), told.usage)
}

/// What a caller who speaks OpenAI is told.
fn list_of(model: &str, vectors: &[Value]) -> Value {
    let one = |(index, vector)| json!({ "object": "embedding", "index": index, "embedding": vector });
    let data: Vec<Value> = vectors.iter().enumerate().map(one).collect();
    let usage = json!({ "prompt_tokens": 3, "total_tokens": 3 });
    json!({ "object": "list", "model": model, "data": data, "usage": usage })
}

#[test]
fn texts_are_embedded_by_every_vendor_who_can() {
    let vectors = [json!([0.5, -1.25]), json!([1.0, 0.0])];
    let asked = json!({ "model": "m", "input": ["a b", "c"], "dimensions": 2, "input_type": "query" });
    let listed = json!([{ "index": 1, "embedding": vectors[1] }, { "index": 0, "embedding": vectors[0] }]);
    let request = |text: &str| json!({ "model": "models/m", "content": { "parts": [{ "text": text }] }, "taskType": "RETRIEVAL_QUERY", "outputDimensionality": 2 });
    let texts = json!({ "texts": ["a b", "c"], "input_type": "search_query", "embedding_types": ["float"], "output_dimension": 2 });
    let mut to_cohere = texts.clone();
    to_cohere["model"] = json!("m");
    let predicted = |vector: &Value, count: u64| json!({ "embeddings": { "values": vector, "statistics": { "token_count": count } } });
    let cases = [
        (
            server("mistral", VendorDialect::Mistral, "m"),
            "/embeddings",
            json!({ "input": ["a b", "c"], "model": "m", "output_dimension": 2 }),
            json!({ "data": listed, "usage": { "prompt_tokens": 3, "total_tokens": 3 } }),
        ),
        (
            server("cohere", VendorDialect::Cohere, "m"),
            "/embed",
            to_cohere,
            json!({ "embeddings": { "float": vectors }, "meta": { "billed_units": { "input_tokens": 3.0 } } }),
        ),
        (
            server("ollama", VendorDialect::Ollama, "m"),
            "/embed",
            json!({ "input": ["a b", "c"], "model": "m", "dimensions": 2 }),
            json!({ "embeddings": vectors, "prompt_eval_count": 3 }),
        ),
        (
            server("gemini", VendorDialect::Gemini, "m"),
            "/models/m:batchEmbedContents",
            json!({ "requests": [request("a b"), request("c")] }),
            json!({ "embeddings": [{ "values": vectors[0] }, { "values": vectors[1] }], "usageMetadata": { "promptTokenCount": 3 } }),
        ),
        (
            server("vertex", VendorDialect::Gemini, "m"),
            "/models/m:predict",
            json!({
                "instances": [
                    { "content": "a b", "task_type": "RETRIEVAL_QUERY" },
                    { "content": "c", "task_type": "RETRIEVAL_QUERY" },
                ],
                "parameters": { "outputDimensionality": 2 },
            }),
            json!({ "predictions": [predicted(&vectors[0], 2), predicted(&vectors[1], 1)] }),
        ),
        (
            server("bedrock", VendorDialect::Bedrock, "cohere.embed-v4:0"),
            "/model/cohere.embed-v4%3A0/invoke",
            texts,
            json!({ "embeddings": { "float": vectors }, "meta": { "billed_units": { "input_tokens": 3 } } }),
        ),
    ];
    for (server, path, body, answered) in cases {
        let (to, said, told, usage) = cross((Task::Embeddings, OPENAI), &server, &asked, &answered);
        assert_eq!((to.as_str(), &said), (path, &body), "{}", server.vendor);
        assert_eq!(told, list_of(server.model, &vectors), "{}", server.vendor);
        assert_eq!(usage.unwrap().input, 3, "{}", server.vendor);
        assert_eq!(way(Task::Embeddings, OPENAI, &server), Way::Translate);
    }
}

#[test]
fn numbers_are_packed_as_openais_sdk_wants_them() {
    let asked = json!({ "model": "m", "input": "a", "encoding_format": "base64" });
    let answered = json!({ "embedding": [1.0, -2.5], "inputTextTokenCount": 1 });
    let server = server("bedrock", VendorDialect::Bedrock, "amazon.titan-embed-text-v2:0");
    let (path, said, told, usage) = cross((Task::Embeddings, OPENAI), &server, &asked, &answered);
    assert_eq!(path, "/model/amazon.titan-embed-text-v2%3A0/invoke");
    assert_eq!(said, json!({ "inputText": "a" }));
    // 00 00 80 3f, 00 00 20 c0
    assert_eq!(told["data"][0]["embedding"], "AACAPwAAIMA=");
    assert_eq!(usage.unwrap().input, 1);
}

#[test]
fn geminis_callers_get_vectors_of_others() {
    let server = server("openai", VendorDialect::OpenAiChat, "m");
    let content = |text: &str| json!({ "parts": [{ "text": text }] });
    let one = json!({ "content": content("a"), "taskType": "CLUSTERING", "output_dimensionality": 3 });
    let answered = json!({ "data": [{ "index": 0, "embedding": [1, 2] }], "usage": { "prompt_tokens": 1 } });
    let (path, said, told, _) = cross((Task::Embedding, GEMINI), &server, &one, &answered);
    assert_eq!(path, "/embeddings");
    assert_eq!(said, json!({ "input": ["a"], "model": "m", "dimensions": 3, "encoding_format": "float" }));
    assert_eq!(
        told,
        json!({ "embedding": { "values": [1, 2] }, "usageMetadata": { "promptTokenCount": 1 } })
    );
    let batch = json!({ "requests": [{ "model": "models/x", "content": content("a") }] });
    let (_, _, told, _) = cross((Task::Embeddings, GEMINI), &server, &batch, &answered);
    assert_eq!(told["embeddings"], json!([{ "values": [1, 2] }]));

    let differ = json!({ "requests": [
        { "content": content("a"), "outputDimensionality": 3 },
        { "content": content("b"), "outputDimensionality": 4 },
    ] });
    let refused = write(Task::Embeddings, GEMINI, differ.to_string().as_bytes(), &server, &target("m"));
    let Err(Unwritten::Invalid(failure)) = refused else { panic!("{refused:?}") };
    assert_eq!(failure.param.as_deref(), Some("requests[1].outputDimensionality"));
}

#[test]
fn what_cannot_be_embedded_is_refused_by_name() {
    let titan = server("bedrock", VendorDialect::Bedrock, "amazon.titan-embed-text-v1");
    let ollama = server("ollama", VendorDialect::Ollama, "m");
    let nova = server("bedrock", VendorDialect::Bedrock, "amazon.nova-pro-v1:0");
    for (server, body, says) in [
        (&titan, json!({ "input": ["a", "b"] }), Err("expected one text")),
        (&ollama, json!({ "input": [1, 2] }), Err("lists of tokens")),
        (&nova, json!({ "input": "a" }), Err("has no embeddings")),
        (&ollama, json!({ "input": 7 }), Ok("input")),
        (&ollama, json!({ "input": [] }), Ok("input")),
        (&ollama, json!({ "input": "a", "encoding_format": "int8" }), Ok("encoding_format")),
        (&ollama, json!({}), Ok("input")),
    ] {
        let written = write(Task::Embeddings, OPENAI, body.to_string().as_bytes(), server, &target("m"));
        match (written, says) {
            (Err(Unwritten::Unable(why)), Err(says)) => assert!(why.contains(says), "{why}"),
            (Err(Unwritten::Invalid(failure)), Ok(field)) => {
                assert_eq!(failure.param.as_deref(), Some(field))
            }
            (other, _) => panic!("{body}: {other:?}"),
        }
    }
    let none = server("anthropic", VendorDialect::Anthropic, "m");
    assert!(matches!(way(Task::Embeddings, OPENAI, &none), Way::Refuse(why) if why.contains("anthropic")));
}

#[test]
fn documents_are_ranked_on_bedrock() {
    let server = server("bedrock", VendorDialect::Bedrock, "cohere.rerank-v3-5:0");
    let asked = json!({ "model": "m", "query": "q", "documents": ["a", { "text": "b" }], "top_n": 1, "return_documents": true });
    let answered = json!({ "results": [{ "index": 1, "relevance_score": 0.5 }] });
    let (path, said, told, usage) = cross((Task::Rerank, OPENAI), &server, &asked, &answered);
    assert_eq!(path, "/model/cohere.rerank-v3-5%3A0/invoke");
    assert_eq!(said, json!({ "query": "q", "documents": ["a", "b"], "top_n": 1, "api_version": 2 }));
    assert_eq!(told["results"], json!([{ "index": 1, "relevance_score": 0.5 }]));
    assert_eq!(usage.unwrap().pieces, Some((Figure::Query, 1)));
}

#[test]
fn tokens_are_counted_across_dialects() {
    let asked = json!({ "model": "m", "system": "s", "messages": [{ "role": "user", "content": "hi" }] });
    let gemini = server("gemini", VendorDialect::Gemini, "g");
    let (path, said, told, usage) =
        cross((Task::Counting, ANTHROPIC), &gemini, &asked, &json!({ "totalTokens": 7 }));
    assert_eq!(path, "/models/g:countTokens");
    let request = &said["generateContentRequest"];
    assert_eq!((&request["model"], request.get("generationConfig")), (&json!("models/g"), None));
    assert_eq!(request["contents"][0]["parts"][0]["text"], "hi");
    assert_eq!((told, usage), (json!({ "input_tokens": 7 }), None));

    let asked = json!({ "contents": [{ "role": "user", "parts": [{ "text": "hi" }] }] });
    let wrapped = json!({ "generateContentRequest": asked });
    let claude = server("anthropic", VendorDialect::Anthropic, "c");
    for asked in [&asked, &wrapped] {
        let (path, said, told, _) =
            cross((Task::Counting, GEMINI), &claude, asked, &json!({ "input_tokens": 9 }));
        assert_eq!((path.as_str(), told), ("/messages/count_tokens", json!({ "totalTokens": 9 })));
        assert_eq!((&said["model"], said.get("max_tokens")), (&json!("c"), None));
    }
    let bedrock = server("bedrock", VendorDialect::Bedrock, "eu.anthropic.claude-v9");
    let (path, said, _, _) = cross((Task::Counting, GEMINI), &bedrock, &asked, &json!({ "inputTokens": 9 }));
    assert_eq!(path, "/model/eu.anthropic.claude-v9/count-tokens");
    assert_eq!(said["input"]["converse"]["messages"][0]["content"][0]["text"], "hi");
    let nova = Server { model: "amazon.nova-pro-v1:0", ..bedrock };
    assert_eq!(way(Task::Counting, GEMINI, &nova), Way::Estimate);
}

#[test]
fn what_nobody_counts_is_guessed() {
    let body = json!({ "model": "m", "messages": [{ "role": "user", "content": "x".repeat(400) }] });
    let told = estimate(ANTHROPIC, body.to_string().as_bytes()).unwrap();
    assert_eq!(told, br#"{"input_tokens":104}"#);
    let failure = estimate(ANTHROPIC, b"{}").unwrap_err();
    assert_eq!(failure.kind, FailureKind::InvalidRequest);
}

#[test]
fn what_was_used_is_read_from_answers_that_pass() {
    let read = |task, body: Value, pieces| {
        let body = body.to_string();
        forwarded_usage(task, VendorDialect::OpenAiChat, body.as_bytes(), pieces)
    };
    let usage = read(Task::Embeddings, json!({ "usage": { "prompt_tokens": 5, "total_tokens": 5 } }), 0);
    assert_eq!(usage.unwrap().input, 5);
    let usage = read(Task::Embeddings, json!({ "usage": { "total_tokens": 6 } }), 0);
    assert_eq!(usage.unwrap().input, 6);
    let said =
        json!({ "input_tokens": 10, "output_tokens": 300, "input_tokens_details": { "image_tokens": 4 } });
    let usage = read(Task::Images, json!({ "data": [{}, {}], "usage": said }), 0).unwrap();
    assert_eq!((usage.input, usage.input_image, usage.output_image), (6, 4, 300));
    assert_eq!((usage.pieces, usage.estimated), (Some((Figure::Image, 2)), false));
    let usage = read(Task::Transcription, json!({ "usage": { "type": "duration", "seconds": 1.2 } }), 0);
    assert_eq!(usage.unwrap().pieces, Some((Figure::Second, 2)));
    let usage = read(Task::Transcription, json!({ "text": "x", "duration": "3.00" }), 0);
    assert_eq!(usage.unwrap().pieces, Some((Figure::Second, 3)));
    let said = json!({ "input_tokens": 9, "output_tokens": 2, "input_token_details": { "audio_tokens": 8 } });
    let usage = read(Task::Transcription, json!({ "usage": said }), 0).unwrap();
    assert_eq!((usage.input, usage.input_audio, usage.output, usage.pieces), (1, 8, 2, None));
    let bare = forwarded_usage(Task::Transcription, VendorDialect::OpenAiChat, b"hello", 0).unwrap();
    assert_eq!((bare.pieces, bare.estimated), (Some((Figure::Second, 0)), true));
    let usage =
        read(Task::Rerank, json!({ "meta": { "billed_units": { "search_units": 2.0 } } }), 5).unwrap();
    assert_eq!(usage.pieces, Some((Figure::Query, 2)));
    assert_eq!(read(Task::Rerank, json!({}), 101).unwrap().pieces, Some((Figure::Query, 2)));
    assert_eq!(Task::Speech.pieces(r#"{"input":"höher"}"#.as_bytes()), 5);
}

#[test]
fn what_is_sold_by_the_piece_is_paid_by_the_piece() {
    use crate::price::{Price, Rates, cost};
    let price = |figures: &[(Figure, u64)]| Price::flat(figures.iter().copied().collect::<Rates>());
    let by_piece = price(&[(Figure::Image, 40_000_000_000_000), (Figure::Input, 9_000_000)]);
    let by_token = price(&[(Figure::Input, 5_000_000), (Figure::OutputImage, 32_000_000)]);
    let counted = Usage { input: 2, output_image: 200, ..Usage::default() };
    let guessed = Usage { estimated: true, ..counted.clone() };
    let of = |usage: &Usage, count| sold(Figure::Image, count, usage.clone());
    assert_eq!(cost(&of(&counted, 2), &by_piece).nano, 80_000_000);
    assert_eq!(cost(&of(&guessed, 2), &by_piece).unknown, Vec::<&str>::new());
    assert_eq!(cost(&of(&counted, 2), &by_token).nano, 10 + 6_400);
    // nobody counted the tokens, and a picture has no price
    assert_eq!(cost(&of(&guessed, 2), &by_token).unknown, ["image"]);
    // so many as nobody knows
    assert_eq!(cost(&of(&guessed, 0), &by_piece).unknown, ["image"]);
}

#[test]
fn the_last_event_says_what_was_used() {
    use crate::chat::{Event, Finish};
    use crate::dialect::{Frame, ReadStream as _};
    let read = |task, pieces, events: &[Value]| {
        let (mut reader, mut out) = (Reader::new(task, pieces), Vec::new());
        for event in events {
            let data = event.to_string();
            reader.read(Frame { event: "", data: data.as_bytes() }, &mut out).unwrap();
        }
        out
    };
    let usage = |events: &[Event]| match events {
        [Event::Usage(usage), Event::Finish { finish: Finish::Stop, .. }] => usage.clone(),
        other => panic!("{other:?}"),
    };
    let pieces = [
        json!({ "type": "transcript.text.delta", "delta": "a" }),
        json!({ "type": "transcript.text.done", "usage": { "input_tokens": 4, "output_tokens": 1 } }),
    ];
    let heard = usage(&read(Task::Transcription, 0, &pieces));
    assert_eq!((heard.input, heard.output), (4, 1));
    let made =
        json!({ "type": "image_generation.completed", "usage": { "input_tokens": 1, "output_tokens": 9 } });
    let made = usage(&read(Task::Images, 0, &[json!({ "type": "image_generation.partial_image" }), made]));
    assert_eq!((made.output_image, made.pieces), (9, Some((Figure::Image, 1))));
    let spoken = json!({ "type": "speech.audio.done", "usage": { "input_tokens": 2, "output_tokens": 7 } });
    let spoken = usage(&read(Task::Speech, 11, &[spoken]));
    assert_eq!((spoken.output_audio, spoken.pieces), (7, Some((Figure::Character, 11))));
    let error = br#"{"type":"error","error":{"message":"no"}}"#;
    let failed = Reader::new(Task::Images, 0).read(Frame { event: "", data: error }, &mut Vec::new());
    assert_eq!(failed.unwrap_err().message, "no");
}
