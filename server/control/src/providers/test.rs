//! A real call to a vendor, to see whether a connection works. Nothing of the answer is given back but its status and
//! the message of an error, without secrets.

use super::{deed, open, vendors};
use crate::actor::Actor;
use crate::audit::{self, By, NOTHING};
use crate::error::{Error, Result};
use crate::outbound::Answer;
use crate::services::Control;
use domain::ids::{ProviderId, ProviderKeyId};
use domain::providers::{KeyForm, Provider, ProviderKey, ProviderTest, TestProvider};
use domain::roles::Permission;
use domain::upstream::UpstreamUrl;
use serde::Serialize;
use serde_json::Value;
use std::time::Duration;
use store::Conn;
use url::Url;

const PATIENCE: Duration = Duration::from_secs(10);
/// Bytes of an answer that are looked at: a longer one is no error's.
const MOST: usize = 64 << 10;
/// Characters of an error.
const LONGEST: usize = 300;
/// What is asked for where the vendor's form names nothing.
const PATH: &str = "/models";
/// <https://platform.claude.com/docs/en/api/versioning>
const ANTHROPIC_VERSION: &str = "2023-06-01";

/// As it is written down.
#[derive(Serialize)]
struct Tested<'a> {
    key: Option<&'a ProviderKeyId>,
    #[serde(flatten)]
    test: &'a ProviderTest,
}

/// Calls the vendor with a key: with the named one in any case, else with the first that is enabled and has not
/// expired; without one, where the provider has none.
pub async fn test(
    control: &Control,
    actor: &Actor,
    id: &ProviderId,
    input: TestProvider,
) -> Result<ProviderTest> {
    actor.require(Permission::ProvidersManage)?;
    let mut conn = control.store().read().await?;
    let provider = open(&mut conn, id).await?;
    let key = pick(control, &provider, input.key.as_ref())?;
    let secret = match key {
        Some(key) => Some(unseal(control, &mut conn, key).await?),
        None => None,
    };
    // a vendor may take its time
    drop(conn);
    let test = call(control, &provider, secret.as_deref()).await;
    let mut tx = control.store().begin().await?;
    let tested = Tested { key: key.map(|key| &key.id), test: &test };
    let deed = deed("providers.test", &provider);
    audit::write(control, &mut tx, By::Actor(actor), deed, NOTHING, Some(&tested)).await?;
    control.commit(tx).await?;
    Ok(test)
}

fn pick<'p>(
    control: &Control,
    provider: &'p Provider,
    named: Option<&ProviderKeyId>,
) -> Result<Option<&'p ProviderKey>> {
    if let Some(id) = named {
        let key = provider.keys.iter().find(|key| key.id == *id);
        return key.map(Some).ok_or_else(|| Error::not_found("key"));
    }
    let now = control.now();
    Ok(provider.keys.iter().find(|key| key.is_usable(now)))
}

async fn unseal(control: &Control, conn: &mut Conn, key: &ProviderKey) -> Result<String> {
    let sealed = store::providers::keys::secret(conn, &key.id).await?;
    let sealed = sealed.ok_or_else(|| Error::not_found("key"))?;
    let secret = control.provider_secrets().open(&key.id, &sealed);
    secret.ok_or_else(|| Error::Internal(format!("the secret of {} does not open", key.id)))
}

fn wrong(error: impl Into<String>) -> ProviderTest {
    ProviderTest { error: Some(error.into()), ..ProviderTest::default() }
}

async fn call(control: &Control, provider: &Provider, secret: Option<&str>) -> ProviderTest {
    if secret.is_none() && !provider.keys.is_empty() {
        return wrong("none of its keys is enabled and has not expired");
    }
    let (url, fields) = match request(control, provider, secret) {
        Ok(request) => request,
        Err(error) => return wrong(error),
    };
    match control.outbound().get(&url, &fields, PATIENCE, MOST).await {
        Ok(answer) => judge(&answer, secret),
        Err(error) => wrong(error),
    }
}

