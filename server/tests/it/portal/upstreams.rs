//! The form of a draft's backend: it shows what is stored, keeps what is not touched, and tells what is wrong where it
//! is wrong.

use super::fields::Fields;
use super::support::{Answer, Browser};
use super::trade::{Trade, about};
use control::versions;
use domain::text::VersionName;
use domain::upstream::{
    Balance, Breaker, Ejection, HashKey, HealthCheck, HostMode, Retries, RetryOn, Upstream, UpstreamInput,
};
use domain::versions::UpdateDraft;
use serde_json::json;

const SAVE: &str = "/api/versions/upstream";
/// The groups that are folded away, as their fields are named.
const GROUPS: [&str; 4] = ["retries", "health", "ejection", "breaker"];

/// Petra's browser at the page with the form.
struct Desk {
    trade: Trade,
    petra: Browser,
    page: String,
}

impl Desk {
    async fn new() -> Self {
        let trade = Trade::new().await;
        let (petra, page) = (trade.browser("petra").await, trade.workspace("/upstream"));
        Self { trade, petra, page }
    }

    async fn look(&mut self) -> Answer {
        self.petra.get(&self.page).await
    }

    async fn store(&self, upstream: UpstreamInput) -> Upstream {
        let (api, v1) = (&self.trade.api.api.id, VersionName::first());
        let input = UpdateDraft { upstream: Some(upstream), ..UpdateDraft::default() };
        versions::update_draft(self.trade.control(), &self.trade.petra, api, &v1, input).await.unwrap();
        self.trade.upstream().await
    }

    /// Changes some fields of the form as it is shown now, and sends all of it. Without a value, a box is not ticked.
    async fn fill(&mut self, changes: &[(&str, Option<&str>)]) -> Answer {
        let shown = self.look().await;
        let mut fields = Fields::of(&shown.body, SAVE).untouched();
        fields.retain(|(name, _)| changes.iter().all(|(changed, _)| changed != name));
        let changed =
            changes.iter().filter_map(|(name, value)| Some(((*name).to_owned(), (*value)?.to_owned())));
        fields.extend(changed);
        let fields: Vec<(&str, &str)> =
            fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        self.petra.submit(&self.page, SAVE, &fields).await
    }

    /// As [`Self::fill`]; the draft as it then is.
    async fn save(&mut self, changes: &[(&str, Option<&str>)]) -> Upstream {
        self.fill(changes).await.shows("The draft is changed");
        self.trade.upstream().await
    }
}

/// One in which nothing is as it would be anyway.
fn elaborate() -> UpstreamInput {
    serde_json::from_value(json!({
        "nodes": [{ "url": "https://a.example.com/base", "weight": 3 }, { "url": "https://b.example.com" }],
        "protocol": "http2",
        "timeouts": { "connect_ms": 1_001, "first_byte_ms": 1_002, "idle_ms": 1_003, "total_ms": 1_004 },
        "balance": { "hash": { "by": "header", "name": "X-Tenant" } },
        "host": { "fixed": "orders.example.com" },
        "retries": {
            "attempts": 4, "on": ["reset", "504"], "non_idempotent": true, "backoff_ms": 101, "budget_percent": 11
        },
        "health": {
            "path": "/up?a=1&b=\"2\"", "interval_ms": 5_001, "timeout_ms": 501, "healthy_after": 4, "unhealthy_after": 5,
            "expect_from": 201, "expect_to": 299
        },
        "ejection": { "failures": 7, "for_ms": 7_001 },
        "breaker": {
            "failures": 9, "error_percent": 21, "minimum_calls": 31, "window_ms": 4_001, "open_ms": 5_001, "probes": 6
        },
        "tls": { "server_name": "b.internal" },
    }))
    .unwrap()
}

fn open_folds(page: &Answer) -> usize {
    page.body.matches("<details class=\"fieldset-fold\" open").count()
        + page.body.matches("<details open class=\"fieldset-fold\"").count()
}

#[tokio::test]
async fn a_form_that_is_not_touched_changes_nothing() {
    let mut desk = Desk::new().await;
    let plain = desk.trade.upstream().await;
    assert_eq!(desk.save(&[]).await, plain);
    let elaborate = desk.store(elaborate()).await;
    assert_eq!(desk.save(&[]).await, elaborate);
}

