//! Both databases go through the same steps, by name.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use super::Breach;

/// The names of the SQL files in a folder.
pub fn names(folder: &Path) -> BTreeSet<String> {
    let entries =
        fs::read_dir(folder).unwrap_or_else(|error| panic!("cannot list {}: {error}", folder.display()));
    let names = entries.flatten().map(|entry| entry.file_name().to_string_lossy().into_owned());
    names.filter(|name| name.ends_with(".sql")).collect()
}

pub fn breaches(sqlite: &BTreeSet<String>, postgres: &BTreeSet<String>) -> Vec<Breach> {
    let missing = |dialect: &str, name: &String| {
        Breach::of(
            format!("migrations/{dialect}/{name}"),
            "missing: both databases have migrations of the same names",
        )
    };
    let without_sqlite = postgres.difference(sqlite).map(|name| missing("sqlite", name));
    let without_postgres = sqlite.difference(postgres).map(|name| missing("postgres", name));
    let misnamed = sqlite
        .iter()
        .filter(|name| !is_numbered(name))
        .map(|name| Breach::of(format!("migrations/sqlite/{name}"), "a migration is named NNNN_name.sql"));
    without_sqlite.chain(without_postgres).chain(misnamed).collect()
}

fn is_numbered(name: &str) -> bool {
    name.split_once('_')
        .is_some_and(|(number, _)| number.len() == 4 && number.bytes().all(|byte| byte.is_ascii_digit()))
}

#[test]
fn a_migration_of_one_database_only_and_a_name_without_number_are_breaches() {
    let set = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<BTreeSet<String>>();
    let breaches =
        breaches(&set(&["0001_accounts.sql", "teams.sql"]), &set(&["0001_accounts.sql", "0002_apis.sql"]));
    assert_eq!(
        super::places(&breaches),
        ["migrations/sqlite/0002_apis.sql", "migrations/postgres/teams.sql", "migrations/sqlite/teams.sql"]
    );
}