type Fields = Vec<(&'static str, String)>;

/// The address and the fields of the call; an error says why there is none.
fn request(control: &Control, provider: &Provider, secret: Option<&str>) -> Result<(Url, Fields), String> {
    let known = vendors::form(control, &provider.kind);
    let form = known.map_err(|_| format!("{:?} is no vendor that is known here", provider.kind))?;
    let address = form.address(provider.base_url.as_ref(), &provider.settings);
    let address = address.map_err(|invalid| Error::from(invalid).to_string())?;
    let fields = fields(form.key, secret)?;
    let url = at(&address, form.test_path.as_deref().unwrap_or(PATH));
    Ok((url.ok_or("what is to be asked for is no address")?, fields))
}

fn at(address: &UpstreamUrl, path: &str) -> Option<Url> {
    let base = address.url().as_str().trim_end_matches('/');
    Url::parse(&format!("{base}/{}", path.trim_start_matches('/'))).ok()
}

/// The key, if there is one, as the vendor wants it.
fn fields(form: KeyForm, secret: Option<&str>) -> Result<Fields, String> {
    let given = |name, before: &str| secret.map(|secret| (name, format!("{before}{secret}")));
    let key = match form {
        KeyForm::Bearer => given("authorization", "Bearer "),
        KeyForm::XApiKey => given("x-api-key", ""),
        KeyForm::ApiKey => given("api-key", ""),
        KeyForm::XGoogApiKey => given("x-goog-api-key", ""),
        KeyForm::None => None,
        KeyForm::Sigv4 => return Err("cannot be tested yet: its calls are signed".to_owned()),
        KeyForm::ServiceAccount => {
            return Err("cannot be tested yet: its calls take a token that is fetched before".to_owned());
        }
    };
    let version = ("anthropic-version", ANTHROPIC_VERSION.to_owned());
    Ok(key.into_iter().chain((form == KeyForm::XApiKey).then_some(version)).collect())
}

fn judge(answer: &Answer, secret: Option<&str>) -> ProviderTest {
    let ok = (200..300).contains(&answer.status);
    let error = match answer.status {
        _ if ok => None,
        300..400 => Some("answered with a redirect, which no key follows".to_owned()),
        status => Some(match message(&answer.body) {
            Some(said) => short(&format!("answered with status {status}: {}", without(secret, &said))),
            None => format!("answered with status {status}"),
        }),
    };
    let latency_ms = u64::try_from(answer.took.as_millis()).unwrap_or(u64::MAX);
    ProviderTest { ok, latency_ms, status: Some(answer.status), error }
}

/// What a vendor's error says. Anything but an error in JSON stays untold: who may type addresses shall not read pages
/// by it.
fn message(body: &str) -> Option<String> {
    let body: Value = serde_json::from_str(body).ok()?;
    let places = ["/error/message", "/error", "/message", "/detail", "/0/error/message"];
    places.iter().find_map(|place| body.pointer(place)?.as_str().map(str::to_owned))
}

/// Takes a secret out of a text, before anything of that is cut: no part of it stays.
fn without(secret: Option<&str>, text: &str) -> String {
    match secret {
        Some(secret) if !secret.is_empty() => text.replace(secret, "[secret]"),
        _ => text.to_owned(),
    }
}

/// One line of a bounded length.
fn short(text: &str) -> String {
    text.chars().map(|letter| if letter.is_control() { ' ' } else { letter }).take(LONGEST).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_is_short_and_without_secrets() {
        for (body, said) in [
            (r#"{"error":{"message":"wrong key sk-1"}}"#, Some("wrong key sk-1")),
            (r#"{"error":"no"}"#, Some("no")),
            (r#"{"message":"no"}"#, Some("no")),
            (r#"{"detail":"no"}"#, Some("no")),
            (r#"[{"error":{"message":"no"}}]"#, Some("no")),
            (r#"{"private":"page"}"#, None),
            ("<html>a page</html>", None),
        ] {
            assert_eq!(message(body).as_deref(), said, "{body}");
        }
        let at_the_end = format!("{}\nsk-123456789", "x".repeat(270));
        let body = serde_json::json!({ "message": at_the_end }).to_string();
        let test = judge(&Answer { status: 401, body, took: Duration::ZERO }, Some("sk-123456789"));
        let said = test.error.unwrap();
        assert_eq!((said.chars().count(), said.contains("sk-"), said.contains('\n')), (300, false, false));
    }

    #[test]
    fn a_key_is_given_as_the_vendor_wants_it() {
        for (form, expected) in [
            (KeyForm::Bearer, &["authorization: Bearer k"][..]),
            (KeyForm::XApiKey, &["x-api-key: k", "anthropic-version: 2023-06-01"]),
            (KeyForm::ApiKey, &["api-key: k"]),
            (KeyForm::XGoogApiKey, &["x-goog-api-key: k"]),
            (KeyForm::None, &[]),
        ] {
            let fields = fields(form, Some("k")).unwrap();
            let fields: Vec<String> =
                fields.into_iter().map(|(name, value)| format!("{name}: {value}")).collect();
            assert_eq!(fields, expected, "{form}");
        }
        for form in [KeyForm::Sigv4, KeyForm::ServiceAccount] {
            assert!(fields(form, Some("k")).unwrap_err().contains("cannot be tested yet"));
        }
    }

    #[test]
    fn the_path_stands_after_the_base() {
        for base in ["https://example.com/v1", "https://example.com/v1/"] {
            let base = base.parse().unwrap();
            assert_eq!(
                at(&base, "/models?limit=1").unwrap().as_str(),
                "https://example.com/v1/models?limit=1"
            );
        }
    }
}