#[tokio::test]
async fn the_form_shows_what_is_stored_and_opens_what_is_set() {
    let mut desk = Desk::new().await;
    let plain = desk.look().await;
    assert_eq!(open_folds(&plain), 0);
    assert_eq!(plain.body.matches("<span class=\"fieldset-state\">Off</span>").count(), GROUPS.len());
    desk.store(elaborate()).await;
    let shown = desk.look().await;
    assert_eq!(open_folds(&shown), GROUPS.len() + 1);
    for state in [
        "orders.example.com",
        "At most 4 times",
        "GET /up?a=1&amp;b=\"2\" every 5 s",
        "After 7 failures, for 7 s",
        "Opens at 9 or 21 % failures, for 5 s",
    ] {
        shown.shows(&format!("<span class=\"fieldset-state\">{state}</span>"));
    }
    let fields = Fields::of(&shown.body, SAVE).untouched();
    for (name, value) in [
        ("url", "https://a.example.com/base 3\nhttps://b.example.com/"),
        ("balance", "hash_header"),
        ("balance_header", "X-Tenant"),
        ("host", "fixed"),
        ("host_name", "orders.example.com"),
        ("retries[attempts]", "4"),
        ("health[path]", "/up?a=1&b=\"2\""),
        ("health[expect_to]", "299"),
        ("ejection[for_ms]", "7001"),
        ("breaker[minimum_calls]", "31"),
    ] {
        assert!(fields.contains(&(name.to_owned(), value.to_owned())), "{name} is not {value} in {fields:?}");
    }
    let after = fields.iter().filter(|(name, _)| name.starts_with("retries[on]"));
    assert_eq!(after.map(|(_, value)| value.as_str()).collect::<Vec<_>>(), ["reset", "504"]);
}

#[tokio::test]
async fn a_backend_is_told_the_host_that_was_chosen() {
    let mut desk = Desk::new().await;
    assert_eq!(desk.save(&[("host", Some("preserve"))]).await.host, HostMode::Preserve);
    let fixed = [("host", Some("fixed")), ("host_name", Some("Orders.internal"))];
    let orders = HostMode::Fixed("orders.internal".parse().unwrap());
    assert_eq!(desk.save(&fixed).await.host, orders);
    for (typed, said) in [("no host", "Expected a host name"), ("", "This is required.")] {
        let refused = desk.fill(&[("host", Some("fixed")), ("host_name", Some(typed))]).await;
        refused.shows("field-host_name-error").shows(said);
        assert_eq!(open_folds(&refused), 1);
    }
    // a name that no choice asks for says nothing
    let own = [("host", Some("upstream")), ("host_name", Some("no host"))];
    assert_eq!(desk.save(&own).await.host, HostMode::Upstream);
    desk.fill(&[("host", Some("mine"))])
        .await
        .shows("field-host-error")
        .shows("Expected one of those in the list");
}

#[tokio::test]
async fn calls_are_spread_by_a_header_that_is_named() {
    let mut desk = Desk::new().await;
    let by = |name: &str| Balance::Hash(HashKey::Header { name: name.to_owned() });
    for name in ["X-Tenant", "X-User"] {
        let header = [("balance", Some("hash_header")), ("balance_header", Some(name))];
        assert_eq!(desk.save(&header).await.balance, by(name));
    }
    for typed in ["", "a b"] {
        let refused = desk.fill(&[("balance_header", Some(typed))]).await;
        refused.shows("field-balance_header-error").shows("Expected a header name like X-Tenant.");
    }
    assert_eq!(desk.trade.upstream().await.balance, by("X-User"));
    let address = [("balance", Some("hash_address"))];
    assert_eq!(desk.save(&address).await.balance, Balance::Hash(HashKey::Address));
}

#[tokio::test]
async fn retries_are_switched_on_changed_and_off() {
    let mut desk = Desk::new().await;
    assert_eq!(desk.save(&[("retries[enabled]", Some("true"))]).await.retries, Some(Retries::default()));
    let changes = [
        ("retries[attempts]", Some("2")),
        ("retries[on][0]", None),
        ("retries[on][2]", None),
        ("retries[on][3]", None),
        ("retries[non_idempotent]", Some("true")),
        ("retries[backoff_ms]", Some("1 000")),
        ("retries[budget_percent]", Some("5")),
    ];
    let changed = Retries {
        attempts: 2,
        on: vec![RetryOn::Reset, RetryOn::Timeout],
        non_idempotent: true,
        backoff_ms: 1_000,
        budget_percent: 5,
    };
    assert_eq!(desk.save(&changes).await.retries, Some(changed));
    let none = [("retries[on][1]", None), ("retries[on][4]", None)];
    let refused = desk.fill(&none).await;
    refused.shows("field-retries-on-error").shows("Expected at least one of connect, reset");
    // what is left empty is as it would be anyway
    let empty = [("retries[attempts]", Some("")), ("retries[backoff_ms]", Some(" "))];
    let kept = desk.save(&empty).await.retries.unwrap();
    assert_eq!((kept.attempts, kept.backoff_ms, kept.budget_percent), (3, 25, 5));
    let off = [("retries[enabled]", None), ("retries[attempts]", Some("many"))];
    assert_eq!(desk.save(&off).await.retries, None);
}

