//! What a vendor asks of whoever connects to it: data that another crate owns.

use super::{AmazonKey, GoogleAccount, ProviderSecret, ProviderSettings};
use crate::check::{Check, Invalid};
use crate::upstream::UpstreamUrl;
use crate::wire_enum::wire_enum;
use serde::{Deserialize, Serialize};

wire_enum! {
    /// How a key is given to a vendor.
    KeyForm {
        /// `Authorization: Bearer {key}`
        Bearer = "bearer",
        /// `x-api-key: {key}`
        XApiKey = "x-api-key",
        /// `api-key: {key}`
        ApiKey = "api-key",
        /// `x-goog-api-key: {key}`
        XGoogApiKey = "x-goog-api-key",
        /// A signature with an access key of AWS.
        Sigv4 = "sigv4",
        /// A bearer token fetched with a service account of Google, in JSON.
        ServiceAccount = "service-account",
        /// The vendor asks for no key.
        None = "none",
    }
}

/// A field of a vendor's form, besides keys.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct FormField {
    pub name: String,
    pub label: String,
    pub required: bool,
    pub example: String,
}

/// What is asked of whoever connects to a vendor.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct VendorForm {
    /// `openai`
    pub id: String,
    pub name: String,
    pub key: KeyForm,
    /// The vendor's own; empty where it has none. `{region}` stands for what the field of that name says, `{region-}`
    /// for that and a hyphen, or for nothing when it says `global`. `{url}` and nothing else: the field is the address.
    pub base_url: String,
    pub fields: Vec<FormField>,
    /// A page of the vendor.
    pub docs: String,
    /// What is asked for to test a connection, after the base; absent: `/models`.
    #[serde(default)]
    pub test_path: Option<String>,
}

impl VendorForm {
    /// The field that is the whole address, where the vendor has none of its own.
    fn address_field(&self) -> Option<&str> {
        let name = self.base_url.strip_prefix('{')?.strip_suffix('}')?;
        (!name.contains(['{', '}'])).then_some(name)
    }

    /// Refuses fields that the form does not have, and those that it needs and are not there.
    fn check_settings(&self, check: &mut Check, based: bool, settings: &ProviderSettings) {
        for name in settings.keys().filter(|name| self.fields.iter().all(|field| field.name != **name)) {
            let known: Vec<&str> = self.fields.iter().map(|field| field.name.as_str()).collect();
            let known = if known.is_empty() { "none".to_owned() } else { known.join(", ") };
            let shown: String = name.chars().take(80).collect();
            check.error(
                &format!("settings.{shown}"),
                format!("is not asked by {}; expected {known}", self.name),
            );
        }
        // where the address is missing, that is said at `base_url`
        let missing = |name: &str| !settings.contains_key(name) && self.address_field() != Some(name);
        for field in self.fields.iter().filter(|field| field.required && missing(&field.name)) {
            check.error(&format!("settings.{}", field.name), format!("is required, like {}", field.example));
        }
        let said = self.address_field().is_some_and(|name| settings.contains_key(name));
        let none = self.base_url.is_empty() || self.address_field().is_some();
        let needed = none && !said;
        check.require(!needed || based, "base_url", "is required: the vendor has no address of its own");
    }

    /// The address that the paths of the vendor's API are appended to. Checks the settings as well.
    pub fn address(
        &self,
        base_url: Option<&UpstreamUrl>,
        settings: &ProviderSettings,
    ) -> Result<UpstreamUrl, Invalid> {
        let mut check = Check::new();
        self.check_settings(&mut check, base_url.is_some(), settings);
        check.finish()?;
        if let Some(base_url) = base_url {
            return Ok(base_url.clone());
        }
        let (field, address) = match self.address_field().and_then(|name| settings.get_key_value(name)) {
            Some((name, address)) => (format!("settings.{name}"), address.clone()),
            None => ("base_url".to_owned(), self.filled(settings)?),
        };
        let parsed: Result<UpstreamUrl, _> = address.parse();
        parsed.map_err(|error| Invalid::one(&field, error.to_string()))
    }

    /// The vendor's own address with its places filled. What fills one must not end the name of a host.
    fn filled(&self, settings: &ProviderSettings) -> Result<String, Invalid> {
        let mut parts = self.base_url.split('{');
        let mut address = parts.next().unwrap_or_default().to_owned();
        for part in parts {
            let (place, after) = part.split_once('}').unwrap_or((part, ""));
            let (name, hyphen) = place.strip_suffix('-').map_or((place, false), |name| (name, true));
            let at = || format!("settings.{name}");
            let value = settings.get(name).ok_or_else(|| Invalid::one(&at(), "is required"))?;
            if !value.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-_".contains(&byte)) {
                let expected = "expected letters, digits, dots, hyphens and underscores alone";
                return Err(Invalid::one(&at(), expected));
            }
            match (hyphen, value.as_str()) {
                (true, "global") => {}
                (true, value) => address.extend([value, "-"]),
                (false, value) => address.push_str(value),
            }
            address.push_str(after);
        }
        Ok(address)
    }

    /// What is wrong with a secret for this vendor.
    pub fn check_secret(&self, secret: &ProviderSecret) -> Result<(), &'static str> {
        let sendable = secret.expose().bytes().all(|byte| byte.is_ascii_graphic() || byte == b' ');
        match self.key {
            KeyForm::None => Err("the vendor asks for no key"),
            KeyForm::ServiceAccount => GoogleAccount::parse(secret.expose()).map(drop),
            KeyForm::Sigv4 => AmazonKey::parse(secret.expose()).map(drop),
            _ if sendable => Ok(()),
            _ => Err("expected one line of ASCII letters, digits and signs"),
        }
    }
}

/// The form of a vendor; an error stands at `kind` and names those that are meant perhaps.
pub fn find<'f>(forms: &'f [VendorForm], kind: &str) -> Result<&'f VendorForm, Invalid> {
    if let Some(form) = forms.iter().find(|form| form.id == kind) {
        return Ok(form);
    }
    let near: Vec<&str> =
        forms.iter().map(|form| form.id.as_str()).filter(|id| is_near(kind, id)).take(3).collect();
    let hint = if near.is_empty() {
        "the list of vendors names them all".to_owned()
    } else {
        format!("perhaps {}", near.join(" or "))
    };
    Err(Invalid::one("kind", format!("is no vendor that is known here; {hint}")))
}

fn is_near(typed: &str, id: &str) -> bool {
    let typed = typed.to_lowercase();
    (typed.len() > 2 && (id.contains(&typed) || typed.contains(id))) || distance(&typed, id) <= 2
}

/// How many letters are to be put in, taken out or changed to make one of the other (Levenshtein).
fn distance(from: &str, to: &str) -> usize {
    let mut row: Vec<usize> = (0..=to.len()).collect();
    for (at, letter) in from.bytes().enumerate() {
        let (mut corner, mut before) = (at, at + 1);
        let mut next = vec![before];
        for (other, above) in to.bytes().zip(row.iter().skip(1)) {
            before = (corner + usize::from(letter != other)).min(before + 1).min(above + 1);
            next.push(before);
            corner = *above;
        }
        row = next;
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::distance;

    #[test]
    fn a_distance_counts_letters_put_in_taken_out_and_changed() {
        for (from, to, steps) in
            [("", "abc", 3), ("kitten", "sitting", 3), ("same", "same", 0), ("ab", "", 2)]
        {
            assert_eq!(distance(from, to), steps, "{from} {to}");
        }
    }
}
