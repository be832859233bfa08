//! Calls to addresses that people type: where they may lead, and how much is read.

use crate::support::refused;
use control::outbound::Outbound;
use domain::net::{OutboundGuard, local_ranges};
use faultlab::raw::RawUpstream;
use std::net::SocketAddr;
use std::time::Duration;

const MOST: usize = 1_000;

/// Reaches this machine, but for our own listeners.
fn outbound(own_listeners: Vec<SocketAddr>) -> Outbound {
    Outbound::new(OutboundGuard { allow: local_ranges(), own_listeners })
}

/// What the field of the address says.
async fn refusal(outbound: &Outbound, address: &str) -> String {
    refused(outbound.fetch_text("url", address, MOST).await).at("url").unwrap().to_owned()
}

fn answering(head: &str, body: &str) -> RawUpstream {
    RawUpstream::answering(format!("HTTP/1.1 {head}\r\nConnection: close\r\n\r\n{body}")).unwrap()
}

fn leading_to(location: &str) -> RawUpstream {
    answering(&format!("302 Found\r\nLocation: {location}\r\nContent-Length: 0"), "")
}

#[tokio::test]
async fn a_redirect_is_guarded_like_the_first_address() {
    let ourselves = answering("200 OK", "secrets");
    let outbound = outbound(vec![ourselves.addr()]);
    let port = ourselves.addr().port();
    for (location, expected) in [
        (ourselves.url(), "is an address of this installation"),
        (format!("http://localhost:{port}/"), "is an address of this installation"),
        (format!("//[::ffff:127.0.0.1]:{port}/"), "is an address of this installation"),
        ("http://169.254.169.254/latest/meta-data".to_owned(), "is an address that is never called"),
        ("http://100.64.0.1/".to_owned(), "is a private address"),
        ("file:///etc/passwd".to_owned(), "expected an address that begins with http:// or https://"),
        ("http://[".to_owned(), "answered with a redirect that leads nowhere"),
    ] {
        let said = refusal(&outbound, &leading_to(&location).url()).await;
        assert!(said.contains(expected), "{location}: {said}");
        if location.starts_with("http") {
            refused(outbound.fetch_text("url", &location, MOST).await);
        }
    }
    assert_eq!(ourselves.accepted(), 0);
}

#[tokio::test]
async fn redirects_are_followed_three_times() {
    let countdown = RawUpstream::start(|mut peer| {
        let head = peer.head()?;
        let left: u32 = head["GET /".len()..].split(' ').next().unwrap().parse().unwrap();
        match left.checked_sub(1) {
            Some(next) => peer.send(format!(
                "HTTP/1.1 307 Temporary Redirect\r\nLocation: /{next}\r\nContent-Length: 0\r\n\r\n"
            ))?,
            None => peer.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi")?,
        }
        peer.close()
    })
    .unwrap();
    let outbound = outbound(Vec::new());
    let address = |redirects: u32| format!("{}/{redirects}", countdown.url());
    let (url, text) = outbound.fetch_text("url", &address(3), MOST).await.unwrap();
    assert_eq!((url.as_str(), text.as_str()), (address(0).as_str(), "hi"));
    assert_eq!(refusal(&outbound, &address(4)).await, "redirects more than 3 times");
    assert_eq!(countdown.accepted(), 4 + 4);
}

#[tokio::test]
async fn no_more_is_read_than_was_asked_for() {
    let outbound = outbound(Vec::new());
    let whole = answering("200 OK\r\nContent-Length: 1000", &"x".repeat(MOST));
    assert_eq!(outbound.fetch_text("url", &whole.url(), MOST).await.unwrap().1.len(), MOST);
    let endless = RawUpstream::start(|mut peer| {
        peer.head()?;
        peer.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")?;
        // until nobody reads any more
        while peer.send(format!("100\r\n{}\r\n", "x".repeat(256))).is_ok() {}
        Ok(())
    })
    .unwrap();
    for (upstream, expected) in [
        (answering("200 OK\r\nContent-Length: 1001", &"x".repeat(MOST + 1)), "more than 1000 bytes"),
        (endless, "more than 1000 bytes"),
        (answering("200 OK\r\nContent-Length: 9", "x"), "broke off its answer"),
        (RawUpstream::answering(b"HTTP/1.1 200 OK\r\n\r\n\xff\xfe".to_vec()).unwrap(), "not UTF-8"),
        (answering("404 Not Found\r\nContent-Length: 0", ""), "answered with status 404"),
    ] {
        let said = refusal(&outbound, &upstream.url()).await;
        assert!(said.contains(expected), "{said}");
    }
}

#[tokio::test]
async fn a_question_with_secrets_goes_to_one_host_and_waits_no_longer_than_was_said() {
    let elsewhere = answering("200 OK\r\nContent-Length: 2", "hi");
    let redirect = leading_to(&elsewhere.url());
    let own_listeners = vec![elsewhere.addr()];
    let fields = [("x-api-key", "secret".to_owned())];
    let ask = async |outbound: &Outbound, address: &str, patience| {
        let patience = Duration::from_millis(patience);
        outbound.ask(&address.parse().unwrap(), &fields, None, patience, MOST).await
    };
    let answer = ask(&outbound(Vec::new()), &redirect.url(), 9_000).await.ok().unwrap();
    assert_eq!((answer.status, elsewhere.accepted()), (302, 0));
    assert!(redirect.heads()[0].contains("x-api-key: secret\r\n"));
    let refused = ask(&outbound(own_listeners), &elsewhere.url(), 9_000).await.err().unwrap();
    assert!(refused.contains("is an address of this installation"), "{refused}");
    assert_eq!(elsewhere.accepted(), 0);
    let whole = answering("500 Oops\r\nContent-Length: 1001", &"x".repeat(MOST + 1));
    let cut = ask(&outbound(Vec::new()), &whole.url(), 9_000).await.ok().unwrap();
    assert_eq!((cut.status, cut.body.len()), (500, MOST));
    let silent = RawUpstream::start(|mut peer| peer.drain().map(drop)).unwrap();
    let late = ask(&outbound(Vec::new()), &silent.url(), 50).await.err().unwrap();
    assert_eq!(late, "did not answer within 0.05 s");
    let dripping = RawUpstream::start(|mut peer| {
        peer.head()?;
        peer.send("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nx")?;
        peer.drain().map(drop)
    });
    let late = ask(&outbound(Vec::new()), &dripping.unwrap().url(), 50).await.err().unwrap();
    assert_eq!(late, "did not answer within 0.05 s");
}
