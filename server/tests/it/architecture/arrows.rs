//! The arrows between crates, and which library stands in which manifest.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use toml::{Table, Value};

use super::Breach;

/// Each crate, its folder, and whom of the house it may know.
const ARROWS: [(&str, &str, &[&str]); 13] = [
    ("ai", "server/ai", &["domain"]),
    ("app", "app", &["control", "domain", "ui"]),
    ("bundle", "frontend/bundle", &[]),
    ("control", "server/control", &["domain", "store"]),
    ("domain", "server/domain", &[]),
    ("faultlab", "server/faultlab", &[]),
    ("frontend", "frontend", &["app"]),
    ("gateway", "server/gateway", &["ai", "domain", "journal"]),
    ("journal", "server/journal", &[]),
    ("rest", "server/rest", &["control", "domain"]),
    (
        "server",
        "server",
        &["ai", "app", "control", "domain", "faultlab", "gateway", "journal", "rest", "store"],
    ),
    ("store", "server/store", &["domain"]),
    ("ui", "app/ui", &[]),
];

/// Libraries that only these crates may name.
const LIBRARIES: [(&str, &[&str]); 5] = [
    ("axum", &["app", "rest", "server"]),
    ("leptos", &["app", "frontend", "server", "ui"]),
    ("leptos_axum", &["app", "server"]),
    ("reqwest", &["control", "gateway"]),
    ("sqlx", &["store"]),
];

/// Manifests by crate.
pub type Manifests = BTreeMap<String, Table>;

pub fn manifests(checkout: &Path) -> Manifests {
    ARROWS.iter().map(|(name, folder, _)| ((*name).to_owned(), manifest(&checkout.join(folder)))).collect()
}

/// The manifest in a folder.
pub fn manifest(folder: &Path) -> Table {
    let path = folder.join("Cargo.toml");
    let text =
        fs::read_to_string(&path).unwrap_or_else(|error| panic!("cannot read {}: {error}", path.display()));
    text.parse().unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The folders of the workspace that are not drawn, and those drawn that are not there.
pub fn undrawn(workspace: &Table) -> Vec<Breach> {
    let members =
        workspace.get("workspace").and_then(|workspace| workspace.get("members")).and_then(Value::as_array);
    let members: BTreeSet<&str> = members.into_iter().flatten().filter_map(Value::as_str).collect();
    let drawn: BTreeSet<&str> = ARROWS.iter().map(|(_, folder, _)| *folder).collect();
    let differing = members.symmetric_difference(&drawn);
    differing.map(|folder| Breach::of(*folder, "the workspace and the drawn crates differ here")).collect()
}

pub fn breaches(manifests: &Manifests) -> Vec<Breach> {
    let mut breaches = Vec::new();
    for (name, folder, allowed) in ARROWS {
        let Some(manifest) = manifests.get(name) else { continue };
        let place = format!("{folder}/Cargo.toml");
        for (dependency, optional) in dependencies(manifest, "dependencies") {
            let test_tool = dependency == "faultlab" && optional;
            if is_ours(&dependency) && !allowed.contains(&dependency.as_str()) && !test_tool {
                let may = if allowed.is_empty() { "nobody".to_owned() } else { allowed.join(", ") };
                breaches
                    .push(Breach::of(&place, format!("{name} may not know {dependency}; it knows {may}")));
            }
            let place_of = LIBRARIES.iter().find(|(library, _)| *library == dependency);
            if let Some((library, crates)) = place_of.filter(|(_, crates)| !crates.contains(&name)) {
                breaches
                    .push(Breach::of(&place, format!("{library} may be used only by {}", crates.join(", "))));
            }
        }
        // Tests may build what the crate stands on, and use the test tools.
        let below = reachable(name);
        for (dependency, _) in dependencies(manifest, "dev-dependencies") {
            let fine = dependency == name || dependency == "faultlab" || below.contains(dependency.as_str());
            if is_ours(&dependency) && !fine {
                breaches.push(Breach::of(
                    &place,
                    format!("{name} may not know {dependency}, not even in its tests"),
                ));
            }
        }
        if name == "app" && dependencies(manifest, "dependencies").contains(&("control".to_owned(), false)) {
            breaches.push(Breach::of(&place, "control must be optional: the browser half has none of it"));
        }
    }
    breaches
}

fn is_ours(name: &str) -> bool {
    ARROWS.iter().any(|(ours, ..)| *ours == name)
}

/// Every crate that `name` stands on.
fn reachable(name: &str) -> BTreeSet<&'static str> {
    let direct = ARROWS.iter().find(|(ours, ..)| *ours == name).map_or(&[][..], |(.., allowed)| allowed);
    direct.iter().flat_map(|below| reachable(below).into_iter().chain([*below])).collect()
}

