//! Spans of calls, as a collector gets them.

use super::installation::{Database, Installation, eventually};
use axum::Router;
use axum::body::Bytes;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use faultlab::exposition::Exposition;
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::common::v1::{KeyValue, any_value::Value};
use opentelemetry_proto::tonic::trace::v1::Span;
use prost::Message as _;
use serde_json::Value as Json;
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU16, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

const SOON: Duration = Duration::from_secs(30);
const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";
const SPAN: &str = "00f067aa0ba902b7";

/// Takes spans, or refuses them with a status; lives as long as the tests.
#[derive(Clone)]
struct Collector {
    url: String,
    taken: Arc<Mutex<Vec<(HeaderMap, ExportTraceServiceRequest)>>>,
    status: Arc<AtomicU16>,
}

impl Collector {
    fn start() -> Self {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        listener.set_nonblocking(true).unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let collector = Self { url, taken: Arc::default(), status: Arc::new(AtomicU16::new(200)) };
        let taking = collector.clone();
        let take = move |headers: HeaderMap, body: Bytes| {
            let status = taking.take(headers, &body);
            async move { status }
        };
        std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(async move {
                let listener = tokio::net::TcpListener::from_std(listener).unwrap();
                axum::serve(listener, Router::new().route("/v1/traces", post(take))).await.unwrap();
            });
        });
        collector
    }

    fn take(&self, headers: HeaderMap, body: &Bytes) -> StatusCode {
        let status = StatusCode::from_u16(self.status.load(Ordering::SeqCst)).unwrap();
        if status.is_success() {
            let request = ExportTraceServiceRequest::decode(body.clone()).unwrap();
            self.taken.lock().unwrap().push((headers, request));
        }
        status
    }

    fn spans(&self) -> Vec<Span> {
        let taken = self.taken.lock().unwrap();
        let resources = taken.iter().flat_map(|(_, request)| &request.resource_spans);
        resources.flat_map(|resource| &resource.scope_spans).flat_map(|scope| scope.spans.clone()).collect()
    }
}

