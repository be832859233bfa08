//! What a crash may cost: nothing that a client was answered.

use super::installation::{Database, Installation};
use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::task::JoinSet;

const CLIENTS: usize = 16;

/// Every call that a client saw finished before the process was killed is in the database once after the restart.
async fn finished_calls_survive_a_kill(database: Database) {
    let mut installation = Installation::start(database).await;
    let served = installation.served().await;
    let finished = Arc::new(Mutex::new(Vec::new()));
    for round in 0..3 {
        let stop = Arc::new(AtomicBool::new(false));
        let mut clients = JoinSet::new();
        for _ in 0..CLIENTS {
            let (client, finished, stop) = (installation.client.clone(), finished.clone(), stop.clone());
            let (url, key) = (format!("{}/echo/v1/bytes/500", installation.gateway), served.key.clone());
            clients.spawn(async move {
                while !stop.load(Ordering::Relaxed) {
                    let Ok(response) = client.get(&url).bearer_auth(&key).send().await else { break };
                    let id = response.headers()["x-request-id"].to_str().unwrap().to_owned();
                    // finished means that the last byte of the body has come
                    if response.bytes().await.is_ok_and(|body| body.len() == 500) {
                        finished.lock().unwrap().push(id);
                    }
                }
            });
        }
        tokio::time::sleep(Duration::from_millis(400 + 300 * round)).await;
        installation.kill();
        stop.store(true, Ordering::Relaxed);
        while let Some(client) = clients.join_next().await {
            client.unwrap();
        }
        installation.run();
    }
    let finished = finished.lock().unwrap().clone();
    assert!(finished.len() > 100, "too few calls to mean anything: {}", finished.len());
    let recorded = recorded(&installation, &served.api, finished.len()).await;
    let missing: Vec<&String> = finished.iter().filter(|id| !recorded.contains_key(*id)).collect();
    assert!(missing.is_empty(), "{} of {} finished calls are lost", missing.len(), finished.len());
    assert!(recorded.values().all(|count| *count == 1), "a call is recorded twice");
    // and the roll-ups agree with the rows
    let usage = installation.get(&format!("/usage?api={}&measure=calls&step=minute", served.api)).await;
    assert_eq!(usage["totals"]["calls"].as_u64().unwrap(), recorded.len() as u64);
}

/// The recorded calls by id, once there are at least so many and no more come.
pub async fn recorded(installation: &Installation, api: &str, at_least: usize) -> HashMap<String, usize> {
    let mut before = 0;
    for _ in 0..100 {
        let mut ids: HashMap<String, usize> = HashMap::new();
        let mut cursor = String::new();
        loop {
            let page = installation.get(&format!("/calls?api={api}&limit=500&cursor={cursor}")).await;
            for call in page["items"].as_array().unwrap() {
                *ids.entry(call["id"].as_str().unwrap().to_owned()).or_default() += 1;
            }
            match page["next"].as_str() {
                Some(next) => cursor = next.to_owned(),
                None => break,
            }
        }
        if ids.len() >= at_least && ids.len() == before {
            return ids;
        }
        before = ids.len();
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    panic!("only {before} of {at_least} calls were recorded");
}

#[tokio::test(flavor = "multi_thread")]
async fn finished_calls_survive_a_kill_on_sqlite() {
    finished_calls_survive_a_kill(Database::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn finished_calls_survive_a_kill_on_postgres() {
    finished_calls_survive_a_kill(Database::Postgres).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_process_that_is_told_to_stop_ends_well_and_keeps_its_calls() {
    let mut installation = Installation::start(Database::Sqlite).await;
    let served = installation.served().await;
    for _ in 0..20 {
        assert_eq!(installation.through("/echo/v1/json", &served.key).await.status(), 200);
    }
    assert_eq!(installation.terminate(), Some(0));
    installation.run();
    assert_eq!(recorded(&installation, &served.api, 20).await.len(), 20);
}
