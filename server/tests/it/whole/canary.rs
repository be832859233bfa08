//! Marked secrets are put everywhere, and looked for where they do not belong: in what is logged and printed, in the
//! files of the data folder, in the database, in metrics, pages, answers of the management API and refusals.

mod search;

use super::installation::{Database, Installation, assert_success, text};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use faultlab::authority::{Authority, Signed};
use faultlab::postgres::Cluster;
use reqwest::header::{COOKIE, LOCATION, SET_COOKIE};
use reqwest::redirect::Policy;
use reqwest::{Client, Method, Response};
use search::Search;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::path::Path;

const PASSWORD: &str = "canary-password-of-ada-4711";
const NEXT_PASSWORD: &str = "canary-password-of-ada-4712";
const INVITED_PASSWORD: &str = "canary-password-of-bob-4713";
const WRONG_PASSWORD: &str = "canary-password-of-nobody-4714";
const DATABASE_PASSWORD: &str = "canary-password-of-database-4715";
const WRONG_TOKEN: &str = "canary-token-of-nobody-4716";
const COLLECTOR_TOKEN: &str = "canary-collector-2281";
const WRONG_KEY: &str = "canary-key-of-nobody-4717";

/// A browser without script, in front of a running portal.
struct Browser {
    client: Client,
    portal: String,
    cookies: BTreeMap<String, String>,
}

impl Browser {
    fn new(portal: &str) -> Self {
        let client = Client::builder().no_proxy().redirect(Policy::none()).build().unwrap();
        Self { client, portal: portal.to_owned(), cookies: BTreeMap::new() }
    }

    async fn send(&mut self, request: reqwest::RequestBuilder) -> Response {
        let cookies: Vec<String> =
            self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let response = request.header(COOKIE, cookies.join("; ")).send().await.unwrap();
        for line in response.headers().get_all(SET_COOKIE) {
            let (name, value) = line.to_str().unwrap().split(';').next().unwrap().split_once('=').unwrap();
            self.cookies.insert(name.to_owned(), value.to_owned());
        }
        response
    }

    async fn get(&mut self, path: &str) -> String {
        let request = self.client.get(format!("{}{path}", self.portal)).header("accept", "text/html");
        let response = self.send(request).await;
        assert!(response.status().as_u16() < 500, "{path}: {}", response.status());
        response.text().await.unwrap()
    }

    /// Sends a form that stands at `from`, and shows the page that this leads to.
    async fn post(&mut self, from: &str, action: &str, fields: &[(&str, &str)]) -> String {
        let request = self
            .client
            .post(format!("{}{action}", self.portal))
            .header("accept", "text/html")
            .header("origin", &self.portal)
            .header("referer", format!("{}{from}", self.portal))
            .form(fields);
        let response = self.send(request).await;
        assert_eq!(response.status(), 303, "{action}");
        let to = response.headers()[LOCATION].to_str().unwrap().to_owned();
        self.get(&to).await
    }
}

/// What follows `before` on a page, up to a quote, a bracket or white space.
fn after(page: &str, before: &str) -> String {
    let rest = page.split(before).nth(1).unwrap_or_else(|| panic!("{before} is not in {page}"));
    rest.split(['"', '<', '\'', ' ', '\n', '&']).next().unwrap().to_owned()
}

/// Makes the first account with the link that was printed.
async fn set_up(installation: &Installation, search: &mut Search) -> Browser {
    let printed = installation.printed.lock().unwrap().clone();
    let link = after(&printed, "/setup/");
    search.secret("the set-up secret", &link);
    // printed on purpose, once
    let rest: Vec<&str> = printed.lines().filter(|line| !line.contains("/setup/")).collect();
    assert_eq!(rest.len(), printed.lines().count() - 1);
    installation.printed.lock().unwrap().clear();
    search.place("what was printed at first", rest.join("\n"));

    let mut browser = Browser::new(&installation.portal);
    let fields = [("link", link.as_str()), ("name", "Ada"), ("email", "ada"), ("password", PASSWORD)];
    let from = format!("/setup/{link}");
    let refused = browser.post(&from, "/api/setup", &fields).await;
    assert!(refused.contains("Please check: email"), "{refused}");
    // the page is found by the link, and has it in its form
    search.place("the refused set-up", refused.replace(&link, ""));
    let fields = [fields[0], fields[1], ("email", "ada@example.com"), fields[3]];
    let home = browser.post(&from, "/api/setup", &fields).await;
    search.place("the page after the set-up", home);
    browser
}

