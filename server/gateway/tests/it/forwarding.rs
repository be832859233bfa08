//! What a backend sees of a call, and a caller of its answer.

use crate::lab::{self, Lab, api_key};
use faultlab::echo::Echo;
use faultlab::raw::RawUpstream;
use serde_json::Value;

fn seen(lab: &Lab, more: &str) -> Value {
    let answer = lab.call("GET /echo/x", more);
    assert_eq!(answer.status, 200, "{}", answer.text());
    answer.json()["headers"].clone()
}

fn names(headers: &Value) -> Vec<&str> {
    let mut names: Vec<&str> = headers.as_object().unwrap().keys().map(String::as_str).collect();
    names.sort_unstable();
    names
}

/// What the gateway itself adds.
pub const OURS: [&str; 8] = [
    "forwarded",
    "host",
    "traceparent",
    "via",
    "x-forwarded-for",
    "x-forwarded-host",
    "x-forwarded-proto",
    "x-request-id",
];

#[test]
fn fields_of_the_hop_end_here() {
    let echo = Echo::start().unwrap();
    let lab = Lab::start(&echo.url());
    let headers = seen(
        &lab,
        "Connection: keep-alive, X-Hop, close\r\nX-Hop: 1\r\nKeep-Alive: timeout=5\r\nProxy-Connection: keep-alive\r\n\
         Proxy-Authorization: Basic eDp5\r\nTE: gzip\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk\r\nTrailer: X-Sum\r\n",
    );
    assert_eq!(names(&headers), OURS);
    let headers =
        seen(&lab, "Connection: TE\r\nTE: trailers, deflate;q=0.5\r\nAccept: a\r\nAccept: b\r\nX_Y: 1\r\n");
    assert_eq!((&headers["te"], &headers["x_y"]), (&"trailers".into(), &"1".into()));
    assert_eq!(headers["accept"], serde_json::json!(["a", "b"]), "several lines stay several");
}

#[test]
fn credentials_and_claims_of_identity_do_not_travel_on() {
    let echo = Echo::start().unwrap();
    let mut options = lab::options();
    options.portal_cookies = vec!["__Host-gatehouse".into()];
    let lab = Lab::with(lab::config(&echo.url()), options);
    let headers = seen(
        &lab,
        "X-Consumer-Id: root\r\nX-Team-Name: root\r\nX-Gatehouse-Application: root\r\nX-Forwarded-For: 1.2.3.4\r\n\
         X-Forwarded-Port: 99\r\nX-Real-IP: 1.2.3.4\r\nForwarded: for=1.2.3.4\r\nX-Request-Id: mine\r\nVia: 1.0 before\r\n\
         Cookie: __Host-gatehouse=secret; theme=dark\r\n",
    );
    let mut expected = OURS.to_vec();
    expected.insert(0, "cookie");
    assert_eq!(names(&headers), expected);
    assert_eq!(
        (&headers["x-forwarded-for"], &headers["cookie"]),
        (&"127.0.0.1".into(), &"theme=dark".into())
    );
    assert_eq!(headers["forwarded"], "for=127.0.0.1;proto=http;host=\"gateway.test\"");
    assert!(headers["via"].as_str().unwrap().starts_with("1.0 before, 1.1 gatehouse-"), "{headers}");
    assert_ne!(headers["x-request-id"], "mine");
    // a credential in `Authorization` stays; what the backend is meant to see there goes on beside `X-API-Key`
    let bearer = format!("GET /echo HTTP/1.1\r\nHost: a\r\nAuthorization: bearer {}\r\n\r\n", api_key(1));
    assert_eq!(names(&lab.ask(bearer).json()["headers"]), OURS);
    let bare = format!("GET /echo HTTP/1.1\r\nHost: a\r\nAuthorization: {}\r\n\r\n", api_key(1));
    assert_eq!(names(&lab.ask(bare).json()["headers"]), OURS);
    assert_eq!(seen(&lab, "Authorization: Basic dTpw\r\n")["authorization"], "Basic dTpw");
    let both = format!("Authorization: Bearer {}\r\n", api_key(2));
    assert_eq!(names(&seen(&lab, &both)), OURS, "nor does a key that was not the one used");
}

#[test]
fn trusted_proxies_are_believed() {
    let echo = Echo::start().unwrap();
    let mut options = lab::options();
    options.trusted_proxies = vec!["127.0.0.0/8".parse().unwrap()];
    let lab = Lab::with(lab::config(&echo.url()), options);
    let id = uuid::Uuid::now_v7().to_string();
    let headers = seen(
        &lab,
        &format!(
            "X-Forwarded-For: 6.6.6.6, 192.0.2.9\r\nX-Forwarded-Proto: https\r\nX-Forwarded-Host: api.example.com\r\n\
             Forwarded: for=192.0.2.9\r\nX-Request-Id: {}\r\n",
            id.to_uppercase()
        ),
    );
    assert_eq!(headers["x-request-id"], id.as_str());
    assert_eq!(headers["x-forwarded-for"], "6.6.6.6, 192.0.2.9, 127.0.0.1");
    assert_eq!(
        (&headers["x-forwarded-proto"], &headers["x-forwarded-host"]),
        (&"https".into(), &"api.example.com".into())
    );
    assert_eq!(headers["forwarded"], "for=192.0.2.9, for=127.0.0.1;proto=http;host=\"gateway.test\"");
    assert_eq!(lab.record_of("ok").client_address, "192.0.2.9");
}

