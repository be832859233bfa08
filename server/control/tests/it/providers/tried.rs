//! Calls to see whether a connection works.

use super::{at, input, local, with};
use crate::support::{World, refused_as};
use chrono::Duration;
use control::{Control, providers};
use domain::net::{OutboundGuard, local_ranges};
use domain::problem::ProblemKind;
use domain::providers::{CreateProvider, Provider, ProviderTest, TestProvider, UpdateProviderKey};
use faultlab::echo::Echo;
use faultlab::raw::RawUpstream;
use store::both;

const SECRET: &str = "sk-canary-0123456789";

async fn create(world: &World, control: &Control, input: CreateProvider) -> Provider {
    providers::create(control, &world.administrator, input).await.unwrap()
}

async fn test(world: &World, control: &Control, provider: &Provider) -> ProviderTest {
    let input = TestProvider::default();
    providers::test(control, &world.administrator, &provider.id, input).await.unwrap()
}

/// Says in its error what key it was sent, as vendors like to do.
fn refusing(status: &'static str) -> RawUpstream {
    RawUpstream::start(move |mut peer| {
        let head = peer.head()?.replace("\r\n", " ");
        let body = format!("{{\"error\":{{\"message\":\"no: {head}\"}}}}");
        let length = body.len();
        peer.send(format!(
            "HTTP/1.1 {status}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}"
        ))?;
        peer.close()
    })
    .unwrap()
}

both!(a_vendor_is_called_with_the_first_key_that_can_be_used, |store| {
    let world = World::new(store).await;
    let (control, actor) = (local(&world), &world.administrator);
    let echo = Echo::start().unwrap();
    let base = format!("{}/v1", echo.url());
    let all = [("off", "sk-off"), ("old", "sk-old"), ("good", SECRET)];
    let made = create(&world, &control, at(&base, input("Models", "openai", &all))).await;
    let [off, old, _] = [0, 1, 2].map(|at| UpdateProviderKey::of(&made.keys[at]));
    let off = UpdateProviderKey { enabled: false, ..off };
    providers::update_key(&control, actor, &made.id, &made.keys[0].id, off).await.unwrap();
    let old = UpdateProviderKey { expires_at: Some(world.now() - Duration::days(1)), ..old };
    providers::update_key(&control, actor, &made.id, &made.keys[1].id, old).await.unwrap();

    let tried = test(&world, &control, &made).await;
    assert_eq!((tried.ok, tried.status, &tried.error), (true, Some(200), &None));
    assert_eq!(echo.calls(), 1);

    let vendor = refusing("401 Unauthorized");
    let base = format!("{}/v1", vendor.url());
    let made = create(&world, &control, at(&base, input("Others", "openai", &all))).await;
    for (key, secret) in made.keys.iter().zip(["sk-off", "sk-old", SECRET]) {
        let input = TestProvider { key: Some(key.id.clone()) };
        let tried = providers::test(&control, actor, &made.id, input).await.unwrap();
        assert_eq!((tried.ok, tried.status), (false, Some(401)));
        let head = vendor.heads().pop().unwrap();
        assert!(head.starts_with("GET /v1/models HTTP/1.1\r\n"), "{head}");
        assert!(head.contains(&format!("authorization: Bearer {secret}\r\n")), "{head}");
    }
    let trail = world.trail(made.id.as_str()).await;
    let last = trail.last().unwrap();
    assert_eq!(last.entry.action, "providers.test");
    let written = last.entry.after.as_deref().unwrap();
    assert!(written.contains(made.keys[2].id.as_str()) && !written.contains(SECRET), "{written}");
});

both!(what_a_vendor_says_is_told_without_the_key, |store| {
    let world = World::new(store).await;
    let control = local(&world);
    for (kind, status, field) in [
        ("openai", "401 Unauthorized", "authorization: Bearer "),
        ("anthropic", "429 Too Many Requests", "anthropic-version: 2023-06-01"),
        ("anthropic", "500 Oops", "x-api-key: "),
    ] {
        let vendor = refusing(status);
        let name = format!("{kind} {status}");
        let made =
            create(&world, &control, at(&vendor.url(), input(&name, kind, &[("first", SECRET)]))).await;
        let tried = test(&world, &control, &made).await;
        let error = tried.error.unwrap();
        assert!(vendor.heads()[0].contains(field), "{:?}", vendor.heads());
        let code = status.split(' ').next().unwrap();
        assert!(error.starts_with(&format!("answered with status {code}: no: GET /models")), "{error}");
        assert!(!error.contains("canary") && error.contains("[secret]"), "{error}");
        assert!(error.chars().count() <= 300);
    }
    // no page of anybody is read by it
    let page = b"HTTP/1.1 403 Forbidden\r\nContent-Length: 12\r\n\r\n<h1>mine</h1".to_vec();
    let page = RawUpstream::answering(page).unwrap();
    let made = create(&world, &control, at(&page.url(), input("page", "openai", &[("first", SECRET)]))).await;
    let tried = test(&world, &control, &made).await;
    assert_eq!(tried.error.as_deref(), Some("answered with status 403"));
});

