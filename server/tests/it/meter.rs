//! The meter, with a journal that is never empty.

use crate::portal::trade::Trade;
use domain::Time;
use domain::budgets::{Budget, Spending, Subject, Unit};
use domain::calls::record::CallRecord;
use domain::calls::{AiUse, Call};
use domain::gateway_config::GatewayConfig;
use domain::ids::{BudgetId, CredentialId};
use domain::plans::Period;
use gateway::{Clock, SnapshotHandle};
use journal::{Durability, Journal, Limits};
use server::meter::{Background, Meter, Quotas};
use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;
use tokio_util::sync::CancellationToken;

fn record(credential: &str, at: Time) -> Vec<u8> {
    let record = CallRecord {
        id: *uuid::Uuid::now_v7().as_bytes(),
        at_ms: u64::try_from(at.timestamp_millis()).unwrap(),
        api: None,
        version: None,
        route: None,
        application: None,
        credential: Some(credential),
        subscription: None,
        plan: None,
        method: "GET",
        path: "/pets",
        status: 200,
        outcome: "ok",
        duration_us: 1_000,
        upstream_us: None,
        request_bytes: 0,
        response_bytes: 0,
        client: IpAddr::V4(Ipv4Addr::LOCALHOST),
        user_agent: "",
        attempts: 1,
        ai: None,
        tried: Vec::new(),
    };
    record.encode(Vec::new()).unwrap()
}

/// Keeps more calls waiting than the meter takes at once.
fn keep_full(journal: &Journal, credential: &CredentialId, at: Time, enough: &AtomicBool) {
    let mut writer = journal.writer("test").unwrap();
    while !enough.load(Ordering::Relaxed) {
        if journal.pending().records < 3_000 {
            writer.append(&record(credential.as_str(), at)).unwrap();
        } else {
            thread::yield_now();
        }
    }
}

/// Lets time pass until it is known when the key was last used.
async fn used(trade: &Trade, id: &CredentialId) -> Time {
    loop {
        trade.portal.pass(1);
        let mut conn = trade.control().store().read().await.unwrap();
        let credential = store::credentials::get(&mut conn, id).await.unwrap().unwrap();
        if let Some(at) = credential.last_used_at {
            return at;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn last_uses_are_noted_while_calls_keep_coming() {
    let trade = Trade::new().await;
    let id: CredentialId = trade.key("one").await.parse().unwrap();
    let at = trade.control().now();
    let folder = tempfile::tempdir().unwrap();
    let journal = Arc::new(Journal::open(folder.path(), Limits::default(), Durability::Normal).unwrap());
    let enough = Arc::new(AtomicBool::new(false));
    let writing = {
        let (journal, id, enough) = (journal.clone(), id.clone(), enough.clone());
        thread::spawn(move || keep_full(&journal, &id, at, &enough))
    };
    let quotas = Quotas::new(SnapshotHandle::new([0; 32], "http://portal.test"), at, Clock::system());
    let store = trade.control().store().clone();
    let background = Arc::new(Background::start(&store).await.unwrap());
    let meter = Meter::new(store, background, journal.clone(), quotas);
    let metering = meter.run(trade.control().clone(), CancellationToken::new());
    let noted = tokio::select! {
        () = metering => panic!("the meter has stopped"),
        noted = tokio::time::timeout(Duration::from_secs(60), used(&trade, &id)) => noted,
    };
    enough.store(true, Ordering::Relaxed);
    writing.join().unwrap();
    assert_eq!(noted.expect("noted while calls keep coming"), at);
}

#[tokio::test]
async fn what_models_used_before_a_restart_counts_against_budgets() {
    let trade = Trade::new().await;
    let ai = AiUse {
        provider: "prov_of_before".to_owned(),
        model: "m".to_owned(),
        input_tokens: 70,
        output_tokens: 30,
        cost_nano: Some(500),
        ..AiUse::default()
    };
    let call = Call { ai: Some(ai), ..trade.call(1, 200) };
    trade.record(std::slice::from_ref(&call)).await;
    let snapshots = SnapshotHandle::new([0; 32], "http://portal.test");
    assert_eq!(snapshots.publish(&GatewayConfig::default()), []);
    let quotas = Quotas::new(snapshots.clone(), call.at, Clock::system());
    quotas.recall(trade.control().store(), call.at).await.unwrap();
    quotas.recall(trade.control().store(), call.at).await.unwrap();
    let now_ms = u64::try_from(call.at.timestamp_millis()).unwrap();
    for (subject, spent) in [
        (Subject::Application(trade.application.id.clone()), 100),
        (Subject::Team(trade.consumers.clone()), 100),
        (Subject::Api(trade.api.api.id.clone()), 100),
        (Subject::Team(trade.api.api.team.clone()), 0),
    ] {
        let budget = Budget {
            id: BudgetId::from_parts(1, 1),
            subject,
            name: String::new(),
            team: None,
            unit: Unit::Tokens,
            amount: 1,
            period: Period::Day,
            created_at: call.at,
            updated_at: call.at,
        };
        let seen = snapshots.current().money.spending(&budget, now_ms);
        assert_eq!(seen, Spending { spent, reserved: 0 }, "{}", budget.subject);
    }
}
