//! What does not depend on the version of HTTP, for clients and upstreams of either one.

use crate::http2_client::{empty, request, talk, whole};
use crate::lab::{self, Lab};
use faultlab::echo::Echo;
use http_body_util::BodyExt;
use std::io::Read;

/// An answer, however it came.
struct Seen {
    status: u16,
    headers: Vec<(String, String)>,
    body: String,
    /// The first piece of the body that came by itself.
    first: String,
}

impl Seen {
    fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }
}

fn over_http1(lab: &Lab, method: &str, path: &str, fields: &[(&str, &str)], body: &str) -> Seen {
    let mut more: String = fields.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
    if !body.is_empty() {
        more += &format!("Content-Length: {}\r\n", body.len());
    }
    let mut client = lab.client();
    client.send(lab::request(&format!("{method} {path}"), &more)).unwrap();
    if more.contains("expect: ") {
        let mut interim = [0; 25];
        client.stream().read_exact(&mut interim).unwrap();
        assert_eq!(&interim, b"HTTP/1.1 100 Continue\r\n\r\n", "the body is asked for");
    }
    client.send(body).unwrap();
    let answer = client.answer(method == "HEAD").unwrap();
    assert!(answer.complete);
    let body = answer.text();
    Seen { status: answer.status, headers: answer.headers, first: body.clone(), body }
}

fn over_http2(lab: &Lab, method: &str, path: &str, fields: &[(&str, &str)], body: &str) -> Seen {
    let mut seen = None;
    talk(lab, async |mut sender| {
        let mut call = request(method, path);
        for (name, value) in fields {
            call = call.header(*name, *value);
        }
        let body = if body.is_empty() { empty() } else { whole(body.to_owned()) };
        let answer = sender.send_request(call.body(body).unwrap()).await.unwrap();
        let (head, mut body) = answer.into_parts();
        let mut pieces = Vec::new();
        while let Some(frame) = body.frame().await {
            pieces.extend(
                frame.unwrap().into_data().ok().map(|data| String::from_utf8(data.to_vec()).unwrap()),
            );
        }
        let text = |value: &http::HeaderValue| value.to_str().unwrap().to_owned();
        let headers = head.headers.iter().map(|(name, value)| (name.to_string(), text(value))).collect();
        let first = pieces.first().cloned().unwrap_or_default();
        seen = Some(Seen { status: head.status.as_u16(), headers, body: pieces.concat(), first });
    });
    seen.unwrap()
}

type Ask = fn(&Lab, &str, &str, &[(&str, &str)], &str) -> Seen;

/// For every client and every upstream.
fn each(test: impl Fn(&dyn Fn(&str, &str, &[(&str, &str)], &str) -> Seen, &str)) {
    for http2 in [false, true] {
        let echo = if http2 { Echo::start_http2() } else { Echo::start() }.unwrap();
        let config = if http2 { crate::http2::config(&echo.url()) } else { lab::config(&echo.url()) };
        let lab = Lab::with(config, lab::options());
        for (client, ask) in [("1.1", over_http1 as Ask), ("2", over_http2 as Ask)] {
            let case = format!("client {client}, upstream {}", if http2 { "2" } else { "1.1" });
            test(&|method, path, fields, body| ask(&lab, method, path, fields, body), &case);
        }
    }
}

#[test]
fn the_same_holds_whatever_is_spoken() {
    each(|ask, case| {
        let expected = ask("POST", "/echo/x", &[("expect", "100-continue")], "hello");
        assert_eq!(expected.status, 200, "{case}");
        assert!(expected.body.contains("\"body\": \"hello\"") && !expected.body.contains("expect"), "{case}");

        let head = ask("HEAD", "/echo/bytes/12345", &[], "");
        assert_eq!((head.status, head.body.as_str()), (200, ""), "{case}");
        assert_eq!(head.header("content-length"), Some("12345"), "{case}");

        let part = ask("GET", "/echo/bytes/1000", &[("range", "bytes=10-19")], "");
        assert_eq!((part.status, part.body.as_str()), (206, "xxxxxxxxxx"), "{case}");
        assert_eq!(part.header("content-range"), Some("bytes 10-19/1000"), "{case}");
        assert_eq!(part.header("content-length"), Some("10"), "{case}");

        for status in ["204", "304"] {
            let empty = ask("GET", &format!("/echo/status/{status}"), &[], "");
            assert_eq!((empty.status.to_string().as_str(), empty.body.as_str()), (status, ""), "{case}");
        }

        let events = ask("GET", "/echo/events/3", &[("accept", "text/event-stream")], "");
        assert_eq!(events.header("content-type"), Some("text/event-stream"), "{case}");
        assert_eq!(events.body, "data: 0\n\ndata: 1\n\ndata: 2\n\n", "{case}");
        assert!(
            case.starts_with("client 1.1") || events.first == "data: 0\n\n",
            "{case}: {:?}",
            events.first
        );
    });
}

#[test]
fn events_reach_the_client_one_by_one() {
    for http2 in [false, true] {
        let echo = if http2 { Echo::start_http2() } else { Echo::start() }.unwrap();
        let config = if http2 { crate::http2::config(&echo.url()) } else { lab::config(&echo.url()) };
        let lab = Lab::with(config, lab::options());
        let mut client = lab.client();
        client.send(lab::request("GET /echo/events/3", "")).unwrap();
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            let mut byte = [0];
            client.stream().read_exact(&mut byte).unwrap();
            head.push(byte[0]);
        }
        for number in 0..3 {
            assert_eq!(client.chunk().unwrap().unwrap(), format!("data: {number}\n\n").into_bytes());
        }
    }
}
