//! What may be asked of models at all.

use super::patterns;
use crate::check::{Check, Invalid};
use serde::{Deserialize, Serialize};

/// How many rules of each sort a policy may have.
pub const MOST_RULES: usize = 20;

/// Rules for what callers send to models. A request that breaks one is refused, and told which.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct Guard {
    /// No text of a request may match any of these; at most 20.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub deny: Vec<Rule>,
    /// Where there are any, each text of a user has to match one; at most 20. What is said in other roles is not
    /// compared: models and the makers of applications say those.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub allow: Vec<Rule>,
    /// Of all texts of a request together.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_bytes: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_messages: Option<u32>,
    /// Of all texts of a request together, estimated at four bytes each.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_tokens: Option<u32>,
}

/// A pattern with a name, by which callers are told of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// Small letters, digits and hyphens, at most 40.
    pub name: String,
    /// A regular expression.
    pub pattern: String,
}

impl Guard {
    pub fn check(&self) -> Result<(), Invalid> {
        let mut check = Check::new();
        let limits = [
            ("max_bytes", self.max_bytes, 100_000_000),
            ("max_messages", self.max_messages, 100_000),
            ("max_tokens", self.max_tokens, 25_000_000),
        ];
        let nothing = self.deny.is_empty()
            && self.allow.is_empty()
            && limits.iter().all(|(_, limit, _)| limit.is_none());
        check.require(!nothing, "deny", "expected a rule or a limit");
        for (field, limit, most) in limits {
            if let Some(limit) = limit {
                check.within(field, limit, 1, most);
            }
        }
        for (field, rules) in [("deny", &self.deny), ("allow", &self.allow)] {
            check_rules(&mut check, field, rules);
        }
        check.finish()
    }
}

fn check_rules(check: &mut Check, field: &str, rules: &[Rule]) {
    check.require(rules.len() <= MOST_RULES, field, "expected at most 20 rules");
    for (place, rule) in rules.iter().enumerate().take(MOST_RULES) {
        let Rule { name, pattern } = rule;
        let good = (1..=40).contains(&name.len())
            && name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
        let at = format!("{field}.{place}");
        check.require(good, &format!("{at}.name"), "expected 1 to 40 small letters, digits and hyphens");
        let again = rules.iter().take(place).any(|other| other.name == *name);
        check.require(!again, &format!("{at}.name"), "another rule has this name");
        if let Err(error) = patterns::search(pattern) {
            check.error(&format!("{at}.pattern"), error);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rule(name: &str, pattern: &str) -> Rule {
        Rule { name: name.to_owned(), pattern: pattern.to_owned() }
    }

    fn fields(guard: &Guard) -> Vec<String> {
        match guard.check() {
            Ok(()) => Vec::new(),
            Err(Invalid(errors)) => errors.into_iter().map(|error| error.field).collect(),
        }
    }

    #[test]
    fn each_field_is_checked_and_named() {
        let good = Guard { deny: vec![rule("no-secrets", "(?i)secret")], ..Guard::default() };
        assert_eq!(fields(&good), Vec::<String>::new());
        assert_eq!(fields(&Guard::default()), ["deny"]);
        assert_eq!(fields(&Guard { max_tokens: Some(0), ..good.clone() }), ["max_tokens"]);
        assert_eq!(fields(&Guard { max_bytes: Some(1), ..Guard::default() }), Vec::<String>::new());
        let bad = vec![rule("A", "a"), rule("b", "("), rule("b", "b")];
        assert_eq!(
            fields(&Guard { allow: bad, ..good.clone() }),
            ["allow.0.name", "allow.1.pattern", "allow.2.name"]
        );
        let many = (0..21).map(|number| rule(&format!("r{number}"), "a")).collect();
        assert_eq!(fields(&Guard { deny: many, ..good }), ["deny"]);
    }
}
