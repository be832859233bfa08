//! Personal data and secrets that stay with us: what is looked for in what callers send and get, and what becomes of it.

pub mod path;

use super::patterns;
use crate::check::{Check, Invalid};
use crate::wire_enum::wire_enum;
use path::Path;
use serde::{Deserialize, Serialize};

/// How many keywords, patterns and paths a policy may have of each.
pub const MOST_KEYWORDS: usize = 200;
pub const MOST_PATTERNS: usize = 20;

wire_enum! {
    /// What can be told by its form, and by its check digits where it has some.
    Kind {
        Email = "email",
        /// With a country code, or as it is written in its country with spaces, hyphens, dots or a slash.
        Phone = "phone",
        /// Of a payment card, which passes Luhn's check.
        Card = "card",
        /// An international bank account number (ISO 13616).
        Iban = "iban",
        /// A social security number of the United States.
        UsSsn = "us_ssn",
        /// A national insurance number of the United Kingdom.
        UkNino = "uk_nino",
        /// A German tax number (Steuer-ID).
        DeTaxId = "de_tax_id",
        /// A French social security number (NIR).
        FrNir = "fr_nir",
        /// A Spanish DNI or NIE.
        EsDni = "es_dni",
    }
}

wire_enum! {
    /// What becomes of what is found.
    Action {
        /// Each gets a name like `[EMAIL_1]`, and what the name stands for is put back into the answer.
        Placeholder = "placeholder",
        /// Only its kind is left, `[EMAIL]`.
        Redact = "redact",
        /// The call is refused.
        Refuse = "refuse",
    }
}

wire_enum! {
    /// What is looked through.
    Direction {
        Request = "request",
        Answer = "answer",
        Both = "both",
    }
}

/// What is looked for in texts, and what becomes of it. Of calls to models, texts are what people, models and tools say;
/// names, ids, addresses, pictures, descriptions of tools and thoughts that a vendor signed go as they are. Of other
/// calls, texts are those of JSON. Numbers are masked where a path names them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct Mask {
    pub kinds: Vec<Kind>,
    /// Words and phrases, whatever their case; at most 200 of 1 to 100 characters.
    pub keywords: Vec<String>,
    /// Regular expressions whose matches, of at most 256 bytes, are found; at most 20.
    pub patterns: Vec<String>,
    /// Places in the JSON of requests and answers whose values are found whatever they are: `$.customer.name`,
    /// `$.items[*].note`, `$..iban`; at most 20.
    pub paths: Vec<String>,
    pub action: Action,
    pub direction: Direction,
}

impl Default for Mask {
    fn default() -> Self {
        Self {
            kinds: Vec::new(),
            keywords: Vec::new(),
            patterns: Vec::new(),
            paths: Vec::new(),
            action: Action::Placeholder,
            direction: Direction::Both,
        }
    }
}

impl Direction {
    #[must_use]
    pub fn has_requests(self) -> bool {
        matches!(self, Self::Request | Self::Both)
    }

    #[must_use]
    pub fn has_answers(self) -> bool {
        matches!(self, Self::Answer | Self::Both)
    }
}

impl Mask {
    pub fn check(&self) -> Result<(), Invalid> {
        let mut check = Check::new();
        let nothing = self.kinds.is_empty()
            && self.keywords.is_empty()
            && self.patterns.is_empty()
            && self.paths.is_empty();
        check.require(!nothing, "kinds", "expected a kind, a keyword, a pattern or a path");
        let again = self
            .kinds
            .iter()
            .enumerate()
            .any(|(place, kind)| self.kinds.iter().take(place).any(|k| k == kind));
        check.require(!again, "kinds", "expected each kind once");
        self.check_keywords(&mut check);
        check.require(self.patterns.len() <= MOST_PATTERNS, "patterns", "expected at most 20 patterns");
        for (place, pattern) in self.patterns.iter().enumerate().take(MOST_PATTERNS) {
            if let Err(error) = patterns::table(pattern) {
                check.error("patterns", format!("pattern {}: {error}", place + 1));
            }
        }
        check.require(self.paths.len() <= MOST_PATTERNS, "paths", "expected at most 20 paths");
        for path in self.paths.iter().take(MOST_PATTERNS) {
            if let Err(error) = path.parse::<Path>() {
                check.error("paths", error.to_string());
            }
        }
        check.finish()
    }

    fn check_keywords(&self, check: &mut Check) {
        check.require(self.keywords.len() <= MOST_KEYWORDS, "keywords", "expected at most 200 keywords");
        let good = |word: &String| {
            let length = word.chars().count();
            (1..=100).contains(&length) && word.trim() == word && !word.chars().any(char::is_control)
        };
        let good = self.keywords.iter().all(good);
        check.require(
            good,
            "keywords",
            "expected keywords of 1 to 100 characters without spaces around them",
        );
        if !self.keywords.is_empty()
            && !check.has_errors()
            && let Err(error) = patterns::words(&self.keywords)
        {
            check.error("keywords", format!("all together: {error}"));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields(mask: &Mask) -> Vec<String> {
        match mask.check() {
            Ok(()) => Vec::new(),
            Err(Invalid(errors)) => errors.into_iter().map(|error| error.field).collect(),
        }
    }

    #[test]
    fn each_field_is_checked_and_named() {
        let good = Mask { kinds: vec![Kind::Email, Kind::Card], ..Mask::default() };
        assert_eq!(fields(&good), Vec::<String>::new());
        assert_eq!(fields(&Mask::default()), ["kinds"]);
        assert_eq!(fields(&Mask { kinds: vec![Kind::Email, Kind::Email], ..good.clone() }), ["kinds"]);
        for keyword in ["", " a", "a\n", &"a".repeat(101)] {
            assert_eq!(fields(&Mask { keywords: vec![keyword.to_owned()], ..good.clone() }), ["keywords"]);
        }
        let patterns = |patterns: &[&str]| Mask {
            patterns: patterns.iter().map(|pattern| (*pattern).to_owned()).collect(),
            ..good.clone()
        };
        assert_eq!(fields(&patterns(&[r"\bP-\d{6}\b", "(", "["])), ["patterns", "patterns"]);
        assert_eq!(fields(&patterns(&["a"; 21])), ["patterns"]);
        let paths = Mask { paths: vec!["$.a".to_owned(), "a".to_owned()], ..good.clone() };
        assert_eq!(fields(&paths), ["paths"]);
        let many = Mask { keywords: vec!["word".to_owned(); 201], ..good };
        assert_eq!(fields(&many), ["keywords"]);
    }

    #[test]
    fn it_reads_as_it_is_written() {
        let mask: Mask =
            serde_json::from_str(r#"{"kinds":["us_ssn"],"action":"redact","direction":"answer"}"#).unwrap();
        assert_eq!((mask.kinds.as_slice(), mask.action), (&[Kind::UsSsn][..], Action::Redact));
        assert!(mask.direction.has_answers() && !mask.direction.has_requests());
        assert!(serde_json::from_str::<Mask>(r#"{"kinds":["shoe_size"]}"#).is_err());
    }
}
