//! Google's tokens: a service account signs who it is, and is given a token that opens what is below `/v1/projects/`.

use super::body::{self, Body};
use super::refusal::Refusal;
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use http::{Response, StatusCode};
use ring::signature::{KeyPair as _, RSA_PKCS1_2048_8192_SHA256, RsaKeyPair, UnparsedPublicKey};
use serde_json::{Value, json};
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// Of every account here; made for this, and known to everybody.
const KEY: &str = include_str!("account.pem");
const KEY_ID: &str = "sim-key";
const SCOPE: &str = "https://www.googleapis.com/auth/cloud-platform";
/// How long tokens last, in seconds: all of them, and those of `brief`.
const LASTS_S: i64 = 3_599;
const BRIEF_S: i64 = 120;
/// How long `slow` waits for one.
const SLOW: Duration = Duration::from_millis(300);

/// The tokens that were given, with the time at which each ends, in Unix seconds.
#[derive(Default)]
pub(super) struct Tokens(Mutex<HashMap<String, i64>>);

/// A service account in JSON, as Google gives it. See the table of `vendor` for what names mean.
pub(super) fn account(name: &str, vendor: &str) -> String {
    let account = json!({
        "type": "service_account",
        "project_id": "sim",
        "private_key_id": KEY_ID,
        "private_key": KEY,
        "client_email": email(name),
        "token_uri": format!("{vendor}/token"),
    });
    account.to_string()
}

fn email(name: &str) -> String {
    format!("{name}@sim.iam.gserviceaccount.com")
}

impl Tokens {
    /// What is answered to a request for a token; `vendor` is the address that it was sent to.
    pub async fn give(&self, body: &[u8], vendor: &str, now_s: i64) -> Response<Body> {
        match self.checked(body, vendor, now_s) {
            Ok(name) if name == "down" => refusal(503, "backend_error", "try again later"),
            Ok(name) => {
                if name == "slow" {
                    tokio::time::sleep(SLOW).await;
                }
                let lasts = if name == "brief" { BRIEF_S } else { LASTS_S };
                let mut given = self.0.lock().unwrap_or_else(PoisonError::into_inner);
                let token = format!("ya29.{name}-{}", given.len() + 1);
                given.insert(token.clone(), now_s + lasts);
                body::json(&json!({ "access_token": token, "expires_in": lasts, "token_type": "Bearer" }))
            }
            Err(reason) => refusal(400, "invalid_grant", &reason),
        }
    }

    /// The name of the account that signed.
    fn checked(&self, body: &[u8], vendor: &str, now_s: i64) -> Result<String, String> {
        let form = std::str::from_utf8(body).map_err(|_| "the form is not UTF-8")?;
        let field = |name: &str| form.split('&').find_map(|field| field.strip_prefix(name));
        if field("grant_type=") != Some("urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer") {
            return Err("unsupported grant_type".to_owned());
        }
        let assertion = field("assertion=").ok_or("assertion is missing")?;
        let (signed, signature) = assertion.rsplit_once('.').ok_or("the assertion is no JWT")?;
        let (header, claims) = signed.split_once('.').ok_or("the assertion is no JWT")?;
        let header = part(header)?;
        if (header.get("alg"), header.get("kid")) != (Some(&json!("RS256")), Some(&json!(KEY_ID))) {
            return Err("the header is not that of the account's key".to_owned());
        }
        let signature = URL_SAFE_NO_PAD.decode(signature).map_err(|_| "the signature is not base64url")?;
        verify(signed, &signature)?;
        let claims = part(claims)?;
        let text = |name: &str| claims.get(name).and_then(Value::as_str);
        let number =
            |name: &str| claims.get(name).and_then(Value::as_i64).ok_or_else(|| format!("{name} is missing"));
        let (issued, ends) = (number("iat")?, number("exp")?);
        if text("aud") != Some(format!("{vendor}/token").as_str()) || text("scope") != Some(SCOPE) {
            return Err("it is for others, or for something else".to_owned());
        }
        if ends <= now_s || issued > now_s + 60 || ends - issued > 3_600 {
            return Err("it does not hold at the moment".to_owned());
        }
        let name = text("iss").and_then(|email| email.split_once('@')).map(|(name, _)| name);
        let name = name.ok_or("iss is missing")?;
        if name.starts_with("bad") { Err("account not found".to_owned()) } else { Ok(name.to_owned()) }
    }

    /// Refuses a token that was not given here, or has ended.
    pub fn check(&self, token: Option<&str>, now_s: i64) -> Result<(), Refusal> {
        let given = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let ends = token.and_then(|token| given.get(token));
        if ends.is_some_and(|ends| now_s < *ends) {
            Ok(())
        } else {
            Err(Refusal::new(401, "the request had invalid authentication credentials"))
        }
    }

    /// Takes all tokens back.
    pub fn revoke(&self) {
        // as if all had ended: their number goes on
        let mut given = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        given.values_mut().for_each(|ends| *ends = 0);
    }
}

fn part(text: &str) -> Result<Value, String> {
    let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| "a part of the assertion is not base64url")?;
    serde_json::from_slice(&bytes).map_err(|_| "a part of the assertion is not JSON".to_owned())
}

fn verify(signed: &str, signature: &[u8]) -> Result<(), String> {
    let inner: String = KEY.lines().filter(|line| !line.starts_with("-----")).collect();
    let der = STANDARD.decode(inner).map_err(|_| "the key here is no PEM")?;
    let pair = RsaKeyPair::from_pkcs8(&der).map_err(|_| "the key here is none")?;
    let public = UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, pair.public_key().as_ref());
    public.verify(signed.as_bytes(), signature).map_err(|_| "Invalid JWT Signature.".to_owned())
}

fn refusal(status: u16, error: &str, description: &str) -> Response<Body> {
    let mut response = body::json(&json!({ "error": error, "error_description": description }));
    *response.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_REQUEST);
    response
}
