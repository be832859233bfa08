//! An installation with people in it. Every answer is held against the OpenAPI document and against the audit trail:
//! an endpoint that says that it is audited writes one row or more on success, and no other writes any.

use super::{Described, Reply, conforms, known_models};
use axum::Router;
use axum::body::Body;
use axum::response::Response;
use control::gateway::Trying;
use control::keys::MasterKey;
use control::{ChangeSignal, Clock, Control, Parts};
use domain::Time;
use domain::accounts::{Account, AccountStatus};
use domain::calls::{AiUse, Attempt};
use domain::gateway_status::{BreakerState, GatewayStatus, JournalStatus, Listener, NodeStatus, Traffic};
use domain::ids::{AccountId, ProviderId};
use domain::net::{OutboundGuard, local_ranges};
use domain::prompts::trial::{PromptCall, Trial, TrialProblem};
use domain::providers::{KeyFailure, KeyHealth, KeyState, VendorForm};
use domain::roles::PlatformRole;
use domain::tokens::CreateToken;
use http::Request;
use http::header::{AUTHORIZATION, CONTENT_TYPE};
use serde_json::Value;
use std::collections::BTreeMap;
use std::sync::Arc;
use store::testing::Fixture;
use tower::ServiceExt as _;

pub const PORTAL: &str = "http://portal.test";
/// A vendor of each kind.
const VENDORS: &str = include_str!("../../../../control/tests/it/support/vendors.json");

/// Everybody who calls. `anonymous` has no token.
const PEOPLE: [(&str, PlatformRole); 9] = [
    ("administrator", PlatformRole::Administrator),
    ("auditor", PlatformRole::Auditor),
    ("owner", PlatformRole::Member),
    ("publisher", PlatformRole::Member),
    ("developer", PlatformRole::Member),
    ("consumer", PlatformRole::Member),
    ("viewer", PlatformRole::Member),
    ("foreign", PlatformRole::Member),
    ("member", PlatformRole::Member),
];

pub struct House {
    pub control: Control,
    pub router: Router,
    pub described: Described,
    tokens: BTreeMap<&'static str, String>,
    _store: Option<Fixture>,
}

pub fn now() -> Time {
    "2026-03-01T12:00:00Z".parse().unwrap()
}

pub fn account_of(who: &str) -> AccountId {
    let at = PEOPLE.iter().position(|(name, _)| *name == who).unwrap();
    AccountId::from_parts(1, at as u128)
}

impl House {
    /// On an SQLite database of its own.
    pub async fn new() -> Self {
        let store = store::testing::sqlite().await;
        let house = Self::on(&store).await;
        Self { _store: Some(store), ..house }
    }

    pub async fn on(store: &Fixture) -> Self {
        let vendors: Vec<VendorForm> = serde_json::from_str(VENDORS).unwrap();
        let control = Control::new(Parts {
            store: (**store).clone(),
            clock: Clock::fixed(now()),
            master_key: MasterKey::generate(),
            outbound: OutboundGuard { allow: local_ranges(), own_listeners: Vec::new() },
            portal_url: PORTAL.to_owned(),
            gateway_url: "http://gateway.test".to_owned(),
            signal: ChangeSignal::nobody(),
            vendors: vendors.into(),
            models: known_models::catalogue(),
        });
        control.observe(Arc::new(Still));
        let router = rest::router(control.clone());
        let mut tokens = BTreeMap::new();
        for (name, role) in PEOPLE {
            tokens.insert(name, person(&control, name, role).await);
        }
        let request = Request::get("/api/v1/openapi.json").body(Body::empty()).unwrap();
        let described = Reply::of(router.clone().oneshot(request).await.unwrap()).await.expect(200).json;
        Self { control, router, described: Described(described), tokens, _store: None }
    }

    pub fn token(&self, who: &str) -> &str {
        &self.tokens[who]
    }

    /// A request as somebody, with or without a JSON body.
    pub fn request(&self, who: &str, method: &str, path: &str, body: Option<Value>) -> Request<Body> {
        let mut request = Request::builder().method(method).uri(format!("/api/v1{path}"));
        if who != "anonymous" {
            request = request.header(AUTHORIZATION, format!("Bearer {}", self.token(who)));
        }
        match body {
            Some(body) => {
                request.header(CONTENT_TYPE, "application/json").body(Body::from(body.to_string())).unwrap()
            }
            None => request.body(Body::empty()).unwrap(),
        }
    }

    pub async fn send(&self, request: Request<Body>) -> Reply {
        let (method, path) = (request.method().to_string(), request.uri().path().to_owned());
        let path = path.strip_prefix("/api/v1").unwrap_or_default();
        let before = self.audited().await;
        let response: Response = self.router.clone().oneshot(request).await.unwrap();
        let reply = Reply::of(response).await;
        self.check(&method, path, &reply, self.audited().await - before);
        reply
    }

    pub async fn get(&self, who: &str, path: &str) -> Reply {
        self.send(self.request(who, "GET", path, None)).await
    }

    pub async fn post(&self, who: &str, path: &str, body: Value) -> Reply {
        self.send(self.request(who, "POST", path, Some(body))).await
    }

    pub async fn patch(&self, who: &str, path: &str, body: Value) -> Reply {
        self.send(self.request(who, "PATCH", path, Some(body))).await
    }

    pub async fn delete(&self, who: &str, path: &str) -> Reply {
        self.send(self.request(who, "DELETE", path, None)).await
    }

    /// How many rows the audit trail has.
    pub async fn audited(&self) -> i64 {
        let mut conn = self.control.store().read().await.unwrap();
        store::audit::head(&mut conn).await.unwrap().unwrap().sequence
    }