#[test]
fn a_request_id_of_another_time_is_not_taken() {
    let echo = Echo::start().unwrap();
    let mut options = lab::options();
    options.trusted_proxies = vec!["127.0.0.0/8".parse().unwrap()];
    let lab = Lab::with(lab::config(&echo.url()), options);
    for given in ["01890a5d-ac96-774b-bcce-b302099a8057", "ffffffff-ac96-774b-bcce-b302099a8057", "mine"] {
        let headers = seen(&lab, &format!("X-Request-Id: {given}\r\n"));
        assert_ne!(headers["x-request-id"], given);
    }
}

#[test]
fn an_answer_passes_as_it_is() {
    let upstream = RawUpstream::answering(
        b"HTTP/1.1 418 I'm a teapot\r\nContent-Length: 5\r\nServer: teapot/1\r\nX-A: 1\r\nX-A: 2\r\nX-Raw: caf\xe9\r\n\
          Connection: close, X-Hop\r\nX-Hop: 1\r\nKeep-Alive: timeout=5\r\nX-Request-Id: theirs\r\nSet-Cookie: portal=1\r\n\
          Set-Cookie: theme=dark\r\nContent-Type: text/plain\r\n\r\nshort"
            .to_vec(),
    );
    let upstream = upstream.unwrap();
    let mut options = lab::options();
    options.portal_cookies = vec!["portal".into()];
    let lab = Lab::with(lab::config(&upstream.url()), options);
    let answer = lab.call("GET /echo", "");
    assert_eq!((answer.status, answer.text().as_str()), (418, "short"), "an upstream's error is not ours");
    let all = |name: &str| -> Vec<&str> {
        answer.headers.iter().filter(|(got, _)| got == name).map(|(_, value)| value.as_str()).collect()
    };
    assert_eq!(
        (all("x-a"), all("set-cookie"), all("server")),
        (vec!["1", "2"], vec!["theme=dark"], vec!["teapot/1"])
    );
    assert_eq!((all("x-hop").len(), all("keep-alive").len(), all("x-request-id").len()), (0, 0, 1));
    assert_eq!(all("x-raw"), ["caf\u{fffd}"], "one byte of Latin-1, untouched");
    let call = lab.record_of("ok");
    assert_eq!(
        (call.status, call.response_bytes, Some(call.id.as_str())),
        (418, 5, answer.header("x-request-id"))
    );
}

#[test]
fn a_head_request_keeps_the_length_and_has_no_body() {
    let echo = Echo::start().unwrap();
    let lab = Lab::start(&echo.url());
    let mut client = lab.client();
    client.send(lab::request("HEAD /echo/bytes/1234", "")).unwrap();
    let answer = client.answer(true).unwrap();
    assert_eq!((answer.status, answer.header("content-length")), (200, Some("1234")));
    client.send(lab::request("GET /echo/status/204", "")).unwrap();
    assert_eq!(client.answer(false).unwrap().status, 204);
    client.send(lab::request("GET /echo/bytes/3", "")).unwrap();
    assert_eq!(client.answer(false).unwrap().text(), "xxx");
}

#[test]
fn the_absence_of_a_body_is_said_where_one_is_expected() {
    let echo = Echo::start().unwrap();
    let lab = Lab::start(&echo.url());
    for (method, length) in
        [("GET", None), ("DELETE", None), ("POST", Some("0")), ("PUT", Some("0")), ("PATCH", Some("0"))]
    {
        let said = lab.call(&format!("{method} /echo"), "").json();
        assert_eq!(said["headers"]["content-length"].as_str(), length, "{method}");
    }
}

#[test]
fn connections_to_an_upstream_are_used_again() {
    let upstream = RawUpstream::start(|mut peer| {
        while !peer.head()?.is_empty() {
            peer.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")?;
        }
        Ok(())
    });
    let upstream = upstream.unwrap();
    let lab = Lab::start(&upstream.url());
    let mut client = lab.client();
    for _ in 0..20 {
        client.send(lab::request("GET /echo", "")).unwrap();
        assert_eq!(client.answer(false).unwrap().text(), "ok");
    }
    assert_eq!(upstream.accepted(), 1);
    assert_eq!(lab.figures().upstream_connections, 1);
}
