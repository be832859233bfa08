//! A real call to a vendor, to see whether a connection works. Nothing of the answer is given back but its status and
//! the message of an error, without secrets.

use super::clouds::{Asked, Exchange};
use super::{deed, open, vendors};
use crate::actor::Actor;
use crate::audit::{self, By, NOTHING};
use crate::error::{Error, Result};
use crate::outbound::{Answer, Field, Posted};
use crate::services::Control;
use domain::ids::{ProviderId, ProviderKeyId};
use domain::providers::{KeyForm, Provider, ProviderKey, ProviderTest, TestProvider, VendorForm};
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
/// A setting of Azure's.
const API_VERSION: &str = "api_version";
/// What counts tokens, which costs nothing, and what it is given to count.
const COUNTING: &str = ":countTokens";
const COUNTED: &str = r#"{"contents":[{"role":"user","parts":[{"text":"hi"}]}]}"#;
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
    match tried(control, provider, secret).await {
        Ok(test) => test,
        Err(error) => wrong(error),
    }
}

/// An error says why there was no answer.
async fn tried(control: &Control, provider: &Provider, secret: Option<&str>) -> Result<ProviderTest, String> {
    let (form, url) = asked(control, provider)?;
    // what counts tokens is asked something to count
    let body = if url.path().ends_with(COUNTING) { COUNTED } else { "" };
    let key = match secret {
        Some(secret) => shown(control, provider, form.key, secret, (&url, body)).await?,
        None => Vec::new(),
    };
    let hidden = hidden(secret, &key);
    let version = ("anthropic-version", ANTHROPIC_VERSION.to_owned());
    let fields: Vec<Field> =
        key.into_iter().chain((form.key == KeyForm::XApiKey).then_some(version)).collect();
    let posted = Posted { content_type: "application/json", body: body.to_owned() };
    let posted = (!body.is_empty()).then_some(posted);
    let answer = control.outbound().ask(&url, &fields, posted, PATIENCE, MOST).await?;
    Ok(judge(&answer, &hidden))
}

/// The vendor's form, and what is asked for.
fn asked<'c>(control: &'c Control, provider: &Provider) -> Result<(&'c VendorForm, Url), String> {
    let known = vendors::form(control, &provider.kind);
    let form = known.map_err(|_| format!("{:?} is no vendor that is known here", provider.kind))?;
    let address = form.address(provider.base_url.as_ref(), &provider.settings);
    let address = address.map_err(|invalid| Error::from(invalid).to_string())?;
    let url = at(&address, form.test_path.as_deref().unwrap_or(PATH));
    let mut url = url.ok_or("what is to be asked for is no address")?;
    if let Some(version) = provider.settings.get(API_VERSION) {
        by_version(&mut url, version);
    }
    if let Some(host) = url.host_str().and_then(|host| host.strip_prefix("bedrock-runtime.")) {
        // models are listed by the other half of Bedrock
        let host = format!("bedrock.{host}");
        url.set_host(Some(&host)).map_err(|_| "what is to be asked for is no address")?;
    }
    Ok((form, url))
}

/// Azure's lists of models: with a date they stand at another address.
fn by_version(url: &mut Url, version: &str) {
    if version.starts_with(|first: char| first.is_ascii_digit())
        && let Some(base) = url.path().strip_suffix("/v1/models")
    {
        let path = format!("{base}/models");
        url.set_path(&path);
    }
    url.query_pairs_mut().append_pair("api-version", version);
}

fn at(address: &UpstreamUrl, path: &str) -> Option<Url> {
    let base = address.url().as_str().trim_end_matches('/');
    Url::parse(&format!("{base}/{}", path.trim_start_matches('/'))).ok()
}