/// Signs in and fails, changes the password, makes a token: the pages that have to do with secrets.
async fn use_the_portal(browser: &mut Browser, search: &mut Search) -> String {
    let mut stranger = Browser::new(&browser.portal);
    let wrong = [("email", "ada@example.com"), ("password", WRONG_PASSWORD)];
    search.place("the refused sign-in", stranger.post("/sign-in", "/api/sessions/create", &wrong).await);
    for (current, password) in [(WRONG_PASSWORD, NEXT_PASSWORD), (PASSWORD, NEXT_PASSWORD)] {
        let fields = [("current", current), ("password", password)];
        let page = browser.post("/profile", "/api/profile/password", &fields).await;
        search.place("the page after a change of password", page);
    }
    let shown =
        browser.post("/profile/tokens", "/api/tokens/create", &[("name", "canary"), ("days", "")]).await;
    let words = shown.split(|letter: char| !letter.is_ascii_alphanumeric() && letter != '_');
    let token = words.filter(|word| word.starts_with("ght_")).max_by_key(|word| word.len());
    let token = token.expect("the token is shown").to_owned();
    search.secret("a token", &token);
    search.place("the tokens, looked at again", browser.get("/profile/tokens").await);
    let session = browser.cookies.get("gatehouse").unwrap();
    search.secret("the id of a session", session);
    token
}

/// Invites somebody, who accepts.
async fn invite(installation: &Installation, search: &mut Search) {
    let invited = json!({ "email": "bob@example.com", "role": "member" });
    let link = text(&installation.post("/invitations", invited).await, "link");
    let secret = link.rsplit('/').next().unwrap().to_owned();
    search.secret("an invitation's secret", &secret);
    let mut browser = Browser::new(&installation.portal);
    let from = format!("/invitations/{secret}");
    for name in ["", "Bob"] {
        let fields = [("link", secret.as_str()), ("name", name), ("password", INVITED_PASSWORD)];
        let page = browser.post(&from, "/api/invitations/accept", &fields).await;
        search.place("the page after an invitation", page.replace(&secret, ""));
    }
    search.secret("the session of who was invited", browser.cookies.get("gatehouse").unwrap());
}

/// Keeps a client certificate, which is shown to a backend from then on, and another one that is refused.
async fn keep_certificate(installation: &Installation, search: &mut Search, api: &str) -> Vec<String> {
    let team = text(&installation.get(&format!("/apis/{api}")).await, "team");
    let list = format!("/teams/{team}/certificates");
    let client = || Authority::new("Realm").unwrap().client("canary").unwrap();
    let (kept, refused) = (client(), client());
    for Signed { private_key, .. } in [&kept, &refused] {
        search.secret("a private key", private_key.lines().nth(1).unwrap());
    }
    let input = |chain: &str, key: &str| json!({ "name": "canary", "chain": chain, "private_key": key });
    let wrong = input(&kept.chain, &refused.private_key);
    let (status, answer) = installation.call(&installation.token, Method::POST, &list, wrong).await;
    assert!(status.is_client_error(), "{answer}");
    search.place("the refusal of a key", answer.to_string());
    let made = installation.post(&list, input(&kept.chain, &kept.private_key)).await;
    search.place("a certificate", made.to_string());
    let page = format!("/certificates/{}", text(&made, "id"));
    let upstream = json!({ "url": "https://127.0.0.1:9", "tls": { "client_certificate": made["id"] } });
    let shown = json!({ "name": "Shown", "slug": "shown", "upstream": upstream });
    let shown = text(&installation.post(&format!("/teams/{team}/apis"), shown).await, "id");
    installation.post(&format!("/apis/{shown}/versions/v1/publish"), json!({})).await;
    for path in [&list, &page] {
        search.place(path, installation.get(path).await.to_string());
    }
    [list, page, format!("/apis/{shown}/upstream"), format!("/apis/{shown}/changes")].into()
}

/// Goes round the loop, and makes every mistake with a secret in it; answers paths of pages about what was made.
async fn go_round(installation: &Installation, search: &mut Search) -> Vec<String> {
    let served = installation.served().await;
    search.secret("a key", &served.key);
    let path = format!("/credentials/{}/rotate", served.credential);
    let rotated = text(&installation.post(&path, json!({ "overlap_seconds": 60 })).await, "key");
    search.secret("a rotated key", &rotated);
    for key in [served.key.as_str(), &rotated, WRONG_KEY] {
        let bearer = installation.through("/echo/v1/json", key).await;
        search.place("a call's answer", bearer.text().await.unwrap());
        let header = installation.client.get(format!("{}/echo/v1/json", installation.gateway));
        let header =
            header.header("x-api-key", key).header(COOKIE, "gatehouse=canary-session-of-nobody-4718");
        search.place("a call's answer", header.send().await.unwrap().text().await.unwrap());
    }
    for (token, method, path, body) in [
        (WRONG_TOKEN, Method::GET, "/teams".to_owned(), Value::Null),
        (&installation.token, Method::POST, "/tokens".to_owned(), json!({ "name": WRONG_TOKEN })),
        (
            &installation.token,
            Method::PATCH,
            "/accounts/me".to_owned(),
            json!({ "password": WRONG_PASSWORD }),
        ),
    ] {
        let (status, answer) = installation.call(token, method, &path, body).await;
        assert!(status.is_client_error(), "{path}: {status}");
        search.place(format!("the refusal of {path}"), answer.to_string());
    }
    for path in [
        "/accounts",
        "/tokens",
        "/invitations",
        "/teams",
        "/settings",
        "/audit?limit=500",
        "/calls?limit=500",
        &format!("/applications/{}/credentials", served.application),
        &format!("/applications/{}", served.application),
        &format!("/apis/{}", served.api),
    ] {
        search.place(path, installation.get(path).await.to_string());
    }
    let mut pages = keep_certificate(installation, search, &served.api).await;
    let application = format!("/applications/{}", served.application);
    let api = format!("/apis/{}", served.api);
    pages.extend([
        application.clone(),
        format!("{application}/credentials"),
        format!("{application}/calls"),
        api,
    ]);
    pages
}