both!(a_key_follows_no_redirect_and_goes_nowhere_that_is_guarded, |store| {
    let world = World::new(store).await;
    let control = local(&world);
    let elsewhere = Echo::start().unwrap();
    let redirect = format!("HTTP/1.1 307 Go\r\nLocation: {}\r\nContent-Length: 0\r\n\r\n", elsewhere.url());
    let redirect = RawUpstream::answering(redirect.into_bytes()).unwrap();
    let made =
        create(&world, &control, at(&redirect.url(), input("Models", "openai", &[("first", SECRET)]))).await;
    let tried = test(&world, &control, &made).await;
    assert_eq!((tried.ok, tried.status, elsewhere.calls()), (false, Some(307), 0));
    assert!(tried.error.unwrap().contains("redirect"));

    // what was allowed once, and is not any more
    let calls = redirect.accepted();
    let tried = test(&world, &world.control, &made).await;
    assert_eq!((tried.ok, tried.status, redirect.accepted()), (false, None, calls));
    assert!(tried.error.unwrap().contains("is a private address"));
    let ours = world.reaching(OutboundGuard { allow: local_ranges(), own_listeners: vec![redirect.addr()] });
    let tried = test(&world, &ours, &made).await;
    assert!(tried.error.unwrap().contains("is an address of this installation"));
    assert_eq!(redirect.accepted(), calls);
});

both!(what_cannot_be_tested_says_so_and_calls_nobody, |store| {
    let world = World::new(store).await;
    let control = local(&world);
    let echo = Echo::start().unwrap();
    let signed = with("region", "eu-central-1", input("AWS", "bedrock", &[("first", "id:secret")]));
    let signed = create(&world, &control, at(&echo.url(), signed)).await;
    let tried = test(&world, &control, &signed).await;
    assert!(!tried.ok && tried.error.unwrap().contains("cannot be tested by this process"));

    let made = create(&world, &control, at(&echo.url(), input("Models", "openai", &[("a", "sk-1")]))).await;
    let off = UpdateProviderKey { enabled: false, ..UpdateProviderKey::of(&made.keys[0]) };
    providers::update_key(&control, &world.administrator, &made.id, &made.keys[0].id, off).await.unwrap();
    let tried = test(&world, &control, &made).await;
    assert_eq!(tried.error.as_deref(), Some("none of its keys is enabled and has not expired"));
    assert_eq!((tried.latency_ms, echo.calls()), (0, 0));

    // a vendor that asks for no key, and one that has none yet
    let own = refusing("404 Not Found");
    let made = create(&world, &control, at(&own.url(), input("Ollama", "ollama", &[]))).await;
    assert_eq!(test(&world, &control, &made).await.status, Some(404));
    assert!(own.heads()[0].starts_with("GET /api/tags HTTP/1.1\r\n"), "{:?}", own.heads());
    let made = create(&world, &control, at(&own.url(), input("Keyless", "openai", &[]))).await;
    assert_eq!(test(&world, &control, &made).await.status, Some(404));
    assert!(!own.heads()[1].contains("authorization"), "{:?}", own.heads());
    let gone = RawUpstream::start(|peer| peer.close()).unwrap();
    let made = create(&world, &control, at(&gone.url(), input("Gone", "openai", &[]))).await;
    let tried = test(&world, &control, &made).await;
    assert!(tried.status.is_none() && tried.error.is_some());

    // a secret that was put there by somebody else does not open
    let made = create(&world, &control, at(&own.url(), input("Forged", "openai", &[("a", "sk-1")]))).await;
    store.raw("UPDATE provider_keys SET secret = 'AAAA'").await;
    let tried = providers::test(&control, &world.administrator, &made.id, TestProvider::default()).await;
    refused_as(ProblemKind::Internal, tried);
});
