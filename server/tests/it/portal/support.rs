//! A portal, browsers in front of it, and the people who use them.

use super::still::Still;
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::response::Response;
use control::keys::MasterKey;
use control::{ChangeSignal, Clock, Control, Parts, accounts};
use domain::Time;
use domain::accounts::{Account, CreateAccount};
use domain::net::{OutboundGuard, local_ranges};
use domain::roles::PlatformRole;
use http::header::{ACCEPT, CONTENT_TYPE, COOKIE, HeaderName, LOCATION, REFERER, SET_COOKIE};
use http::{HeaderMap, Method, Request, StatusCode};
use server::portal::{self, Options};
use server::site::Site;
use server::trouble::Trouble;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use store::testing::Fixture;
use tower::ServiceExt;

pub const PASSWORD: &str = "three blind mice sing";
/// 2026-11-23T12:00:00Z
const START: i64 = 1_795_435_200;

pub struct Portal {
    pub router: Router,
    pub control: Control,
    pub store: Fixture,
    /// What the gateway has; there is none here.
    pub trouble: Trouble,
    seconds: Arc<AtomicI64>,
}

impl Portal {
    pub async fn new() -> Self {
        Self::at("http://127.0.0.1:3000").await
    }

    pub async fn at(portal_url: &str) -> Self {
        Self::with(portal_url, OutboundGuard::default(), Still::default()).await
    }

    /// One that may be made to call this computer.
    pub async fn near() -> Self {
        let outbound = OutboundGuard { allow: local_ranges(), own_listeners: Vec::new() };
        Self::with("http://127.0.0.1:3000", outbound, Still::default()).await
    }

    /// One whose gateway tells this of itself.
    pub async fn before(gateway: Still) -> Self {
        Self::with("http://127.0.0.1:3000", OutboundGuard::default(), gateway).await
    }

    async fn with(portal_url: &str, outbound: OutboundGuard, gateway: Still) -> Self {
        let store = store::testing::sqlite().await;
        let seconds = Arc::new(AtomicI64::new(START));
        let clock = {
            let seconds = seconds.clone();
            Clock::from_fn(move || Time::from_timestamp(seconds.load(Ordering::Relaxed), 0).unwrap())
        };
        let control = Control::new(Parts {
            store: (*store).clone(),
            clock,
            master_key: MasterKey::generate(),
            outbound,
            portal_url: portal_url.to_owned(),
            gateway_url: "http://127.0.0.1:8080".to_owned(),
            signal: ChangeSignal::nobody(),
            vendors: server::vendors::forms().unwrap(),
            models: server::vendors::models().unwrap(),
        });
        control.observe(Arc::new(gateway));
        let site = Arc::new(Site::read(Path::new("/nonexistent")).unwrap());
        let trouble = Trouble::default();
        let router =
            portal::router(control.clone(), Options { site, refusals: Vec::new(), trouble: trouble.clone() });
        Self { router, control, store, trouble, seconds }
    }

    /// Lets time pass.
    pub fn pass(&self, seconds: i64) {
        self.seconds.fetch_add(seconds, Ordering::Relaxed);
    }

    /// Somebody with an account: `ada` is ada@example.com.
    pub async fn account(&self, name: &str, role: PlatformRole) -> Account {
        let email = format!("{name}@example.com");
        let input = CreateAccount { name: name.to_owned(), email, password: PASSWORD.to_owned() };
        accounts::create(&self.control, input, role).await.unwrap()
    }

    pub fn browser(&self) -> Browser {
        Browser { router: self.router.clone(), cookies: BTreeMap::new() }
    }

    /// The browser of somebody who is signed in.
    pub async fn signed_in(&self, name: &str, role: PlatformRole) -> Browser {
        self.account(name, role).await;
        let mut browser = self.browser();
        let answer = browser.sign_in(name, PASSWORD).await;
        assert_eq!(answer.location(), "/", "{}", answer.body);
        browser
    }
}

/// An answer, read whole.
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: String,
}

impl Answer {
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    pub fn location(&self) -> &str {
        self.header(LOCATION.as_str())
    }

    #[track_caller]
    pub fn shows(&self, text: &str) -> &Self {
        assert!(self.body.contains(text), "{text:?} is not in the answer ({}):\n{}", self.status, self.body);
        self
    }

    #[track_caller]
    pub fn lacks(&self, text: &str) -> &Self {
        assert!(!self.body.contains(text), "{text:?} is in the answer ({}):\n{}", self.status, self.body);
        self
    }
}

/// A browser without script that keeps cookies.
#[derive(Clone)]
pub struct Browser {
    router: Router,
    pub cookies: BTreeMap<String, String>,
}

impl Browser {
    pub async fn get(&mut self, path: &str) -> Answer {
        self.send(Method::GET, path, &[(ACCEPT, "text/html")], String::new()).await
    }

