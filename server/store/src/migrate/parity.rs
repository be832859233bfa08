//! Both lists of migrations make the same tables: columns, types, what may be absent, keys and indexes.

use std::collections::BTreeSet;

use crate::exec::{Conn, Row, sql};
use crate::testing;

/// One line for each column, foreign key and index.
type Catalogue = BTreeSet<String>;

async fn lines(conn: &mut Conn, text: &'static str) -> Catalogue {
    conn.all(sql(text), |row: &Row| row.get::<String>("line")).await.unwrap().into_iter().collect()
}

/// Columns with type, null and place in the primary key; foreign keys; indexes with columns, uniqueness and
/// whether they are partial.
async fn sqlite(conn: &mut Conn) -> Catalogue {
    let mut found = lines(
        conn,
        "SELECT m.name || '.' || c.name || ' ' || c.type
            || CASE c.\"notnull\" WHEN 1 THEN ' not null' ELSE '' END
            || CASE c.pk WHEN 0 THEN '' ELSE ' key ' || c.pk END AS line
        FROM sqlite_master m, pragma_table_info(m.name) c
        WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%' AND m.name <> '_sqlx_migrations'",
    )
    .await;
    found.extend(
        lines(
            conn,
            "SELECT m.name || '.' || f.\"from\" || ' -> ' || f.\"table\" || '.' || f.\"to\" || ' on delete '
                || f.on_delete AS line
            FROM sqlite_master m, pragma_foreign_key_list(m.name) f WHERE m.type = 'table'",
        )
        .await,
    );
    found.extend(
        lines(
            conn,
            "SELECT i.name || ' on ' || m.name || ' (' || (SELECT group_concat(x.name, ', ')
                    FROM (SELECT name FROM pragma_index_info(i.name) ORDER BY seqno) x) || ')'
                || CASE i.\"unique\" WHEN 1 THEN ' unique' ELSE '' END
                || CASE i.partial WHEN 1 THEN ' partial' ELSE '' END AS line
            FROM sqlite_master m, pragma_index_list(m.name) i WHERE m.type = 'table' AND i.origin = 'c'",
        )
        .await,
    );
    found
}

/// The same lines out of PostgreSQL's system tables.
async fn postgres(conn: &mut Conn) -> Catalogue {
    let mut found = lines(
        conn,
        "SELECT t.relname || '.' || c.attname || ' ' || replace(upper(format_type(c.atttypid, NULL)), 'BYTEA', 'BLOB')
            || CASE WHEN c.attnotnull THEN ' not null' ELSE '' END
            || coalesce(' key ' || array_position(k.conkey, c.attnum), '') AS line
        FROM pg_class t
        JOIN pg_attribute c ON c.attrelid = t.oid AND c.attnum > 0 AND NOT c.attisdropped
        LEFT JOIN pg_constraint k ON k.conrelid = t.oid AND k.contype = 'p' AND c.attnum = ANY (k.conkey)
        WHERE t.relkind = 'r' AND t.relnamespace = 'public'::regnamespace AND t.relname <> '_sqlx_migrations'",
    )
    .await;
    found.extend(
        lines(
            conn,
            "SELECT t.relname || '.' || a.attname || ' -> ' || o.relname || '.' || b.attname || ' on delete '
                || CASE k.confdeltype WHEN 'c' THEN 'CASCADE' WHEN 'n' THEN 'SET NULL' ELSE 'NO ACTION' END
                AS line
            FROM pg_constraint k
            JOIN pg_class t ON t.oid = k.conrelid
            JOIN pg_class o ON o.oid = k.confrelid
            JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = k.conkey[1]
            JOIN pg_attribute b ON b.attrelid = o.oid AND b.attnum = k.confkey[1]
            WHERE k.contype = 'f'",
        )
        .await,
    );
    found.extend(
        lines(
            conn,
            "SELECT n.relname || ' on ' || t.relname || ' (' || (SELECT string_agg(a.attname, ', ' ORDER BY p.at)
                    FROM unnest(i.indkey) WITH ORDINALITY AS p (number, at)
                    JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = p.number) || ')'
                || CASE WHEN i.indisunique THEN ' unique' ELSE '' END
                || CASE WHEN i.indpred IS NULL THEN '' ELSE ' partial' END AS line
            FROM pg_index i
            JOIN pg_class n ON n.oid = i.indexrelid
            JOIN pg_class t ON t.oid = i.indrelid
            WHERE t.relnamespace = 'public'::regnamespace AND t.relname <> '_sqlx_migrations'
                AND NOT i.indisprimary",
        )
        .await,
    );
    found
}

#[tokio::test]
async fn both_databases_have_the_same_tables() {
    let on_sqlite = testing::sqlite().await;
    let mut left = sqlite(&mut on_sqlite.read().await.unwrap()).await;
    left.extend(sqlite(&mut on_sqlite.calls_read().await.unwrap()).await);
    let on_postgres = testing::postgres().await;
    let right = postgres(&mut on_postgres.read().await.unwrap()).await;

    assert!(left.len() > 150, "only {} lines", left.len());
    let only_left: Vec<_> = left.difference(&right).collect();
    let only_right: Vec<_> = right.difference(&left).collect();
    assert!(
        only_left.is_empty() && only_right.is_empty(),
        "SQLite: {only_left:#?}\nPostgreSQL: {only_right:#?}"
    );
}

/// [`crate::Error::Conflict`] names a unique index; SQLite tells only its columns.
#[tokio::test]
async fn unique_indexes_are_named_after_their_columns() {
    let store = testing::postgres().await;
    let catalogue = postgres(&mut store.read().await.unwrap()).await;
    let mut seen = 0;
    for line in catalogue.iter().filter(|line| line.contains(" unique")) {
        let (name, rest) = line.split_once(" on ").unwrap();
        let (table, rest) = rest.split_once(" (").unwrap();
        let (columns, _) = rest.split_once(')').unwrap();
        assert_eq!(name, format!("{table}_{}", columns.replace(", ", "_")), "{line}");
        seen += 1;
    }
    assert!(seen >= 10, "only {seen} unique indexes");
}
