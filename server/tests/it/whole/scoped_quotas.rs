//! Quotas and rates of versions outlive the process, each for its scope: what was used is used, however the process
//! ended.

use super::installation::{Database, Installation, Served, text};
use reqwest::Method;
use serde_json::{Value, json};

/// A path below the api, a key, and the address that a trusted proxy tells.
type Caller<'a> = (&'a str, &'a str, &'a str);

/// A quota of months: only at the turn of one would these tests be wrong.
fn quota() -> Value {
    json!({ "name": "edge", "quota": { "requests": 12, "period": "month" } })
}

/// One call comes back in two hours.
fn rate() -> Value {
    json!({ "name": "edge", "rate": { "requests": 12, "seconds": 86_400 } })
}

/// Publishes `v1` with routes `GET /json` and `ANY /*`, and a limit.
async fn publish(installation: &Installation, served: &Served, limit: Value) {
    let path = format!("/apis/{}/versions/v1", served.api);
    let body = json!({
        "routes": [{ "methods": ["GET"], "path": "/json" }, { "methods": [], "path": "/*" }],
        "policies": { "limits": [limit] },
    });
    let (status, answer) = installation.call(&installation.token, Method::PATCH, &path, body).await;
    assert!(status.is_success(), "{answer}");
    installation.post(&format!("{path}/publish"), json!({})).await;
}

/// How many calls are let through before one is refused, and the status of that one.
async fn admitted(installation: &Installation, caller: Caller<'_>, at_most: usize) -> (usize, u16) {
    let (path, key, address) = caller;
    for count in 0..at_most {
        let request = installation.client.get(format!("{}/echo/v1{path}", installation.gateway));
        let response = request.bearer_auth(key).header("x-forwarded-for", address).send().await.unwrap();
        let status = response.status().as_u16();
        // to its end: then it is on record
        response.bytes().await.unwrap();
        if status != 200 {
            return (count, status);
        }
    }
    (at_most, 200)
}

/// A second application that is subscribed; its key.
async fn second_key(installation: &Installation, served: &Served) -> String {
    let api = installation.get(&format!("/apis/{}", served.api)).await;
    let (team, plan) = (text(&api, "team"), text(&api["plans"][0], "id"));
    let application =
        installation.post(&format!("/teams/{team}/applications"), json!({ "name": "Other" })).await;
    let application = format!("/applications/{}", text(&application, "id"));
    let credential = installation.post(&format!("{application}/credentials"), json!({ "name": "key" })).await;
    installation.post(&format!("{application}/subscriptions"), json!({ "plan": plan })).await;
    text(&credential, "key")
}

/// Calls before a kill and before a stop are counted, for whom they were made and for nobody else.
async fn twelve(database: Database, by: &str, mut limit: Value) {
    let mut installation =
        Installation::start_with(database, &[("GATEHOUSE_TRUSTED_PROXIES", "127.0.0.0/8")]).await;
    let served = installation.served().await;
    let second = second_key(&installation, &served).await;
    limit["by"] = by.into();
    publish(&installation, &served, limit).await;
    let caller = ("/json", served.key.as_str(), "192.0.2.1");
    // another one only in what the limit goes by
    let other = match by {
        "route" => ("/status/200", caller.1, caller.2),
        "application" => (caller.0, second.as_str(), caller.2),
        "address" => (caller.0, caller.1, "192.0.2.2"),
        _ => caller,
    };
    assert_eq!(admitted(&installation, caller, 5).await, (5, 200));
    installation.kill();
    installation.run();
    assert_eq!(admitted(&installation, caller, 3).await, (3, 200));
    if by != "api" {
        assert_eq!(admitted(&installation, other, 2).await, (2, 200));
    }
    assert_eq!(installation.terminate(), Some(0));
    installation.run();
    assert_eq!(admitted(&installation, caller, 100).await, (4, 429));
    installation.kill();
    installation.run();
    assert_eq!(admitted(&installation, caller, 100).await, (0, 429), "and the refusal has cost nothing");
    if by != "api" {
        assert_eq!(admitted(&installation, other, 100).await, (10, 429), "has a count of its own");
    }
}

macro_rules! survives {
    ($($test:ident: $database:ident, $by:literal, $limit:ident;)*) => {
        $(#[tokio::test(flavor = "multi_thread")]
        async fn $test() {
            twelve(Database::$database, $by, $limit()).await;
        })*
    };
}

survives! {
    a_quota_of_an_api_survives_on_sqlite: Sqlite, "api", quota;
    a_quota_of_an_api_survives_on_postgres: Postgres, "api", quota;
    a_quota_by_route_survives_on_sqlite: Sqlite, "route", quota;
    a_quota_by_route_survives_on_postgres: Postgres, "route", quota;
    a_quota_by_application_survives_on_sqlite: Sqlite, "application", quota;
    a_quota_by_application_survives_on_postgres: Postgres, "application", quota;
    a_quota_by_address_survives_on_sqlite: Sqlite, "address", quota;
    a_quota_by_address_survives_on_postgres: Postgres, "address", quota;
    a_rate_of_an_api_survives_on_sqlite: Sqlite, "api", rate;
    a_rate_by_route_survives_on_sqlite: Sqlite, "route", rate;
    a_rate_by_route_survives_on_postgres: Postgres, "route", rate;
    a_rate_by_application_survives_on_sqlite: Sqlite, "application", rate;
    a_rate_by_address_survives_on_sqlite: Sqlite, "address", rate;
    a_rate_by_address_survives_on_postgres: Postgres, "address", rate;
}
