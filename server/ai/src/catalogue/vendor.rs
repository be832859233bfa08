//! Who is asked, and how: vendors as data.

use super::words::{Quirk, Word};
use crate::dialect::VendorDialect;
use crate::json::{Invalid, Item, Object};
use std::collections::BTreeSet;

const VENDORS: &str = include_str!("../../catalogue/vendors.json");

/// Somebody who serves models.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Vendor {
    pub id: String,
    /// As it is shown.
    pub name: String,
    pub dialect: VendorDialect,
    /// Models that are spoken to in another dialect.
    pub also: Vec<Speaks>,
    /// What the paths of the dialect are appended to: `/chat/completions` (OpenAI, Mistral), `/messages` (Anthropic),
    /// `/models/{model}:generateContent` (Gemini), `/model/{model}/converse` (Bedrock), `/chat` (Cohere, Ollama).
    /// `{region}` stands for what was said in the field of that name, `{region-}` for that and a hyphen, or for nothing
    /// when it is `global`: so Google calls its hosts. See [`Self::url`].
    pub base_url: String,
    pub key: KeyIn,
    /// A page of the vendor.
    pub docs: String,
    pub quirks: BTreeSet<Quirk>,
    /// What is asked besides the key.
    pub fields: Vec<Field>,
}

/// Models whose names begin so are spoken to in that dialect.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Speaks {
    pub prefix: String,
    pub dialect: VendorDialect,
    /// In place of [`Vendor::base_url`].
    pub base_url: String,
}

/// Where the key goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyIn {
    /// `authorization: Bearer`
    Bearer,
    /// `x-api-key`
    XApiKey,
    /// `api-key`
    ApiKey,
    /// `x-goog-api-key`
    XGoogApiKey,
    /// A signature with an access key of AWS.
    Sigv4,
    /// A bearer token fetched with a service account of Google.
    ServiceAccount,
    /// No key.
    None,
}

/// A field of the form that connects to a vendor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    pub name: String,
    pub label: String,
    pub required: bool,
    pub example: String,
}

impl Word for KeyIn {
    const ALL: &'static [(Self, &'static str)] = &[
        (Self::Bearer, "bearer"),
        (Self::XApiKey, "x-api-key"),
        (Self::ApiKey, "api-key"),
        (Self::XGoogApiKey, "x-goog-api-key"),
        (Self::Sigv4, "sigv4"),
        (Self::ServiceAccount, "service-account"),
        (Self::None, "none"),
    ];
}

impl Vendor {
    /// The dialect and the base of the URL that a model is asked with.
    #[must_use]
    pub fn speaks(&self, model: &str) -> (VendorDialect, &str) {
        let also = self.also.iter().find(|also| model.starts_with(&also.prefix));
        also.map_or((self.dialect, &self.base_url), |also| (also.dialect, &also.base_url))
    }

    /// The base of the URL that a model is asked with, filled in with what was said in the form. An error is the field
    /// that is missing, or that holds what cannot be a part of a name of a host: only letters, digits, `.`, `-` and `_`
    /// may stand there, so that nobody is sent to another host by it. A URL that is all in one field is taken as it is;
    /// whether it may be called is for the guard of outbound calls to say.
    pub fn url<'s>(&self, model: &str, said: impl Fn(&str) -> Option<&'s str>) -> Result<String, &str> {
        let (_, base) = self.speaks(model);
        let mut parts = base.split('{');
        let mut url = parts.next().unwrap_or_default().to_owned();
        for part in parts {
            let (place, after) = part.split_once('}').unwrap_or((part, ""));
            let name = place.trim_end_matches('-');
            let value = said(name).filter(|value| !value.is_empty()).ok_or(name)?;
            let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_');
            if url.is_empty() && after.is_empty() {
                return Ok(value.trim_end_matches('/').to_owned());
            }
            if !value.bytes().all(plain) {
                return Err(name);
            }
            match (place == name, value) {
                (true, _) => url.push_str(value),
                (false, "global") => {}
                (false, _) => url.extend([value, "-"]),
            }
            url.push_str(after);
        }
        Ok(url)
    }

    #[must_use]
    pub fn has(&self, quirk: Quirk) -> bool {
        self.quirks.contains(&quirk)
    }
}