    /// Sends a form that stands on the page `from`.
    pub async fn post(&mut self, from: &str, action: &str, fields: &[(&str, &str)]) -> Answer {
        let referer = format!("http://127.0.0.1:3000{from}");
        let headers = [
            (ACCEPT, "text/html,application/xhtml+xml"),
            (REFERER, referer.as_str()),
            (HeaderName::from_static("sec-fetch-site"), "same-origin"),
            (CONTENT_TYPE, "application/x-www-form-urlencoded"),
        ];
        self.send(Method::POST, action, &headers, form(fields)).await
    }

    /// Sends a form as programs do, which get the function's own answer.
    pub async fn ask(&mut self, action: &str, fields: &[(&str, &str)]) -> Answer {
        let headers = [
            (ACCEPT, "application/json"),
            (HeaderName::from_static("sec-fetch-site"), "same-origin"),
            (CONTENT_TYPE, "application/x-www-form-urlencoded"),
        ];
        self.send(Method::POST, action, &headers, form(fields)).await
    }

    /// Sends a form that takes files as programs do.
    pub async fn ask_multipart(&mut self, action: &str, fields: &[(&str, &str)]) -> Answer {
        let headers = [
            (ACCEPT, "application/json"),
            (HeaderName::from_static("sec-fetch-site"), "same-origin"),
            (CONTENT_TYPE, MULTIPART),
        ];
        self.send(Method::POST, action, &headers, multipart(fields, None)).await
    }

    /// Sends a form with a file and goes where that leads.
    pub async fn upload(
        &mut self,
        from: &str,
        action: &str,
        fields: &[(&str, &str)],
        file: Option<&str>,
    ) -> Answer {
        let referer = format!("http://127.0.0.1:3000{from}");
        let headers = [
            (ACCEPT, "text/html"),
            (REFERER, referer.as_str()),
            (HeaderName::from_static("sec-fetch-site"), "same-origin"),
            (CONTENT_TYPE, MULTIPART),
        ];
        let answer = self.send(Method::POST, action, &headers, multipart(fields, file)).await;
        self.follow(answer).await
    }

    /// Sends a form and goes where that leads.
    pub async fn submit(&mut self, from: &str, action: &str, fields: &[(&str, &str)]) -> Answer {
        let answer = self.post(from, action, fields).await;
        self.follow(answer).await
    }

    async fn follow(&mut self, answer: Answer) -> Answer {
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
        let to = answer.location().to_owned();
        self.get(&to).await
    }

    pub async fn sign_in(&mut self, name: &str, password: &str) -> Answer {
        let email = format!("{name}@example.com");
        self.post("/sign-in", "/api/sessions/create", &[("email", &email), ("password", password)]).await
    }

    pub async fn send(
        &mut self,
        method: Method,
        path: &str,
        headers: &[(HeaderName, &str)],
        body: impl Into<Body>,
    ) -> Answer {
        let mut request = Request::builder().method(method).uri(path);
        for (name, value) in headers {
            request = request.header(name, *value);
        }
        if !self.cookies.is_empty() {
            let pairs: Vec<String> =
                self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
            request = request.header(COOKIE, pairs.join("; "));
        }
        let response = self.router.clone().oneshot(request.body(body.into()).unwrap()).await.unwrap();
        self.keep_cookies(&response);
        let (head, body) = response.into_parts();
        let body = to_bytes(body, 16 << 20).await.unwrap();
        Answer { status: head.status, headers: head.headers, body: String::from_utf8(body.to_vec()).unwrap() }
    }

    fn keep_cookies(&mut self, response: &Response) {
        for line in response.headers().get_all(SET_COOKIE) {
            let line = line.to_str().unwrap();
            let (name, value) = line.split(';').next().unwrap().split_once('=').unwrap();
            if value.is_empty() || line.contains("Max-Age=0") {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
    }
}

const MULTIPART: &str = "multipart/form-data; boundary=b";

/// Fields and a file, of which a form without one has an empty part.
fn multipart(fields: &[(&str, &str)], file: Option<&str>) -> String {
    let part = |head: &str, value: &str| {
        format!("--b\r\nContent-Disposition: form-data; name={head}\r\n\r\n{value}\r\n")
    };
    let (name, text) = file.map_or(("", ""), |text| ("api.yaml", text));
    let head = format!("\"file\"; filename=\"{name}\"\r\nContent-Type: application/yaml");
    let fields = fields.iter().map(|(name, value)| part(&format!("\"{name}\""), value));
    fields.chain([part(&head, text), "--b--\r\n".to_owned()]).collect()
}

fn form(fields: &[(&str, &str)]) -> String {
    let pairs = fields
        .iter()
        .map(|(name, value)| format!("{}={}", app::link::encode(name), app::link::encode(value)));
    pairs.collect::<Vec<_>>().join("&")
}