async fn look_at_pages(browser: &mut Browser, pages: &[String], search: &mut Search) {
    let usual = ["/", "/profile", "/profile/tokens", "/teams", "/accounts", "/invitations", "/settings"];
    let more = ["/audit", "/catalogue", "/catalogue/echo/first-call", "/inbox", "/usage", "/calls"];
    let every = usual.iter().chain(&more).map(|path| (*path).to_owned());
    search.place("/nothing", browser.get("/nothing").await);
    for path in every.chain(pages.iter().cloned()) {
        let page = browser.get(&path).await;
        assert!(page.contains("Ada"), "{path} is not shown to who is signed in");
        search.place(path, page);
    }
}

/// Everything that can be told of calls is told: to the log, the access log, and a collector that is away.
fn talkative(master_key: &[u8], outside: &Path) -> Vec<(&'static str, String)> {
    vec![
        ("GATEHOUSE_LOG", "trace".to_owned()),
        ("GATEHOUSE_MASTER_KEY", STANDARD.encode(master_key)),
        ("GATEHOUSE_ACCESS_LOG", outside.join("access").display().to_string()),
        ("GATEHOUSE_OTLP_ENDPOINT", "http://127.0.0.1:1".to_owned()),
        ("GATEHOUSE_TRACE_RATIO", "1".to_owned()),
        ("OTEL_EXPORTER_OTLP_HEADERS", format!("authorization=Bearer {COLLECTOR_TOKEN}")),
    ]
}

async fn secrets_are_nowhere(database: Database) {
    let mut installation = Installation::new(database).await;
    let outside = tempfile::tempdir().unwrap();
    installation.log = Some(outside.path().join("log"));
    let mut search = Search::default();
    let master_key: Vec<u8> = (1..=32).collect();
    search.secret("the master key", &master_key);
    search.secret("the master key's text", STANDARD.encode(&master_key));
    search.secret("what the collector is shown", COLLECTOR_TOKEN);
    installation.environment = talkative(&master_key, outside.path());
    for secret in [PASSWORD, NEXT_PASSWORD, INVITED_PASSWORD, WRONG_PASSWORD, DATABASE_PASSWORD] {
        search.secret("a password", secret);
    }
    for secret in [WRONG_TOKEN, WRONG_KEY, "canary-session-of-nobody-4718"] {
        search.secret("what was tried", secret);
    }
    let plain_url = installation.database_url.clone();
    if let Some(url) = &plain_url {
        // the test's server asks for none, and takes any
        installation.database_url = Some(url.replacen('@', &format!(":{DATABASE_PASSWORD}@"), 1));
    }

    installation.run();
    let mut browser = set_up(&installation, &mut search).await;
    installation.token = use_the_portal(&mut browser, &mut search).await;
    invite(&installation, &mut search).await;
    let pages = go_round(&installation, &mut search).await;
    look_at_pages(&mut browser, &pages, &mut search).await;
    for path in ["/metrics", "/readyz", "/healthz"] {
        let answer = installation.client.get(format!("{}{path}", installation.admin)).send().await.unwrap();
        search.place(path, answer.text().await.unwrap());
    }
    for arguments in [&["config", "check"][..], &["verify-audit"]] {
        let output = installation.command(arguments).output().unwrap();
        assert_success(&output);
        search.place(arguments.join(" "), [output.stdout, output.stderr].concat());
    }
    // as it is while it runs, with what is not yet in the database, and as an orderly end leaves it
    installation.kill();
    search.folder("after a kill", installation.folder.path());
    installation.run();
    assert_eq!(installation.terminate(), Some(0));
    search.folder("after the end", installation.folder.path());
    search.folder("", outside.path());
    search.place("what was printed", installation.printed.lock().unwrap().clone());
    if let Some(url) = plain_url {
        search.place("the database", Cluster::shared().dump(&url).await.unwrap());
    }

    assert!(search.places.len() > 50 && search.secrets.len() > 15, "too little was looked at");
    let files = ["/log ", "/access ", "/snapshot.jsonl after a kill", ".log after a kill"];
    let of_sqlite: &[&str] = &["/gatehouse.db-wal after a kill", "/gatehouse-calls.db after the end"];
    for file in files.iter().chain(if database == Database::Sqlite { of_sqlite } else { &[] }) {
        let found = search.places.iter().find(|(name, _)| name.ends_with(file));
        assert!(found.is_some_and(|(_, content)| !content.is_empty()), "{file} was not looked at");
    }
    let hits = search.hits();
    assert!(hits.is_empty(), "{hits:#?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn secrets_are_nowhere_on_sqlite() {
    secrets_are_nowhere(Database::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn secrets_are_nowhere_on_postgres() {
    secrets_are_nowhere(Database::Postgres).await;
}
