//! A house with one of each thing in it, made through the API: a team with a member in each role, a private api that
//! was published, an application with a key and a subscription, a request, a call.

use super::House;
use super::house::{account_of, now};
use chrono::Duration;
use domain::calls::record::CallRecord;
use domain::calls::{Call, least_id};
use faultlab::authority::{Authority, Signed};
use serde_json::json;
use std::collections::BTreeMap;
use std::ops::Deref;

pub struct World {
    pub house: House,
    /// What stands for each `{x}` of a path.
    pub named: BTreeMap<&'static str, String>,
}

impl Deref for World {
    type Target = House;

    fn deref(&self) -> &House {
        &self.house
    }
}

impl World {
    pub async fn new() -> Self {
        let house = House::new().await;
        let mut named = BTreeMap::from([("version", "v1".to_owned()), ("revision", "1".to_owned())]);
        named.insert("slug", "petstore".to_owned());
        named.insert("account", account_of("viewer").to_string());
        let team = house.post("owner", "/teams", json!({ "name": "Pets" })).await.expect(201).text_at("/id");
        for role in ["publisher", "developer", "consumer", "viewer"] {
            let body = json!({ "email": format!("{role}@example.com"), "role": role });
            house.post("owner", &format!("/teams/{team}/members"), body).await.expect(201);
        }
        house.post("foreign", "/teams", json!({ "name": "Others" })).await.expect(201);
        let invitation = json!({ "email": "new@example.com" });
        let invitation = house.post("administrator", "/invitations", invitation).await.expect(201);
        named.insert("invitation", invitation.text_at("/id"));
        named.insert("token", house.get("owner", "/tokens").await.expect(200).text_at("/items/0/id"));
        named.insert("team", team);
        let mut world = Self { house, named };
        world.keep_certificate().await;
        world.connect().await;
        world.publish().await;
        world.subscribe().await;
        world
    }

    async fn keep_certificate(&mut self) {
        let Signed { chain, private_key } = signed();
        let body = json!({ "name": "client", "chain": chain, "private_key": private_key });
        let kept = self.post("owner", &self.at("/teams/{team}/certificates"), body).await.expect(201);
        self.named.insert("certificate", kept.text_at("/id"));
    }

    /// To a vendor where nobody answers.
    async fn connect(&mut self) {
        let keys = json!([{ "name": "first", "secret": "sk-of-the-world" }]);
        let body =
            json!({ "name": "Models", "kind": "openai", "base_url": "http://127.0.0.1:9", "keys": keys });
        let connected = self.post("administrator", "/providers", body).await.expect(201);
        self.named.insert("provider", connected.text_at("/id"));
        self.named.insert("key", connected.text_at("/keys/0/id"));
        self.named.insert("model", "gpt-large".to_owned());
    }

    async fn publish(&mut self) {
        let api = json!({
            "name": "Petstore",
            "slug": "petstore",
            "kind": "rest",
            "visibility": "private",
            "openapi": PETSTORE,
        });
        let api = self.post("owner", &self.at("/teams/{team}/apis"), api).await.expect(201);
        self.named.insert("api", api.text_at("/id"));
        self.named.insert("plan", api.text_at("/plans/0/id"));
        let manual = json!({ "approval": "manual" });
        self.patch("owner", &self.at("/apis/{api}/plans/{plan}"), manual).await.expect(200);
        self.post("owner", &self.at("/apis/{api}/versions/{version}/publish"), json!({})).await.expect(200);
    }

    async fn subscribe(&mut self) {
        let body = json!({ "name": "Weather" });
        let application = self.post("owner", &self.at("/teams/{team}/applications"), body).await.expect(201);
        self.named.insert("application", application.text_at("/id"));
        let budget = json!({
            "subject": self.named["application"],
            "unit": "tokens",
            "amount": 1_000,
            "period": "month",
        });
        let budget = self.post("owner", "/budgets", budget).await.expect(201);
        self.named.insert("budget", budget.text_at("/id"));
        let key = self.at("/applications/{application}/credentials");
        let key = self.post("owner", &key, json!({ "name": "first" })).await.expect(201);
        self.named.insert("credential", key.text_at("/id"));
        let body = json!({ "plan": self.named["plan"], "reason": "to see" });
        let path = self.at("/applications/{application}/subscriptions");
        let subscription = self.post("owner", &path, body).await.expect(201);
        self.named.insert("subscription", subscription.text_at("/id"));
        let request = self.get("owner", "/requests?state=pending").await.expect(200).text_at("/items/0/id");
        self.named.insert("request", request);
        let (api, application) = (self.named["api"].clone(), self.named["application"].clone());
        let calls = calls_now(&self.house, &api, &application, &[200]).await;
        self.named.insert("call", calls[0].id.clone());
    }

    /// A path with what its `{x}` stand for.
    pub fn at(&self, template: &str) -> String {
        let mut path = template.to_owned();
        for (name, value) in &self.named {
            path = path.replace(&format!("{{{name}}}"), value);
        }
        path
    }
}

/// A client certificate called `gateway`, signed by an authority that nobody knows.
pub fn signed() -> Signed {
    Authority::new("Realm").unwrap().client("gateway").unwrap()
}

/// A call of an application to an api, so many minutes ago.
pub(super) fn call(number: usize, (api, application): (&str, &str), status: u16, minutes: i64) -> Call {
    let at = now() - Duration::minutes(minutes);
    Call {
        id: format!("{}-7000-8000-{number:012}", least_id(at)),
        at,
        api: Some(api.parse().unwrap()),
        version: Some("v1".to_owned()),
        route: Some("GET /pets".to_owned()),
        application: Some(application.parse().unwrap()),
        credential: None,
        subscription: None,
        plan: None,
        method: "GET".to_owned(),
        path: "/petstore/v1/pets".to_owned(),
        status,
        outcome: "ok".to_owned(),
        duration_us: 1_500,
        upstream_us: Some(1_200),
        request_bytes: 10,
        response_bytes: 90,
        client_address: "127.0.0.1".to_owned(),
        user_agent: "test".to_owned(),
        attempts: 1,
        ai: None,
    }
}

/// Records a call for each status, a minute apart, the last one minute ago.
pub async fn calls_now(house: &House, api: &str, application: &str, statuses: &[u16]) -> Vec<Call> {
    let minutes = (1..).zip(statuses.iter().rev());
    let calls: Vec<Call> = minutes
        .map(|(minutes, status)| {
            call(usize::try_from(minutes).unwrap(), (api, application), *status, minutes)
        })
        .collect();
    record(house, &calls).await;
    calls
}

/// Keeps calls and rolls them up, as the meter does.
pub(super) async fn record(house: &House, calls: &[Call]) {
    let mut tx = house.control.store().calls_begin().await.unwrap();
    let new = store::calls::insert(&mut tx, &CallRecord::of_all(calls).unwrap()).await.unwrap();
    store::usage::add(&mut tx, &new).await.unwrap();
    tx.commit().await.unwrap();
}

pub const PETSTORE: &str = r##"{
  "openapi": "3.1.0",
  "info": { "title": "Petstore", "version": "1.0.0" },
  "servers": [{ "url": "http://127.0.0.1:9/base" }],
  "paths": {
    "/pets": { "get": { "operationId": "listPets", "responses": { "200": { "description": "pets" } } } },
    "/pets/{id}": { "get": {
      "operationId": "getPet",
      "parameters": [{ "name": "id", "in": "path", "required": true, "schema": { "type": "string" } }],
      "responses": { "200": { "description": "a pet" } }
    } }
  }
}"##;