/// Names with whether each is optional, over the plain and the `[target.*]` sections.
fn dependencies(manifest: &Table, section: &str) -> Vec<(String, bool)> {
    let targets = manifest.get("target").and_then(Value::as_table);
    let sections = targets
        .into_iter()
        .flat_map(|targets| targets.values().filter_map(Value::as_table))
        .chain([manifest]);
    let tables = sections.filter_map(|table| table.get(section).and_then(Value::as_table));
    let is_optional = |value: &Value| value.get("optional").and_then(Value::as_bool).unwrap_or(false);
    tables.flat_map(|table| table.iter().map(|(name, value)| (name.clone(), is_optional(value)))).collect()
}

fn found(name: &str, manifest: &str) -> Vec<String> {
    let manifests = Manifests::from([(name.to_owned(), manifest.parse().unwrap())]);
    breaches(&manifests).iter().map(ToString::to_string).collect()
}

#[test]
fn an_arrow_that_is_not_drawn_is_a_breach() {
    assert_eq!(
        found("gateway", "[dependencies]\nstore.workspace = true"),
        ["server/gateway/Cargo.toml: gateway may not know store; it knows ai, domain, journal"]
    );
    assert_eq!(found("gateway", "[target.'cfg(unix)'.dependencies]\nstore.workspace = true").len(), 1);
    assert!(found("gateway", "[dependencies]\ndomain.workspace = true").is_empty());
}

#[test]
fn a_library_in_the_wrong_manifest_is_a_breach() {
    assert_eq!(
        found("control", "[dependencies]\nsqlx = \"0.9\""),
        ["server/control/Cargo.toml: sqlx may be used only by store"]
    );
    assert_eq!(found("rest", "[dependencies]\nleptos = \"0.8\"").len(), 1);
}

#[test]
fn a_crate_that_is_not_drawn_is_a_breach() {
    let members: Vec<&str> = ARROWS.iter().map(|(_, folder, _)| *folder).collect();
    let workspace =
        |members: &[&str]| format!("[workspace]\nmembers = {members:?}").parse::<Table>().unwrap();
    assert!(undrawn(&workspace(&members)).is_empty());
    assert_eq!(
        super::places(&undrawn(&workspace(&[&members[1..], &["server/extra"]].concat()))),
        ["server/ai", "server/extra"]
    );
}

#[test]
fn test_tools_are_for_tests_and_tests_may_build_what_is_below() {
    assert_eq!(found("store", "[dependencies]\nfaultlab.workspace = true").len(), 1);
    assert!(found("store", "[dependencies]\nfaultlab = { workspace = true, optional = true }").is_empty());
    assert!(
        found("rest", "[dev-dependencies]\nstore.workspace = true\nfaultlab.workspace = true").is_empty()
    );
    assert_eq!(found("rest", "[dev-dependencies]\ngateway.workspace = true").len(), 1);
}

#[test]
fn the_browser_half_has_no_control() {
    assert_eq!(found("app", "[dependencies]\ncontrol.workspace = true").len(), 1);
    assert!(found("app", "[dependencies]\ncontrol = { workspace = true, optional = true }").is_empty());
}
