//! The audit trail.

use domain::audit::{AuditEntry, AuditFilter, AuditRow, GENESIS};
use domain::ids::AuditId;
use store::audit::Head;
use store::{Error, audit, both};

use crate::rows::{account, at, every_page, page, team};

fn row(sequence: i64) -> AuditRow {
    let odd = sequence % 2 == 1;
    AuditRow {
        sequence,
        entry: AuditEntry {
            id: AuditId::from_parts(sequence.unsigned_abs(), 1),
            at: at(sequence),
            account: Some(account(1, "ada@example.com").id).filter(|_| odd),
            actor: "Ada".to_owned(),
            address: "127.0.0.1".to_owned(),
            action: if odd { "teams.create" } else { "teams.update" }.to_owned(),
            object_kind: "team".to_owned(),
            object_id: "team_1".to_owned(),
            object_name: "Weather".to_owned(),
            team: Some(team(1, "Weather").id),
            before: None,
            after: Some("{\"name\":\"Wetter, \u{1f327}\"}".to_owned()),
        },
        hash: format!("hash {sequence}"),
    }
}

both!(append_and_walk_the_trail, |store| {
    let mut tx = store.begin().await.unwrap();
    let head = |sequence, hash: &str| Some(Head { sequence, hash: hash.to_owned() });
    assert_eq!(audit::head(&mut tx).await.unwrap(), head(0, GENESIS));
    for sequence in 1..=5 {
        audit::append(&mut tx, &row(sequence)).await.unwrap();
        assert_eq!(audit::head(&mut tx).await.unwrap(), head(sequence, &row(sequence).hash));
    }
    assert_eq!(audit::walk(&mut tx, 3, 10).await.unwrap(), [row(4), row(5)]);
    let every = AuditFilter::default();
    let all = every_page(async |page| audit::list(&mut tx, &every, &page).await.unwrap()).await;
    assert_eq!(all, [row(5), row(4), row(3), row(2), row(1)]);

    for (filter, found) in [
        (AuditFilter { action: "teams.create".to_owned(), ..every.clone() }, vec![5, 3, 1]),
        (AuditFilter { account: row(1).entry.account, ..every.clone() }, vec![5, 3, 1]),
        (AuditFilter { since: Some(at(2)), until: Some(at(4)), ..every.clone() }, vec![3, 2]),
        (AuditFilter { object_id: "team_2".to_owned(), ..every.clone() }, vec![]),
    ] {
        let page = audit::list(&mut tx, &filter, &page(10, None)).await.unwrap();
        assert_eq!(page.items.iter().map(|row| row.sequence).collect::<Vec<_>>(), found, "{filter:?}");
    }
    let again = audit::append(&mut tx, &row(5)).await;
    assert!(matches!(again, Err(Error::Conflict { constraint }) if constraint == "audit_sequence"));
});

both!(change_or_delete_a_row_is_refused, |store| {
    let mut tx = store.begin().await.unwrap();
    audit::append(&mut tx, &row(1)).await.unwrap();
    tx.commit().await.unwrap();
    for statement in [
        "UPDATE audit SET actor = 'x'",
        "DELETE FROM audit",
        "UPDATE audit_head SET sequence = 0",
        "UPDATE audit_head SET hash = 'x'",
        "DELETE FROM audit_head",
    ] {
        assert!(store.try_raw(statement).await.is_err(), "{statement}");
    }
    let mut conn = store.read().await.unwrap();
    assert_eq!(audit::walk(&mut conn, 0, 10).await.unwrap(), [row(1)]);
    drop(conn);

    store.tamper_with_audit(1).await;
    let mut conn = store.read().await.unwrap();
    assert_eq!(audit::walk(&mut conn, 0, 10).await.unwrap()[0].entry.actor, "somebody else");
});
