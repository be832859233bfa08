//! What may be written only in certain places, and what nowhere.

use super::Breach;
use super::sources::{Source, mentions};

struct Rule {
    /// Where the rule holds; empty for everywhere.
    within: &'static [&'static str],
    /// Modules and folders in which it does not.
    except: &'static [&'static str],
    breaks: fn(&str) -> bool,
    says: &'static str,
}

const RULES: [Rule; 12] = [
    Rule {
        within: &[],
        except: &["server/store"],
        breaks: |line| mentions(line, "sqlx"),
        says: "SQL belongs to store: sqlx may be named nowhere else",
    },
    Rule {
        within: &["server"],
        except: &["server/src/portal"],
        breaks: |line| mentions(line, "leptos") || mentions(line, "leptos_axum"),
        says: "pages belong to app: of the server only its portal module may name leptos",
    },
    Rule {
        within: &["server"],
        except: &["server/control/src/outbound", "server/gateway/src", "server/tests"],
        breaks: |line| mentions(line, "reqwest"),
        says: "calls to the outside go through control::outbound or the gateway: reqwest may be named nowhere else",
    },
    Rule {
        within: &["app"],
        except: &["app/src/lib", "app/src/server"],
        breaks: |line| line.contains("feature = \"ssr\"") || line.contains("feature = \"hydrate\""),
        says: "what runs where is decided only in app/src/lib.rs and app/src/server.rs",
    },
    Rule {
        within: &[],
        except: &[],
        breaks: |line| line.contains("#[allow(") || line.contains("#![allow("),
        says: "a lint is lifted with #[expect(.., reason = \"..\")], never with allow",
    },
    Rule {
        within: &["app"],
        except: &[],
        breaks: |line| has_attribute(line, "style"),
        says: "the content security policy forbids style attributes: use a class or an SVG attribute",
    },
    Rule {
        within: &["app/src"],
        except: &[],
        breaks: |line| line.contains("<table"),
        says: "tables are ui::Table",
    },
    Rule {
        within: &["app/src"],
        except: &[],
        breaks: |line| line.contains("<Suspense") || line.contains("<Transition"),
        says: "resources are read by ui::Load, which also shows loading, errors and emptiness",
    },
    Rule {
        within: &["app"],
        except: &["app/src/islands"],
        breaks: |line| line.trim_start().starts_with("#[island"),
        says: "islands stand in app/src/islands; pages run on the server only",
    },
    Rule {
        within: &["app"],
        except: &["app/src/api"],
        breaks: |line| line.trim_start().starts_with("#[server"),
        says: "server functions stand in app/src/api, one file per area",
    },
    Rule {
        within: &["app/src/islands", "app/ui/src"],
        except: &[],
        breaks: |line| mentions(line, "control") && line.contains("control::"),
        says: "what runs in the browser knows nothing of control",
    },
    Rule {
        within: &[],
        except: &[],
        breaks: has_empty_name,
        says: "Manager, Helper, Util, Data, process and handle say nothing: use the field's own word",
    },
];

pub fn breaches(sources: &[Source]) -> Vec<Breach> {
    let mut breaches = Vec::new();
    for source in sources {
        let lies_in = |folders: &[&str]| folders.iter().any(|folder| source.is_in(folder));
        let rules: Vec<&Rule> = RULES
            .iter()
            .filter(|rule| (rule.within.is_empty() || lies_in(rule.within)) && !lies_in(rule.except))
            .collect();
        for (number, line) in source.code() {
            let broken = rules.iter().filter(|rule| (rule.breaks)(line));
            breaches.extend(broken.map(|rule| Breach::of(source.at(number), rule.says)));
        }
    }
    breaches
}

/// `name="x"` or `name:x=` in markup; not `data-name=`, `let name = 1` or `name: &str`.
fn has_attribute(line: &str, name: &str) -> bool {
    line.match_indices(name).any(|(start, _)| {
        let (before, after) = line.split_at(start);
        let after = after.trim_start_matches(name);
        let property = |rest: &str| rest.starts_with(char::is_alphabetic) && rest.contains('=');
        (before.is_empty() || before.ends_with([' ', '<']))
            && (after.starts_with('=') || after.strip_prefix(':').is_some_and(property))
    })
}