fn attributes(pairs: &[KeyValue]) -> BTreeMap<String, String> {
    let text = |value: &Option<Value>| match value {
        Some(Value::StringValue(text)) => text.clone(),
        Some(Value::IntValue(number)) => number.to_string(),
        other => format!("{other:?}"),
    };
    let pair = |pair: &KeyValue| {
        let value = pair.value.as_ref().map(|value| text(&value.value)).unwrap_or_default();
        (pair.key.clone(), value)
    };
    pairs.iter().map(pair).collect()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

async fn traced(installation: &Installation, path: &str, key: &str, flags: &str) -> Json {
    let request = installation.client.get(format!("{}{path}", installation.gateway)).bearer_auth(key);
    let response = request.header("traceparent", format!("00-{TRACE}-{SPAN}-{flags}")).send().await.unwrap();
    response.json().await.unwrap_or(Json::Null)
}

async fn figure(installation: &Installation, name: &str) -> f64 {
    let answer = installation.client.get(format!("{}/metrics", installation.admin)).send().await.unwrap();
    Exposition::parse(&answer.text().await.unwrap()).unwrap().value(name).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sampled_call_has_a_span_of_its_own_and_one_of_its_backend() {
    let collector = Collector::start();
    let settings = [
        ("GATEHOUSE_OTLP_ENDPOINT", collector.url.as_str()),
        ("GATEHOUSE_TRACE_RATIO", "0"),
        ("OTEL_SERVICE_NAME", "edge"),
        ("OTEL_EXPORTER_OTLP_HEADERS", "x-tenant=a"),
        ("NO_PROXY", "127.0.0.1"),
    ];
    let mut installation = Installation::start_with(Database::Sqlite, &settings).await;
    let served = installation.served().await;
    let seen = traced(&installation, "/echo/v1/x?token=hunter2", &served.key, "01").await;
    traced(&installation, "/echo/v1/not", &served.key, "00").await;
    installation.through("/echo/v1/nor", &served.key).await;
    assert_eq!(installation.terminate(), Some(0), "what is there goes out before the end");
    let spans = collector.spans();
    let [server, client] = spans.as_slice() else { panic!("{spans:#?}") };
    assert_eq!((hex(&server.trace_id), hex(&client.trace_id)), (TRACE.to_owned(), TRACE.to_owned()));
    assert_eq!((hex(&server.parent_span_id), &client.parent_span_id), (SPAN.to_owned(), &server.span_id));
    let told = seen["headers"]["traceparent"].as_str().unwrap();
    assert_eq!(told, format!("00-{TRACE}-{}-01", hex(&client.span_id)), "the backend's parent");
    assert_eq!((server.kind, client.kind, server.name.as_str()), (2, 3, "GET /echo/v1/*"));
    assert!(server.start_time_unix_nano <= client.start_time_unix_nano);
    assert!(client.start_time_unix_nano <= client.end_time_unix_nano);
    assert!(client.end_time_unix_nano <= server.end_time_unix_nano);
    let found = attributes(&server.attributes);
    for (name, value) in [
        ("http.request.method", "GET"),
        ("http.route", "/echo/v1/*"),
        ("http.response.status_code", "200"),
        ("url.path", "/echo/v1/x"),
        ("url.scheme", "http"),
        ("server.address", "127.0.0.1"),
        ("client.address", "127.0.0.1"),
        ("gatehouse.api", "echo"),
        ("gatehouse.application", &served.application),
        ("gatehouse.outcome", "ok"),
    ] {
        assert_eq!(found.get(name).map(String::as_str), Some(value), "{name}: {found:?}");
    }
    assert!(!found.contains_key("error.type") && !format!("{spans:?}").contains("hunter2"), "{found:?}");
    let backend = attributes(&client.attributes);
    assert_eq!(backend["server.port"], installation.echo.addr().port().to_string());
    let taken = collector.taken.lock().unwrap();
    let (headers, request) = &taken[0];
    assert_eq!(headers["x-tenant"], "a");
    let resource = attributes(&request.resource_spans[0].resource.as_ref().unwrap().attributes);
    assert_eq!(resource["service.name"], "edge");
}

#[tokio::test(flavor = "multi_thread")]
async fn errors_are_told_and_what_clients_do_wrong_is_none() {
    let collector = Collector::start();
    let settings = [
        ("GATEHOUSE_OTLP_ENDPOINT", collector.url.as_str()),
        ("GATEHOUSE_TRACE_RATIO", "1"),
        ("NO_PROXY", "127.0.0.1"),
    ];
    let mut installation = Installation::start_with(Database::Sqlite, &settings).await;
    let served = installation.served_from("http://127.0.0.1:1").await;
    installation.through("/echo/v1/x", &served.key).await;
    installation.through("/echo/v1/x", "nonsense").await;
    assert_eq!(installation.terminate(), Some(0));
    let spans = collector.spans();
    let of = |status: &str| {
        let is = |span: &&Span| {
            attributes(&span.attributes).get("http.response.status_code").is_some_and(|s| s == status)
        };
        spans.iter().find(is).unwrap_or_else(|| panic!("{status}: {spans:#?}"))
    };
    assert_eq!(attributes(&of("502").attributes)["error.type"], "upstream-unreachable");
    assert_eq!(of("502").status.as_ref().map(|status| status.code), Some(2));
    let refused = attributes(&of("401").attributes);
    assert_eq!((refused.get("error.type"), &*refused["gatehouse.outcome"]), (None, "credential-invalid"));
    assert!(of("401").parent_span_id.is_empty(), "its trace begins here");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_collector_that_fails_disturbs_no_call_and_is_told_of_once() {
    let collector = Collector::start();
    collector.status.store(400, Ordering::SeqCst);
    let mut installation = Installation::new(Database::Sqlite).await;
    let log = installation.folder().join("stderr");
    installation.environment = vec![
        ("GATEHOUSE_OTLP_ENDPOINT", collector.url.clone()),
        ("GATEHOUSE_TRACE_RATIO", "1".to_owned()),
        ("NO_PROXY", "127.0.0.1".to_owned()),
    ];
    installation.log = Some(log.clone());
    installation.token = installation.account("Ada", "administrator");
    installation.run();
    let served = installation.served().await;
    for round in 1..=3 {
        assert_eq!(installation.through("/echo/v1/json", &served.key).await.status(), 200);
        eventually("they are counted", SOON, async || {
            figure(&installation, "gatehouse_spans_failed_total").await >= f64::from(2 * round)
        })
        .await;
    }
    let told = || std::fs::read_to_string(&log).unwrap().matches("spans cannot be sent").count();
    assert_eq!((told(), collector.spans().len()), (1, 0));
    // it heals by itself
    collector.status.store(200, Ordering::SeqCst);
    assert_eq!(installation.through("/echo/v1/json", &served.key).await.status(), 200);
    eventually("they are taken", SOON, async || {
        figure(&installation, "gatehouse_spans_exported_total").await >= 2.0
    })
    .await;
    assert_eq!(collector.spans().len(), 2);
}
