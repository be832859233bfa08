//! Databases of older versions are brought up to date with what is in them.

use faultlab::postgres::Cluster;

use super::{CALLS, MAIN, Step, migrator};
use crate::audit::{self, Head};
use crate::dialect::Dialect;
use crate::exec::{Database, Pace, sql};

/// Applies the steps up to a number.
async fn migrate(database: &Database, dialect: Dialect, last: i64) {
    // SQLite has the calls in another file
    let calls: &[Step] = if dialect == Dialect::Sqlite { &[] } else { CALLS };
    let steps = MAIN.iter().chain(calls).filter(|step| step.number <= last);
    database.migrate(migrator(dialect, steps)).await.unwrap();
}

/// The audit trail had no head before step 9.
async fn head_of_an_older_trail(database: &Database, rows: i64) -> Head {
    let dialect = database.dialect();
    migrate(database, dialect, 6).await;
    let mut tx = database.begin().await.unwrap();
    for sequence in 1..=rows {
        let insert =
            sql("INSERT INTO audit (sequence, id, at, actor, address, action, object_kind, object_id,
                object_name, hash)
            VALUES ($1, 'x', 0, 'Ada', '', 'teams.create', 'team', 'x', 'x', $2)");
        tx.execute(insert.bind(sequence).bind(format!("hash {sequence}"))).await.unwrap();
    }
    tx.commit().await.unwrap();
    migrate(database, dialect, i64::MAX).await;
    audit::head(&mut database.read().await.unwrap()).await.unwrap().unwrap()
}

#[tokio::test]
async fn the_head_of_the_audit_trail_is_the_last_row_that_was_there() {
    let folder = tempfile::tempdir().unwrap();
    for (rows, hash) in [(0, domain::audit::GENESIS), (3, "hash 3")] {
        let expected = Head { sequence: rows, hash: hash.to_owned() };
        let file = folder.path().join(format!("{rows}.db"));
        let sqlite = Database::sqlite(&file, 1).await.unwrap();
        assert_eq!(head_of_an_older_trail(&sqlite, rows).await, expected);
        let url = Cluster::shared().database().await.unwrap();
        let postgres = Database::postgres(&url, 2, Pace::Prompt).unwrap();
        assert_eq!(head_of_an_older_trail(&postgres, rows).await, expected);
    }
}
