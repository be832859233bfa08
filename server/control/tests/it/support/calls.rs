//! Calls through the gateway, as the meter would have written them.

use super::World;
use domain::Time;
use domain::apis::Api;
use domain::applications::Application;
use domain::calls::record::CallRecord;
use domain::calls::{Call, least_id};

impl World {
    /// Records calls and rolls them up.
    pub async fn record(&self, calls: &[Call]) {
        let mut tx = self.control.store().calls_begin().await.unwrap();
        let new = store::calls::insert(&mut tx, &CallRecord::of_all(calls).unwrap()).await.unwrap();
        store::usage::add(&mut tx, &new).await.unwrap();
        tx.commit().await.unwrap();
    }
}

/// The id of a call of that name: by time, then by name as far as its first ten letters go.
pub fn call_id(name: &str, at: Time) -> String {
    let letters: Vec<u8> = name.bytes().chain([0; 10]).take(10).collect();
    let hex = |part: &[u8]| part.iter().map(|letter| format!("{letter:02x}")).collect::<String>();
    format!("{}-{}-{}-{}", least_id(at), hex(&letters[..2]), hex(&letters[2..4]), hex(&letters[4..]))
}

/// The name has no end of nothing.
pub fn call_name(id: &str) -> String {
    let hex: Vec<char> = id.chars().filter(|letter| *letter != '-').skip(12).collect();
    let letters = hex.chunks(2).map(|pair| u8::from_str_radix(&String::from_iter(pair), 16).unwrap());
    letters.take_while(|letter| *letter != 0).map(char::from).collect()
}

pub fn call(name: &str, at: Time, api: Option<&Api>, application: Option<&Application>) -> Call {
    Call {
        id: call_id(name, at),
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