/// A declaration whose name says nothing.
fn has_empty_name(line: &str) -> bool {
    let mut words = line
        .split(|letter: char| !(letter.is_alphanumeric() || letter == '_'))
        .filter(|word| !word.is_empty());
    while let Some(word) = words.next() {
        match word {
            "struct" | "enum" | "trait" | "type" => {
                let endings = ["Manager", "Helper", "Helpers", "Util", "Utils", "Data"];
                // `type Data = …;` fills in what a trait of `http_body` names so
                let named = words.next().filter(|name| (word, *name) != ("type", "Data"));
                return named.is_some_and(|name| endings.iter().any(|ending| name.ends_with(ending)));
            }
            "fn" => {
                return words.next().is_some_and(|name| {
                    ["process", "handle"].contains(&name)
                        || name.starts_with("process_")
                        || name.starts_with("handle_")
                });
            }
            "mod" => {
                return words
                    .next()
                    .is_some_and(|name| ["util", "utils", "helper", "helpers", "common"].contains(&name));
            }
            "pub" | "crate" | "super" | "async" | "const" | "unsafe" | "in" => {}
            _ => return false,
        }
    }
    false
}

/// The lines of `text` that are breaches when it stands at `path`.
fn lines(path: &str, text: &str) -> Vec<usize> {
    let breaches = breaches(&[super::sample(path, text)]);
    super::places(&breaches).iter().map(|place| place.rsplit_once(':').unwrap().1.parse().unwrap()).collect()
}

#[test]
fn libraries_outside_their_place_are_breaches() {
    assert_eq!(lines("server/control/src/teams.rs", "// sqlx is fine in words\nuse sqlx::Row;\n"), [2]);
    assert!(lines("server/store/src/teams.rs", "use sqlx::Row;\n").is_empty());
    assert_eq!(lines("server/src/boot.rs", "use leptos::prelude::*;\n"), [1]);
    assert!(lines("server/src/portal.rs", "use leptos::prelude::*;\n").is_empty());
    assert!(lines("server/src/portal/pages.rs", "use leptos::prelude::*;\n").is_empty());
    assert_eq!(lines("server/control/src/webhooks.rs", "reqwest::Client::builder()\n"), [1]);
    assert!(lines("server/control/src/outbound.rs", "reqwest::Client::builder()\n").is_empty());
}

#[test]
fn markup_outside_its_place_is_a_breach() {
    assert_eq!(
        lines(
            "app/src/pages/home.rs",
            "<p style=\"color: red\">\n<p data-style=\"x\">\n<p style:color=\"red\">\n"
        ),
        [1, 3]
    );
    assert_eq!(lines("app/src/pages/home.rs", "<table class=\"x\">\n<Table>\n<Suspense>\n"), [1, 3]);
    assert!(lines("app/ui/src/table.rs", "<table class=\"x\">\n").is_empty());
    assert!(lines("app/ui/src/style.rs", "let style = 1;\nfn f(style: &str, x: u8) {}\n").is_empty());
}

#[test]
fn code_of_the_two_halves_outside_its_place_is_a_breach() {
    assert_eq!(lines("app/src/pages/home.rs", "#[cfg(feature = \"ssr\")]\n"), [1]);
    assert!(lines("app/src/server.rs", "#[cfg(feature = \"ssr\")]\n").is_empty());
    assert_eq!(lines("app/src/pages/home.rs", "#[island]\n#[server(endpoint = \"x\")]\n"), [1, 2]);
    assert!(lines("app/src/islands/copy.rs", "#[island]\n").is_empty());
    assert_eq!(lines("app/src/islands/copy.rs", "use control::teams;\n"), [1]);
}

#[test]
fn lifted_lints_and_empty_names_are_breaches() {
    assert_eq!(
        lines("server/ai/src/lib.rs", "#[allow(dead_code)]\n#[expect(dead_code, reason = \"x\")]\n"),
        [1]
    );
    let names = "pub struct TeamManager;\npub(crate) async fn handle_call() {}\nmod utils;\nfn handled() {}\nstruct Database;\n";
    assert_eq!(lines("server/ai/src/lib.rs", names), [1, 2, 3]);
}