/// The vendors that come with the gateway, in the order of their ids.
pub fn vendors() -> Result<Vec<Vendor>, Invalid> {
    parse_vendors(VENDORS)
}

/// Reads a list of vendors in JSON. Strict: an unknown field, an unknown word, a placeholder without its field or a
/// second vendor of the same id is an error.
pub fn parse_vendors(text: &str) -> Result<Vec<Vendor>, Invalid> {
    let document =
        serde_json::from_str(text).map_err(|error| Invalid::new("", format!("expected JSON: {error}")))?;
    let mut vendors: Vec<Vendor> = Vec::new();
    for item in Item::root(document).list()? {
        let at = item.at.clone();
        let vendor = read(item.object()?)?;
        if vendors.iter().any(|other| other.id == vendor.id) {
            return Err(Invalid::new(
                format!("{at}.id"),
                format!("expected each id once, not {:?} again", vendor.id),
            ));
        }
        vendors.push(vendor);
    }
    Ok(vendors)
}

fn read(mut vendor: Object) -> Result<Vendor, Invalid> {
    let at = vendor.at("base_url");
    let read = Vendor {
        id: vendor.need("id")?.text()?,
        name: vendor.need("name")?.text()?,
        dialect: word(&mut vendor, "dialect")?,
        also: list(&mut vendor, "also", speaks)?,
        base_url: vendor.need("base_url")?.text()?,
        key: word(&mut vendor, "key")?,
        docs: vendor.need("docs")?.text()?,
        quirks: list(&mut vendor, "quirks", quirk)?.into_iter().collect(),
        fields: list(&mut vendor, "fields", field)?,
    };
    rest(vendor)?;
    let urls = std::iter::once(&read.base_url).chain(read.also.iter().map(|also| &also.base_url));
    for name in urls.flat_map(|url| placeholders(url)) {
        if !read.fields.iter().any(|field| field.name == name && field.required) {
            return Err(Invalid::new(at, format!("expected a required field {name:?}")));
        }
    }
    Ok(read)
}

fn speaks(item: Item) -> Result<Speaks, Invalid> {
    let mut speaks = item.object()?;
    let read = Speaks {
        prefix: speaks.need("prefix")?.text()?,
        dialect: word(&mut speaks, "dialect")?,
        base_url: speaks.need("base_url")?.text()?,
    };
    rest(speaks)?;
    Ok(read)
}

fn field(item: Item) -> Result<Field, Invalid> {
    let mut field = item.object()?;
    let read = Field {
        name: field.need("name")?.text()?,
        label: field.need("label")?.text()?,
        required: field.flag("required")?.unwrap_or_default(),
        example: field.need("example")?.text()?,
    };
    rest(field)?;
    Ok(read)
}

fn quirk(item: Item) -> Result<Quirk, Invalid> {
    let at = item.at.clone();
    Quirk::read(&item.text()?).ok_or_else(|| Invalid::new(at, Quirk::expected()))
}

fn word<W: Word>(object: &mut Object, field: &str) -> Result<W, Invalid> {
    let at = object.at(field);
    W::read(&object.need(field)?.text()?).ok_or_else(|| Invalid::new(at, W::expected()))
}

fn list<T>(
    object: &mut Object,
    field: &str,
    read: fn(Item) -> Result<T, Invalid>,
) -> Result<Vec<T>, Invalid> {
    object.list(field)?.into_iter().map(read).collect()
}

fn rest(object: Object) -> Result<(), Invalid> {
    let at = object.place().to_owned();
    match object.rest().keys().next() {
        Some(field) => Err(Invalid::new(at, format!("expected no field {field:?}"))),
        None => Ok(()),
    }
}

/// The names in braces.
fn placeholders(url: &str) -> impl Iterator<Item = &str> {
    url.split('{').skip(1).filter_map(|part| part.split_once('}')).map(|(name, _)| name.trim_end_matches('-'))
}

#[cfg(test)]
mod tests;
