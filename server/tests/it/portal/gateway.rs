//! The running gateway as people see it: the nodes of one's own upstream beside its draft, and all of it at `/gateway`.

use super::still::{Still, listener, well};
use super::support::{Answer, Browser, Portal};
use super::trade::Trade;
use domain::gateway_status::{BreakerState, CertificateStatus, JournalStatus, NodeStatus, Traffic};
use domain::roles::{PlatformRole, TeamRole};
use http::StatusCode;

const DAY: i64 = 86_400;
/// When the portal's clock starts: 2026-11-23T12:00:00Z
const START: i64 = 1_795_435_200;

/// A certificate of that host, valid from and until so many days from now.
fn certificate(host: &str, from: i64, until: i64) -> CertificateStatus {
    let at = |days: i64| domain::Time::from_timestamp(START + days * DAY, 0).unwrap();
    CertificateStatus {
        hosts: vec![host.to_owned(), format!("www.{host}")],
        issuer: "CN=Realm".to_owned(),
        not_before: at(from),
        not_after: at(until),
    }
}

/// Nodes of Petra's api in every state, and one of somebody else's.
fn nodes() -> Vec<NodeStatus> {
    let node = |number: usize| well("pets", number);
    let checked = NodeStatus { healthy: false, ejections: 1, last_error: "check_status".into(), ..node(2) };
    let open = NodeStatus { breaker: BreakerState::Open, last_error: "http_5xx".into(), ..node(3) };
    let half_open = NodeStatus { breaker: BreakerState::HalfOpen, ejections: 4, ..node(4) };
    let ejected =
        NodeStatus { healthy: false, ejections: 2, last_error: "connection_refused".into(), ..node(5) };
    let busy = NodeStatus { in_flight: 12, ewma_ms: Some(1_500), retries: 3, ..node(1) };
    let foreign = NodeStatus { url: "http://10.9.9.9".into(), ..well("tides", 1) };
    vec![busy, checked, open, half_open, ejected, foreign]
}

async fn trade() -> Trade {
    Trade::at(Portal::before(Still { nodes: nodes(), ..Still::default() }).await).await
}

/// The cells of the one row that says `text`, as they are read.
#[track_caller]
fn row(page: &Answer, text: &str) -> Vec<String> {
    let mut rows = page.body.split("<tr").skip(1).map(|row| row.split("</tr>").next().unwrap());
    let row = rows.find(|row| row.contains(text)).unwrap_or_else(|| panic!("no row with {text}"));
    let cells = row.split("<th").flat_map(|part| part.split("<td")).skip(1);
    cells.map(|cell| words(&format!("<{cell}"))).collect()
}

/// Without tags and comments.
fn words(html: &str) -> String {
    html.split('<').skip(1).filter_map(|part| part.split_once('>')).map(|(_, text)| text.trim()).collect()
}

#[tokio::test]
async fn the_owner_of_an_api_sees_how_its_nodes_are_and_why() {
    let trade = trade().await;
    let mut petra = trade.browser("petra").await;
    let page = petra.get(&trade.workspace("/upstream")).await;
    for (number, state, trouble) in [
        (1, "Healthy", "none"),
        (2, "Unhealthy", "a check was answered with another status; led around once"),
        (3, "Left alone", "a status of 500 or more"),
        (4, "Tried out", "none; led around 4 times"),
        (5, "Unhealthy", "connection refused; led around 2 times"),
    ] {
        let cells = row(&page, &format!("http://10.0.0.{number}"));
        assert_eq!((cells[1].as_str(), cells[5].as_str()), (state, trouble), "{cells:?}");
    }
    let busy = row(&page, "http://10.0.0.1");
    assert_eq!(busy[2..5], ["12", "1.5 s", "3"]);
    page.lacks("10.9.9.9");
    // not a secret of the owner's: whoever is in the team, and nobody else
    let mut vera = trade.provider("vera", TeamRole::Viewer).await;
    assert_eq!(row(&vera.get(&trade.workspace("/upstream")).await, "http://10.0.0.3")[1], "Left alone");
    for mut other in [trade.foreigner().await, trade.browser("carl").await] {
        let refused = other.get(&trade.workspace("/upstream")).await;
        assert_eq!(refused.status, StatusCode::NOT_FOUND);
        refused.lacks("10.0.0.3");
    }
}

#[tokio::test]
async fn an_api_without_nodes_of_its_own_shows_no_others() {
    let trade = Trade::new().await;
    let mut petra = trade.browser("petra").await;
    petra.get(&trade.workspace("/upstream")).await.lacks("Nodes of the live revision").lacks("10.0.0.");
}