#[tokio::test]
async fn health_checks_are_switched_on_changed_and_off() {
    let mut desk = Desk::new().await;
    assert_eq!(desk.save(&[("health[enabled]", Some("true"))]).await.health, Some(HealthCheck::default()));
    let changes = [
        ("health[path]", Some("/healthz")),
        ("health[interval_ms]", Some("1000")),
        ("health[timeout_ms]", Some("100")),
        ("health[expect_from]", Some("204")),
        ("health[expect_to]", Some("204")),
        ("health[unhealthy_after]", Some("1")),
        ("health[healthy_after]", Some("20")),
    ];
    let changed = HealthCheck {
        path: "/healthz".to_owned(),
        interval_ms: 1_000,
        timeout_ms: 100,
        healthy_after: 20,
        unhealthy_after: 1,
        expect_from: 204,
        expect_to: 204,
    };
    assert_eq!(desk.save(&changes).await.health, Some(changed.clone()));
    let wrong = [("health[path]", Some("healthz")), ("health[expect_from]", Some("400"))];
    let refused = desk.fill(&wrong).await;
    refused
        .shows("field-health-path-error")
        .shows("Expected a path like /healthz.")
        .shows("value=\"healthz\"");
    refused.shows("field-health-expect_to-error").shows("Expected 400 to 599, got 204.");
    assert_eq!(desk.trade.upstream().await.health, Some(changed));
    let empty = [("health[path]", Some("")), ("health[expect_from]", Some(""))];
    let kept = desk.save(&empty).await.health.unwrap();
    assert_eq!((kept.path.as_str(), kept.expect_from, kept.expect_to), ("/", 200, 204));
    assert_eq!(desk.save(&[("health[enabled]", None)]).await.health, None);
}

#[tokio::test]
async fn ejection_and_breaker_are_switched_on_changed_and_off() {
    let mut desk = Desk::new().await;
    let on = [("ejection[enabled]", Some("true")), ("breaker[enabled]", Some("true"))];
    let kept = desk.save(&on).await;
    assert_eq!((kept.ejection, kept.breaker), (Some(Ejection::default()), Some(Breaker::default())));
    let changes = [
        ("ejection[failures]", Some("3")),
        ("ejection[for_ms]", Some("30000")),
        ("breaker[failures]", Some("10")),
        ("breaker[error_percent]", Some("0")),
        ("breaker[minimum_calls]", Some("5")),
        ("breaker[window_ms]", Some("60000")),
        ("breaker[open_ms]", Some("500")),
        ("breaker[probes]", Some("2")),
    ];
    let breaker = Breaker {
        failures: 10,
        error_percent: 0,
        minimum_calls: 5,
        window_ms: 60_000,
        open_ms: 500,
        probes: 2,
    };
    let ejection = Ejection { failures: 3, for_ms: 30_000 };
    let kept = desk.save(&changes).await;
    assert_eq!((kept.ejection, kept.breaker), (Some(ejection.clone()), Some(breaker)));
    let refused = desk.fill(&[("breaker[failures]", Some("0"))]).await;
    refused.shows("field-breaker-error_percent-error").shows("Expected a bound here or in failures.");
    let kept = desk.save(&[("breaker[enabled]", None)]).await;
    assert_eq!((kept.ejection, kept.breaker), (Some(ejection), None));
    assert_eq!(desk.save(&[("ejection[enabled]", None)]).await.ejection, None);
}

/// Switches all groups on and gives each of their numbers a value.
async fn with_numbers(desk: &mut Desk, value: impl Fn(&str, (u32, u32)) -> String) -> (Answer, Vec<String>) {
    let shown = desk.look().await;
    let form = Fields::of(&shown.body, SAVE);
    let numbers: Vec<String> = GROUPS.iter().flat_map(|group| form.numbers(group)).collect();
    let switches: Vec<String> = GROUPS.iter().map(|group| format!("{group}[enabled]")).collect();
    let values: Vec<String> = numbers.iter().map(|name| value(name, form.bounds(name))).collect();
    let mut changes: Vec<(&str, Option<&str>)> =
        switches.iter().map(|switch| (switch.as_str(), Some("true"))).collect();
    changes.extend(numbers.iter().zip(&values).map(|(name, value)| (name.as_str(), Some(value.as_str()))));
    (desk.fill(&changes).await, numbers)
}

