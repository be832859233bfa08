//! A call as spans: one of the gateway as a server, one of the gateway as the backend's client. Names and attributes
//! after the semantic conventions for HTTP (<https://opentelemetry.io/docs/specs/semconv/http/http-spans/>). Never a
//! query.

use gateway::FinishedCall;
use gateway::reject::RejectKind;
use opentelemetry::trace::{SpanContext, SpanId, SpanKind, Status, TraceFlags, TraceId, TraceState};
use opentelemetry::{InstrumentationScope, KeyValue, Value};
use opentelemetry_sdk::trace::{SpanData, SpanEvents, SpanLinks};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// Methods that a span may be named after (RFC 9110, RFC 5789); others could be anything.
const KNOWN_METHODS: [&str; 9] =
    ["CONNECT", "DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT", "TRACE"];

pub(super) fn of(call: &FinishedCall) -> Vec<SpanData> {
    let began = UNIX_EPOCH + Duration::from_millis(call.at_ms);
    let after = |us: u64| began + Duration::from_micros(us);
    let (method, original) = method(call);
    let mut spans = Vec::with_capacity(2);
    let route = call.path_template();
    let name = route.as_ref().map_or_else(|| method.to_owned(), |route| format!("{method} {route}"));
    spans.push(SpanData {
        parent_span_id: SpanId::from(call.trace.parent.unwrap_or(0)),
        parent_span_is_remote: call.trace.parent.is_some(),
        span_kind: SpanKind::Server,
        attributes: server(call, method, original, route),
        status: if is_error(call) { failed() } else { Status::Unset },
        ..span(call, call.trace.span, name, (began, after(call.duration_us)))
    });
    if let (Some(start), Some(us)) = (call.upstream_after_us, call.upstream_us) {
        let lasted = (after(start), after(start.saturating_add(us)));
        spans.push(SpanData {
            parent_span_id: SpanId::from(call.trace.span),
            span_kind: SpanKind::Client,
            attributes: client(call, method),
            status: if upstream_failed(call) { failed() } else { Status::Unset },
            ..span(call, call.trace.upstream_span, method.to_owned(), lasted)
        });
    }
    spans
}

/// What all spans have in common; the rest is filled in by whoever asks.
fn span(call: &FinishedCall, id: u64, name: String, (start, end): (SystemTime, SystemTime)) -> SpanData {
    let trace = TraceId::from(call.trace.id);
    let context =
        SpanContext::new(trace, SpanId::from(id), TraceFlags::SAMPLED, false, TraceState::default());
    SpanData {
        span_context: context,
        parent_span_id: SpanId::INVALID,
        parent_span_is_remote: false,
        span_kind: SpanKind::Internal,
        name: name.into(),
        start_time: start,
        end_time: end,
        attributes: Vec::new(),
        dropped_attributes_count: 0,
        events: SpanEvents::default(),
        links: SpanLinks::default(),
        status: Status::Unset,
        instrumentation_scope: InstrumentationScope::builder("gatehouse.gateway").build(),
    }
}

/// The method under which a span may be told, and what it was if that is another.
fn method(call: &FinishedCall) -> (&'static str, Option<&str>) {
    let method = call.method().unwrap_or_default();
    match KNOWN_METHODS.iter().find(|known| **known == method) {
        Some(known) => (*known, None),
        None => ("HTTP", Some(method)),
    }
}

/// What is known, with its names.
fn known(pairs: impl IntoIterator<Item = (&'static str, Option<Value>)>) -> Vec<KeyValue> {
    pairs.into_iter().filter_map(|(name, value)| Some(KeyValue::new(name, value?))).collect()
}

fn text(value: Option<impl Into<String>>) -> Option<Value> {
    value.map(|value| Value::from(value.into()))
}

fn server(
    call: &FinishedCall,
    method: &'static str,
    original: Option<&str>,
    route: Option<String>,
) -> Vec<KeyValue> {
    let method = if original.is_some() { "_OTHER" } else { method };
    known([
        ("http.request.method", text(Some(method))),
        ("http.request.method_original", text(original)),
        ("http.route", text(route)),
        ("http.response.status_code", Some(Value::from(i64::from(call.status)))),
        ("url.scheme", text(call.scheme())),
        ("url.path", text(call.path())),
        ("server.address", text(call.host())),
        ("client.address", text(Some(call.client.to_string()))),
        ("user_agent.original", text(call.user_agent())),
        ("error.type", text(is_error(call).then(|| error_type(call)))),
        ("gatehouse.api", text(call.api())),
        ("gatehouse.version", text(call.version())),
        ("gatehouse.application", text(call.application())),
        ("gatehouse.outcome", text(Some(call.outcome.name()))),
        ("gatehouse.request_id", text(Some(call.id.hyphenated().to_string()))),
    ])
}

fn client(call: &FinishedCall, method: &'static str) -> Vec<KeyValue> {
    let node = call.node();
    let answered = if call.outcome.is_ok() { Some(Value::from(i64::from(call.status))) } else { None };
    let resent = i64::from(call.attempts.saturating_sub(1));
    known([
        ("http.request.method", text(Some(if method == "HTTP" { "_OTHER" } else { method }))),
        ("http.response.status_code", answered),
        ("http.request.resend_count", (resent > 0).then(|| Value::from(resent))),
        ("server.address", text(node.map(|(host, _)| host))),
        ("server.port", node.map(|(_, port)| Value::from(i64::from(port)))),
        ("error.type", text(upstream_failed(call).then(|| error_type(call)))),
    ])
}

/// Whether the gateway or the backend failed; what a client does wrong is no error of a server.
fn is_error(call: &FinishedCall) -> bool {
    call.status >= 500 || call.rejected().is_some_and(|kind| kind.rule().status >= 500)
}

/// Whether the backend answered with an error, or did not answer to the end.
fn upstream_failed(call: &FinishedCall) -> bool {
    match call.rejected() {
        Some(RejectKind::Overloaded) | None => call.status >= 400 && call.outcome.is_ok(),
        Some(kind) => kind.rule().status >= 500,
    }
}

/// The name of the refusal, else the status.
fn error_type(call: &FinishedCall) -> String {
    call.rejected().map_or_else(|| call.status.to_string(), |kind| kind.rule().name.to_owned())
}

fn failed() -> Status {
    Status::Error { description: "".into() }
}