/// The key as the vendor wants it.
async fn shown(
    control: &Control,
    provider: &Provider,
    form: KeyForm,
    secret: &str,
    (url, body): (&Url, &str),
) -> Result<Vec<Field>, String> {
    let clouds = || control.cloud_keys().ok_or("cannot be tested by this process");
    match form {
        KeyForm::Sigv4 => {
            let method = if body.is_empty() { "GET" } else { "POST" };
            let region = provider.settings.get("region").map(String::as_str);
            clouds()?.amazon(secret, &Asked { method, url, body, region, at: control.now() })
        }
        KeyForm::ServiceAccount => {
            let clouds = clouds()?;
            let Exchange { url, form } = clouds.exchange(secret, control.now())?;
            let posted = Posted { content_type: "application/x-www-form-urlencoded", body: form };
            let answer = control.outbound().ask(&url, &[], Some(posted), PATIENCE, MOST).await;
            let answer = answer.map_err(|error| format!("who gives tokens {error}"))?;
            let token = clouds.token(answer.status, &answer.body)?;
            Ok(vec![("authorization", format!("Bearer {token}"))])
        }
        form => Ok(plain(form, secret).into_iter().collect()),
    }
}

/// A key that is one word.
fn plain(form: KeyForm, secret: &str) -> Option<Field> {
    let (name, before) = match form {
        KeyForm::Bearer => ("authorization", "Bearer "),
        KeyForm::XApiKey => ("x-api-key", ""),
        KeyForm::ApiKey => ("api-key", ""),
        KeyForm::XGoogApiKey => ("x-goog-api-key", ""),
        KeyForm::None | KeyForm::Sigv4 | KeyForm::ServiceAccount => return None,
    };
    Some((name, format!("{before}{secret}")))
}

/// What must not be told: the secret, and what shows it.
fn hidden(secret: Option<&str>, key: &[Field]) -> Vec<String> {
    let shown = key.iter().map(|(_, value)| value.strip_prefix("Bearer ").unwrap_or(value));
    secret.into_iter().chain(shown).filter(|text| !text.is_empty()).map(str::to_owned).collect()
}

fn judge(answer: &Answer, hidden: &[String]) -> ProviderTest {
    let ok = (200..300).contains(&answer.status);
    let error = match answer.status {
        _ if ok => None,
        300..400 => Some("answered with a redirect, which no key follows".to_owned()),
        status => Some(match message(&answer.body) {
            Some(said) => short(&format!("answered with status {status}: {}", without(hidden, said))),
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

/// Takes secrets out of a text, before anything of that is cut: no part of them stays.
fn without(hidden: &[String], said: String) -> String {
    hidden.iter().fold(said, |said, secret| said.replace(secret, "[secret]"))
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
        let test = judge(&Answer { status: 401, body, took: Duration::ZERO }, &["sk-123456789".to_owned()]);
        let said = test.error.unwrap();
        assert_eq!((said.chars().count(), said.contains("sk-"), said.contains('\n')), (300, false, false));
    }

    #[test]
    fn a_key_is_given_as_the_vendor_wants_it() {
        for (form, expected) in [
            (KeyForm::Bearer, Some(("authorization", "Bearer k"))),
            (KeyForm::XApiKey, Some(("x-api-key", "k"))),
            (KeyForm::ApiKey, Some(("api-key", "k"))),
            (KeyForm::XGoogApiKey, Some(("x-goog-api-key", "k"))),
            (KeyForm::None, None),
        ] {
            let expected = expected.map(|(name, value)| (name, value.to_owned()));
            assert_eq!(plain(form, "k"), expected, "{form}");
        }
        let key = [("authorization", "Bearer t".to_owned()), ("x-amz-date", "d".to_owned())];
        assert_eq!(hidden(Some("k"), &key), ["k", "t", "d"]);
        assert_eq!(hidden(None, &[]), [""; 0]);
    }

    #[test]
    fn lists_of_azure_stand_where_the_version_says() {
        for (version, expected) in [
            ("2024-10-21", "https://a.example/openai/models?api-version=2024-10-21"),
            ("preview", "https://a.example/openai/v1/models?api-version=preview"),
        ] {
            let mut url = Url::parse("https://a.example/openai/v1/models").unwrap();
            by_version(&mut url, version);
            assert_eq!(url.as_str(), expected);
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