fn everything() -> Still {
    let mut still = Still { nodes: nodes(), ..Still::default() };
    let status = &mut still.status;
    status.listeners = vec![
        listener("gateway", "203.0.113.1:80"),
        listener("gateway-tls", "203.0.113.1:443"),
        listener("portal", "10.0.0.9:3000"),
        listener("admin", "127.0.0.1:9090"),
    ];
    status.sequence = 4_711;
    status.troubles = vec!["version pets/v1: its certificate is gone".to_owned()];
    status.traffic = Traffic {
        threads: 2,
        calls: 1_234_567,
        refused: 8_901,
        calls_in_flight: 23,
        open_connections: 45,
        refused_connections: 67,
        failed_handshakes: 89,
    };
    status.journal =
        JournalStatus { pending_records: 321, bytes_on_disk: 4_096, failing: true, unrecorded: 5 };
    status.certificates = vec![
        certificate("good.example", -10, 80),
        certificate("soon.example", -80, 10),
        certificate("over.example", -90, -1),
        certificate("later.example", 2, 90),
    ];
    still
}

async fn at_the_gateway(portal: &Portal, role: PlatformRole, path: &str) -> Answer {
    let mut browser: Browser = portal.signed_in(role.as_str(), role).await;
    browser.get(path).await
}

#[tokio::test]
async fn those_who_run_the_platform_see_listeners_figures_certificates_and_troubles() {
    let portal = Portal::before(everything()).await;
    for role in [PlatformRole::Operator, PlatformRole::Auditor, PlatformRole::Administrator] {
        let page = at_the_gateway(&portal, role, "/gateway").await;
        page.shows("As it was at 2026-11-23 12:00:00 UTC.").shows("change 4711");
        for (address, cells) in [
            ("203.0.113.1:80", ["gateway", "203.0.113.1:80", "calls"]),
            ("203.0.113.1:443", ["gateway-tls", "203.0.113.1:443", "calls, over TLS"]),
            ("10.0.0.9:3000", ["portal", "10.0.0.9:3000", "people and the management API"]),
            ("127.0.0.1:9090", ["admin", "127.0.0.1:9090", "health checks and metrics"]),
        ] {
            assert_eq!(row(&page, address), cells);
        }
        page.shows("Not all is served as it should be").shows("version pets/v1: its certificate is gone");
        page.shows("The journal cannot be synced to disk");
        page.shows("5 calls since the start could not be written down.");
        let text = words(&page.body);
        for figure in [
            "Calls since the start1.2M",
            "Of them refused8.9k",
            "Calls under way23",
            "Open connections45",
            "Connections turned away67",
            "Calls on their way to the database321",
        ] {
            assert!(text.contains(figure), "{figure} is not in {text}");
        }
        for (host, until, state) in [
            ("good.example", "2027-02-11", "Valid"),
            ("soon.example", "2026-12-03", "Ends in 10 d"),
            ("over.example", "2026-11-22", "Expired"),
            ("later.example", "2027-02-21", "Not valid yet"),
        ] {
            let cells = row(&page, host);
            assert_eq!(cells[0], format!("{host}, www.{host}"));
            assert_eq!((cells[1].as_str(), cells[3].as_str(), cells[4].as_str()), ("CN=Realm", until, state));
        }
        assert_eq!(row(&page, "http://10.0.0.5")[..3], ["pets v1", "http://10.0.0.5", "Unhealthy"]);
        assert_eq!(row(&page, "http://10.9.9.9")[2], "Healthy");
    }
}

#[tokio::test]
async fn a_gateway_that_is_well_has_no_troubles_and_no_certificates_without_tls() {
    let portal = Portal::new().await;
    let page = at_the_gateway(&portal, PlatformRole::Operator, "/gateway").await;
    page.shows("The gateway does not speak TLS itself.").shows("Calls since the start");
    for trouble in ["Not all is served", "cannot be synced", "could not be written down", "Issued by"] {
        page.lacks(trouble);
    }
}

#[tokio::test]
async fn only_nodes_in_trouble_are_shown_on_demand() {
    let portal = Portal::before(everything()).await;
    let page = at_the_gateway(&portal, PlatformRole::Operator, "/gateway?nodes=troubled").await;
    page.lacks("http://10.0.0.1<").lacks("10.9.9.9");
    for number in 2..=5 {
        page.shows(&format!("http://10.0.0.{number}<"));
    }
}

#[tokio::test]
async fn the_gateway_is_not_shown_to_members_and_strangers() {
    let trade = Trade::at(Portal::before(everything()).await).await;
    let mut petra = trade.browser("petra").await;
    let refused = petra.get("/gateway").await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    refused.shows("Needs the platform role administrator or operator");
    for told in ["203.0.113.1", "10.0.0.", "soon.example", "pets/v1", "4711"] {
        refused.lacks(told);
    }
    let visitor = trade.portal.browser().get("/gateway").await;
    assert_eq!((visitor.status, visitor.location()), (StatusCode::FOUND, "/sign-in?next=%2Fgateway"));
}
