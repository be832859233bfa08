//! Calls through the gateway, as the meter would have written them.

use super::World;
use domain::Time;
use domain::apis::Api;
use domain::applications::Application;
use domain::calls::{Call, least_id};

impl World {
    /// Records calls and rolls them up.
    pub async fn record(&self, calls: &[Call]) {
        let mut tx = self.control.store().calls_begin().await.unwrap();
        let new = store::calls::insert(&mut tx, calls).await.unwrap();
        store::usage::add(&mut tx, new).await.unwrap();
        tx.commit().await.unwrap();
    }
}

/// The id ends in `name`.
pub fn call(name: &str, at: Time, api: Option<&Api>, application: Option<&Application>) -> Call {
    Call {
        id: format!("{}-{name}", least_id(at)),
        at,
        api: api.map(|api| api.id.clone()),
        version: api.map(|_| "v1".to_owned()),
        route: api.map(|_| "ANY /*".to_owned()),
        application: application.map(|application| application.id.clone()),
        credential: None,
        subscription: None,
        plan: None,
        method: "GET".to_owned(),
        path: "/".to_owned(),
        status: if api.is_some() { 200 } else { 404 },
        outcome: if api.is_some() { "ok" } else { "no-route" }.to_owned(),
        duration_us: 1_000,
        upstream_us: None,
        request_bytes: 0,
        response_bytes: 10,
        client_address: "203.0.113.9".to_owned(),
        user_agent: String::new(),
        attempts: api.map_or(0, |_| 1),
        ai: None,
    }
}
