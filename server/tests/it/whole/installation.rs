//! A running `gatehouse` with a data folder of its own, and a client of its management API.

use faultlab::echo::Echo;
use faultlab::postgres::Cluster;
use reqwest::{Client, Method, StatusCode};
use serde_json::{Value, json};
use std::fs::File;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use store::Address;
use tempfile::TempDir;

/// Of every account here.
const PASSWORD: &str = "a long enough password";

/// Where an installation keeps everything.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Database {
    Sqlite,
    Postgres,
}

pub struct Installation {
    pub folder: TempDir,
    pub database_url: Option<String>,
    /// More settings, and others than the usual ones.
    pub environment: Vec<(&'static str, String)>,
    /// Where log lines go instead of the test's own output.
    pub log: Option<PathBuf>,
    /// What it has printed.
    pub printed: Arc<Mutex<String>>,
    process: Option<Child>,
    pub portal: String,
    pub gateway: String,
    pub admin: String,
    pub client: Client,
    pub token: String,
    pub echo: Echo,
}

impl Installation {
    /// Starts a new one and makes an administrator with a token.
    pub async fn start(database: Database) -> Self {
        Self::start_with(database, &[]).await
    }

    /// [`Installation::start`] with settings.
    pub async fn start_with(database: Database, environment: &[(&'static str, &str)]) -> Self {
        let mut installation = Self::new(database).await;
        installation.environment =
            environment.iter().map(|(name, value)| (*name, (*value).to_owned())).collect();
        installation.begin()
    }

    /// As [`Installation::start`], on the database at an address; `None` is SQLite in its own folder.
    pub fn at(database_url: Option<String>) -> Self {
        Self::on(database_url).begin()
    }

    /// One that has nobody in it and does not run yet.
    pub async fn new(database: Database) -> Self {
        Self::on(match database {
            Database::Sqlite => None,
            Database::Postgres => Some(Cluster::shared().database().await.unwrap()),
        })
    }

    fn begin(mut self) -> Self {
        self.token = self.account("Ada", "administrator");
        self.run();
        self
    }

    fn on(database_url: Option<String>) -> Self {
        let _installed = rustls::crypto::ring::default_provider().install_default();
        Self {
            folder: tempfile::tempdir().unwrap(),
            database_url,
            environment: Vec::new(),
            log: None,
            printed: Arc::default(),
            process: None,
            portal: String::new(),
            gateway: String::new(),
            admin: String::new(),
            client: Client::builder().no_proxy().timeout(Duration::from_secs(30)).build().unwrap(),
            token: String::new(),
            echo: Echo::start().unwrap(),
        }
    }

    /// Makes an account and a token for it with the binary's commands.
    pub fn account(&self, name: &str, role: &str) -> String {
        let email = format!("{}@example.com", name.to_lowercase());
        let mut create = self.command(&[
            "account",
            "create",
            "--email",
            &email,
            "--name",
            name,
            "--role",
            role,
            "--password-stdin",
        ]);
        let mut child = create.stdin(Stdio::piped()).spawn().unwrap();
        child.stdin.take().unwrap().write_all(format!("{PASSWORD}\n").as_bytes()).unwrap();
        assert_success(&child.wait_with_output().unwrap());
        let token =
            self.command(&["token", "create", "--email", &email, "--name", "tests"]).output().unwrap();
        assert_success(&token);
        String::from_utf8(token.stdout).unwrap().trim().to_owned()
    }

    /// Signs somebody in at the portal; answers the cookie of the session.
    pub async fn sign_in(&self, name: &str) -> String {
        let email = format!("{}@example.com", name.to_lowercase());
        let client =
            Client::builder().no_proxy().redirect(reqwest::redirect::Policy::none()).build().unwrap();
        let request = client.post(format!("{}/api/sessions/create", self.portal));
        let request = request.header("origin", &self.portal).header("accept", "text/html");
        let form = json!({ "email": email, "password": PASSWORD });
        let response = request.form(&form).send().await.unwrap();
        assert_eq!(response.headers()["location"], "/", "{response:?}");
        let cookie = response.headers()["set-cookie"].to_str().unwrap();
        cookie.split(';').next().unwrap().to_owned()
    }

    /// Where the database is, to look into it behind the installation's back.
    pub fn address(&self) -> Address {
        match &self.database_url {
            None => Address::Sqlite(self.folder.path().join("gatehouse.db")),
            Some(url) => Address::Postgres(url.clone()),
        }
    }

    /// Works with another database from the next run on.
    pub fn move_to(&mut self, database_url: String) {
        self.database_url = Some(database_url);
    }

    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_gatehouse"));
        command
            .args(arguments)
            .env("GATEHOUSE_DATA_DIR", self.folder.path())
            .env("GATEHOUSE_PORTAL_LISTEN", "127.0.0.1:0")
            .env("GATEHOUSE_GATEWAY_LISTEN", "127.0.0.1:0")
            .env("GATEHOUSE_ADMIN_LISTEN", "127.0.0.1:0")
            .env("GATEHOUSE_LOG", "warn")
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        if let Some(url) = &self.database_url {
            command.env("GATEHOUSE_DATABASE_URL", url);
        }
        command.envs(self.environment.iter().map(|(name, value)| (name, value)));
        command
    }

    /// Starts the process and waits for its ready line.
    pub fn run(&mut self) {
        let log = self.log.as_ref().map_or_else(Stdio::inherit, |path| {
            File::options().append(true).create(true).open(path).unwrap().into()
        });
        let mut child = self.command(&["serve"]).stderr(log).spawn().unwrap();
        let printed = self.printed.clone();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map(move |line| {
            let line = line.unwrap();
            printed.lock().unwrap().push_str(&format!("{line}\n"));
            line
        });
        let ready = lines.find_map(|line| line.strip_prefix("gatehouse ready ").map(str::to_owned));
        let ready = ready.expect("a ready line");
        // what comes later, until it ends
        std::thread::spawn(move || lines.for_each(drop));
        let address = |name: &str| {
            let word = ready.split(' ').find_map(|word| word.strip_prefix(&format!("{name}=")));
            word.unwrap_or_else(|| panic!("{name} in {ready}")).to_owned()
        };
        (self.portal, self.gateway, self.admin) = (address("portal"), address("gateway"), address("admin"));
        self.process = Some(child);
    }

    /// Of the running process.
    pub fn pid(&self) -> u32 {
        self.process.as_ref().unwrap().id()
    }

    /// Ends it as a power cut would end the process.
    pub fn kill(&mut self) {
        let mut child = self.process.take().unwrap();
        child.kill().unwrap();
        child.wait().unwrap();
    }

    /// Ends it as an operator does; says the exit code.
    pub fn terminate(&mut self) -> Option<i32> {
        self.tell_to_stop();
        self.ended()
    }

    /// Asks it to end, and does not wait.
    pub fn tell_to_stop(&self) {
        let pid = rustix::process::Pid::from_child(self.process.as_ref().unwrap());
        rustix::process::kill_process(pid, rustix::process::Signal::TERM).unwrap();
    }

    pub fn is_running(&mut self) -> bool {
        self.process.as_mut().unwrap().try_wait().unwrap().is_none()
    }

    /// Waits for its end; says the exit code.
    pub fn ended(&mut self) -> Option<i32> {
        self.process.take().unwrap().wait().unwrap().code()
    }

    /// A call of the management API.
    pub async fn call(&self, token: &str, method: Method, path: &str, body: Value) -> (StatusCode, Value) {
        let mut request =
            self.client.request(method, format!("{}/api/v1{path}", self.portal)).bearer_auth(token);
        if !body.is_null() {
            request = request.json(&body);
        }
        let response = request.send().await.unwrap();
        let status = response.status();
        (status, response.json().await.unwrap_or(Value::Null))
    }

    /// A call by the administrator that must go well.
    pub async fn post(&self, path: &str, body: Value) -> Value {
        let (status, answer) = self.call(&self.token, Method::POST, path, body).await;
        assert!(status.is_success(), "POST {path}: {status} {answer}");
        answer
    }

    pub async fn get(&self, path: &str) -> Value {
        let (status, answer) = self.call(&self.token, Method::GET, path, Value::Null).await;
        assert!(status.is_success(), "GET {path}: {status} {answer}");
        answer
    }

    /// An api in front of the echo backend, published, with an application that is subscribed and has a key.
    pub async fn served(&self) -> Served {
        self.served_from(&self.echo.url()).await
    }

    /// [`Installation::served`] with another backend.
    pub async fn served_from(&self, upstream: &str) -> Served {
        let api = json!({ "name": "Echo", "slug": "echo", "kind": "rest", "upstream": { "url": upstream } });
        self.served_as(api).await
    }

    /// [`Installation::served`] with another api.
    pub async fn served_as(&self, api: Value) -> Served {
        let team = self.post("/teams", json!({ "name": "Team" })).await["id"].as_str().unwrap().to_owned();
        let api = self.post(&format!("/teams/{team}/apis"), api).await;
        let (id, plan) = (text(&api, "id"), text(&api["plans"][0], "id"));
        let open = json!({ "approval": "automatic", "limits": { "rate": null, "quota": null } });
        let (status, answer) =
            self.call(&self.token, Method::PATCH, &format!("/apis/{id}/plans/{plan}"), open).await;
        assert!(status.is_success(), "{answer}");
        self.post(&format!("/apis/{id}/versions/v1/publish"), json!({})).await;
        let application =
            text(&self.post(&format!("/teams/{team}/applications"), json!({ "name": "App" })).await, "id");
        let credential =
            self.post(&format!("/applications/{application}/credentials"), json!({ "name": "key" })).await;
        let subscription =
            self.post(&format!("/applications/{application}/subscriptions"), json!({ "plan": plan })).await;
        assert_eq!(subscription["state"], "active");
        Served {
            api: id,
            application,
            credential: text(&credential, "id"),
            key: text(&credential, "key"),
            subscription: text(&subscription, "id"),
        }
    }

    /// A call through the gateway.
    pub async fn through(&self, path: &str, key: &str) -> reqwest::Response {
        self.client.get(format!("{}{path}", self.gateway)).bearer_auth(key).send().await.unwrap()
    }

    /// The status of a call to a host name of a version's own, and the path that the backend saw.
    pub async fn at_host(&self, host: &str, path: &str, key: &str) -> (u16, String) {
        let request = self.client.get(format!("{}{path}", self.gateway)).header("host", host);
        let response = request.bearer_auth(key).send().await.unwrap();
        let status = response.status().as_u16();
        let answer: Value = response.json().await.unwrap_or(Value::Null);
        (status, answer["path"].as_str().unwrap_or_default().to_owned())
    }

    /// A new key of the application opens the path; revoked, it does not: what was told to be so is so.
    pub async fn revokes(&self, served: &Served, path: &str) {
        let keys = format!("/applications/{}/credentials", served.application);
        let credential = self.post(&keys, json!({ "name": "short-lived" })).await;
        let key = text(&credential, "key");
        assert_eq!(self.through(path, &key).await.status(), 200);
        let credential = format!("/credentials/{}", text(&credential, "id"));
        let (status, answer) = self.call(&self.token, Method::DELETE, &credential, Value::Null).await;
        assert!(status.is_success(), "{answer}");
        assert_eq!(self.through(path, &key).await.status(), 401, "a revoked key still opens {path}");
    }

    /// Status and text of `/readyz`.
    pub async fn ready(&self) -> (u16, String) {
        let response = self.client.get(format!("{}/readyz", self.admin)).send().await.unwrap();
        (response.status().as_u16(), response.text().await.unwrap())
    }
}

impl Drop for Installation {
    fn drop(&mut self) {
        if let Some(mut child) = self.process.take() {
            drop(child.kill());
            drop(child.wait());
        }
    }
}

/// What [`Installation::served`] made.
pub struct Served {
    pub api: String,
    pub application: String,
    pub credential: String,
    pub key: String,
    pub subscription: String,
}

pub fn text(value: &Value, field: &str) -> String {
    value[field].as_str().unwrap_or_else(|| panic!("{field} in {value}")).to_owned()
}

pub fn assert_success(output: &Output) {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

/// Asks until the condition holds, at most for so long; says how long it took.
pub async fn eventually(
    what: &str,
    patience: Duration,
    mut condition: impl AsyncFnMut() -> bool,
) -> Duration {
    let start = Instant::now();
    while !condition().await {
        assert!(start.elapsed() < patience, "not within {} s: {what}", patience.as_secs());
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    start.elapsed()
}
