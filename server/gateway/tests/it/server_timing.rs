//! `Server-Timing` where a version's policy asks for it.

use crate::lab::Lab;
use faultlab::echo::Echo;
use faultlab::raw::{Answer, RawUpstream};

fn switch(lab: &mut Lab, on: bool) {
    lab.publish(|config| config.apis[0].versions[0].config.policies.server_timing = on);
}

/// The values of the field, in their order.
fn timings(answer: &Answer) -> Vec<&str> {
    let is = |name: &str| name.eq_ignore_ascii_case("server-timing");
    answer.headers.iter().filter(|(name, _)| is(name)).map(|(_, value)| value.as_str()).collect()
}

/// Names of the entries; each has a duration.
fn names(value: &str) -> Vec<&str> {
    let mut names = Vec::new();
    for entry in value.split(", ") {
        let (name, ms) = entry.split_once(";dur=").unwrap_or_else(|| panic!("{value}"));
        assert!(ms.parse::<f64>().is_ok_and(|ms| ms >= 0.0), "{value}");
        names.push(name);
    }
    names
}

#[test]
fn answers_tell_what_took_how_long_when_asked_to() {
    let echo = Echo::start().unwrap();
    let mut lab = Lab::start(&echo.url());
    assert_eq!(timings(&lab.call("GET /echo/json", "")), [""; 0], "not unless asked to");
    switch(&mut lab, true);
    for path in ["/json", "/chunks/3", "/status/204"] {
        let answer = lab.call(&format!("GET /echo{path}"), "");
        let [value] = timings(&answer)[..] else { panic!("{path}: {:?}", timings(&answer)) };
        assert_eq!(names(value), ["upstream", "gateway"], "{path}");
    }
    // what never left has no backend's time
    let refused = lab.ask("GET /echo/json HTTP/1.1\r\nHost: a\r\n\r\n");
    assert_eq!(refused.status, 401);
    assert_eq!(timings(&refused).into_iter().flat_map(names).collect::<Vec<_>>(), ["gateway"]);
    switch(&mut lab, false);
    assert_eq!(timings(&lab.call("GET /echo/json", "")), [""; 0]);
}

#[test]
fn what_the_backend_tells_stays() {
    let backend = RawUpstream::answering(
        "HTTP/1.1 200 OK\r\nServer-Timing: db;dur=53.2\r\nServer-Timing: app\r\nContent-Length: 2\r\n\r\nok",
    )
    .unwrap();
    let mut lab = Lab::start(&backend.url());
    switch(&mut lab, true);
    let answer = lab.call("GET /echo/x", "");
    let [first, second, ours] = timings(&answer)[..] else { panic!("{:?}", timings(&answer)) };
    assert_eq!((first, second, names(ours)), ("db;dur=53.2", "app", vec!["upstream", "gateway"]));
}
