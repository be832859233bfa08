//! How files are named and how they open.

use super::Breach;
use super::sources::Source;

pub fn breaches(sources: &[Source]) -> Vec<Breach> {
    let mut breaches = Vec::new();
    for source in sources {
        if source.path.ends_with("/mod.rs") {
            breaches
                .push(Breach::of(&source.path, "a module is foo.rs with its parts in foo/, never mod.rs"));
        }
        let opens = source
            .text
            .lines()
            .find(|line| !line.trim().is_empty())
            .is_some_and(|line| line.starts_with("//!"));
        if !source.is_test() && !opens {
            breaches.push(Breach::of(
                source.at(1),
                "a module opens with //!: what it is for, what it never does",
            ));
        }
    }
    breaches
}

#[test]
fn a_mod_file_and_a_silent_module_are_breaches() {
    let samples = [
        super::sample("server/ai/src/usage/mod.rs", "//! Usage.\n"),
        super::sample("server/ai/src/usage.rs", "use domain::Usage;\n"),
        super::sample("server/ai/src/price.rs", "\n//! Prices.\n"),
        super::sample("server/ai/tests/usage.rs", "use domain::Usage;\n"),
    ];
    assert_eq!(
        super::places(&breaches(&samples)),
        ["server/ai/src/usage/mod.rs", "server/ai/src/usage.rs:1"]
    );
}