#[tokio::test]
async fn every_number_may_be_what_its_hint_says_and_no_more() {
    let mut desk = Desk::new().await;
    let least = |name: &str, (least, _): (u32, u32)| match name {
        // one of the two bounds of a breaker has to count
        "breaker[failures]" => "1".to_owned(),
        _ => least.to_string(),
    };
    let (answer, numbers) = with_numbers(&mut desk, least).await;
    answer.shows("The draft is changed");
    assert_eq!(numbers.len(), 17, "{numbers:?}");
    let kept = desk.trade.upstream().await;
    assert_eq!((kept.retries.unwrap().attempts, kept.health.unwrap().interval_ms), (2, 100));
    let (answer, _) = with_numbers(&mut desk, |_, (_, most)| most.to_string()).await;
    answer.shows("The draft is changed");
    let kept = desk.trade.upstream().await;
    assert_eq!((kept.retries.unwrap().attempts, kept.health.unwrap().interval_ms), (5, 3_600_000));
    // more, less, and less than nothing, which is no number
    let more = |_: &str, (_, most): (u32, u32)| (most + 1).to_string();
    let less = |name: &str, (least, most): (u32, u32)| match (name, least) {
        // its least is what stands beside it
        ("health[expect_to]", _) | (_, 0) => most.to_string(),
        _ => (least - 1).to_string(),
    };
    let minus =
        |_: &str, (least, most): (u32, u32)| if least == 0 { -1 } else { i64::from(most) }.to_string();
    for (value, wrong) in
        [(with_numbers(&mut desk, more).await, 17), (with_numbers(&mut desk, less).await, 13)]
    {
        let told = numbers.iter().filter(|number| value.0.body.contains(&error_of(number)));
        assert_eq!(told.count(), wrong, "{}", value.0.body);
    }
    let (answer, _) = with_numbers(&mut desk, minus).await;
    for number in ["retries[backoff_ms]", "breaker[error_percent]", "breaker[failures]"] {
        answer.shows(&error_of(number));
    }
    assert_eq!(open_folds(&answer), GROUPS.len());
}

/// Where it stands what is wrong with a number.
fn error_of(number: &str) -> String {
    format!("id=\"field-{}-error\"", number.replace('[', "-").replace(']', ""))
}

#[tokio::test]
async fn what_is_no_number_is_told_where_it_is_and_what_was_typed_is_kept() {
    let mut desk = Desk::new().await;
    let changes = [
        ("retries[enabled]", Some("true")),
        ("retries[attempts]", Some("many")),
        ("ejection[enabled]", Some("true")),
        ("ejection[failures]", Some("8")),
        ("url", Some("https://c.example.com 2")),
    ];
    let refused = desk.fill(&changes).await;
    refused.shows("field-retries-attempts-error").shows("Expected a whole number.").shows("value=\"many\"");
    refused.shows("https://c.example.com 2").shows("value=\"8\"");
    assert_eq!(open_folds(&refused), 2);
    assert_eq!(desk.trade.upstream().await.retries, None);
}

#[tokio::test]
async fn all_that_is_wrong_is_told_at_once() {
    let mut desk = Desk::new().await;
    let changes = [
        ("url", Some("https://a.example.com\nnowhere")),
        ("connect_ms", Some("soon")),
        ("balance", Some("hash_header")),
        ("balance_header", Some("a b")),
        ("host", Some("fixed")),
        ("host_name", Some("no host")),
        ("retries[enabled]", Some("true")),
        ("retries[attempts]", Some("9")),
        ("health[enabled]", Some("true")),
        ("health[path]", Some("up")),
        ("ejection[enabled]", Some("true")),
        ("ejection[failures]", Some("0")),
        ("breaker[enabled]", Some("true")),
        ("breaker[probes]", Some("none")),
    ];
    let refused = desk.fill(&changes).await;
    refused.shows("Line 2: Expected an address").shows("field-connect_ms-error");
    for field in [
        "balance_header",
        "host_name",
        "retries-attempts",
        "health-path",
        "ejection-failures",
        "breaker-probes",
    ] {
        refused.shows(&format!("id=\"field-{field}-error\""));
    }
    assert_eq!(open_folds(&refused), GROUPS.len() + 1);
}

#[tokio::test]
async fn a_program_that_sends_less_leaves_host_and_balance_as_they_are() {
    let mut desk = Desk::new().await;
    let before = desk.store(elaborate()).await;
    let id = desk.trade.api.api.id.to_string();
    let waits =
        [("connect_ms", "1000"), ("first_byte_ms", "1000"), ("idle_ms", "1000"), ("total_ms", "5000")];
    let mut fields = about(&id, &[("url", "https://c.example.com")]);
    fields.extend(waits);
    let page = desk.page.clone();
    desk.petra.submit(&page, SAVE, &fields).await.shows("The draft is changed");
    let kept = desk.trade.upstream().await;
    assert_eq!((kept.host, kept.balance, kept.tls), (before.host, before.balance, before.tls));
    assert_eq!((kept.protocol, kept.retries), (before.protocol, None));
}