    fn check(&self, method: &str, path: &str, reply: &Reply, audited: i64) {
        let what = format!("{method} {path} answered {} {}", reply.status, reply.text);
        assert!(reply.status < 500, "{what}");
        assert_eq!(reply.header("x-request-id").len(), 36, "{what}");
        if reply.status >= 400 {
            check_problem(reply, &what);
            assert_eq!(audited, 0, "a refusal left a trace: {what}");
            return;
        }
        let Some(operation) = self.described.operation(method, path) else { panic!("not described: {what}") };
        // what is answered again was written down when it was done
        let replayed = reply.header("idempotency-replayed") == "true";
        let writes = operation["x-audited"] == true && !replayed;
        assert_eq!(audited > 0, writes, "{audited} rows of audit: {what}");
        if reply.status == 304 {
            return;
        }
        let answer = &operation["responses"][reply.status.to_string()];
        assert!(answer.is_object(), "the status is not described: {what}");
        match answer.pointer("/content/application~1json/schema") {
            Some(schema) => {
                let wrong = conforms(&self.described, schema, &reply.json, "$");
                assert!(wrong.is_empty(), "{wrong:#?}: {what}");
            }
            None => assert_eq!(reply.text, "", "{what}"),
        }
    }
}

/// What every refusal has (RFC 9457).
fn check_problem(reply: &Reply, what: &str) {
    assert_eq!(reply.header("content-type"), "application/problem+json", "{what}");
    let problem = &reply.json;
    assert!(problem["type"].as_str().unwrap().starts_with(&format!("{PORTAL}/problems/")), "{what}");
    assert_eq!(problem["status"], reply.status, "{what}");
    assert_eq!(problem["request_id"], reply.header("x-request-id"), "{what}");
    assert_eq!(problem["instance"], format!("urn:uuid:{}", reply.header("x-request-id")), "{what}");
    assert!(problem["title"].is_string() && problem["detail"].is_string(), "{what}");
    let challenge = reply.header("www-authenticate");
    let asks = reply.status == 401 || challenge.contains("insufficient_scope");
    assert_eq!(asks, !challenge.is_empty(), "{what}");
}

async fn person(control: &Control, name: &str, role: PlatformRole) -> String {
    let account = Account {
        id: account_of(name),
        email: format!("{name}@example.com").parse().unwrap(),
        name: name.to_owned(),
        role,
        status: AccountStatus::Active,
        created_at: now(),
        last_sign_in_at: None,
    };
    let mut tx = control.store().begin().await.unwrap();
    store::accounts::insert(&mut tx, &account, "nobody signs in with this").await.unwrap();
    tx.commit().await.unwrap();
    let input = CreateToken { name: "tests".to_owned(), ..CreateToken::default() };
    control::tokens::create_for(control, &account.id, input).await.unwrap().secret
}

/// A gateway that has served nothing yet, but for one node in trouble.
struct Still;

impl control::gateway::Gateway for Still {
    fn status(&self) -> GatewayStatus {
        let listener = Listener { name: "gateway".to_owned(), address: "127.0.0.1:8080".to_owned() };
        GatewayStatus {
            listeners: vec![listener],
            sequence: 7,
            troubles: Vec::new(),
            traffic: Traffic::default(),
            journal: JournalStatus::default(),
            certificates: Vec::new(),
        }
    }

    fn nodes(&self) -> Vec<NodeStatus> {
        (1..=3)
            .map(|number| NodeStatus {
                api: "petstore".to_owned(),
                version: "v1".to_owned(),
                url: format!("http://10.0.0.{number}"),
                address: format!("10.0.0.{number}:80"),
                number,
                healthy: number != 2,
                breaker: BreakerState::Closed,
                in_flight: 0,
                ewma_ms: None,
                ejections: 0,
                retries: 0,
                last_error: String::new(),
            })
            .collect()
    }

    fn keys(&self, _: &ProviderId) -> Vec<KeyHealth> {
        vec![cooling()]
    }

    fn try_prompt(&self, call: PromptCall) -> Trying {
        Box::pin(std::future::ready(Ok(trial(call))))
    }
}

/// Says back what it was given; the model `down` does not answer.
fn trial(call: PromptCall) -> Trial {
    let models = call.version.models.unwrap();
    let (_, target) = models.targets().next().unwrap();
    let down = target.model == "down";
    let attempt = Attempt {
        provider: target.provider.to_string(),
        model: target.model.clone(),
        status: (!down).then_some(200),
        failure: if down { "connection_refused".to_owned() } else { String::new() },
        ms: 1,
    };
    let ai = AiUse {
        provider: target.provider.to_string(),
        model: target.model.clone(),
        cost_nano: Some(12),
        tried: vec![attempt],
        ..AiUse::default()
    };
    let trial = Trial { call: "a-call".to_owned(), ms: 1, ai: Some(ai), ..Trial::default() };
    if down {
        let (name, detail) = ("upstream-unreachable".to_owned(), "nobody answers".to_owned());
        return Trial { problem: Some(TrialProblem { status: 502, name, detail }), ..trial };
    }
    Trial { output: Some(Value::Object(call.variables)), finish: Some("stop".to_owned()), ..trial }
}

/// A key that had its share a moment ago.
fn cooling() -> KeyHealth {
    let at = |seconds: i64| Time::from_timestamp(1_795_435_200 + seconds, 0).unwrap();
    let last_failure = Some(KeyFailure { status: 429, at: at(0) });
    let key = "pkey_00000000000000000000000007".parse().unwrap();
    KeyHealth { key, state: KeyState::Cooling, until: Some(at(90)), last_failure }
}
