//! Tokens of Google's: a service account signs who it is (a JWT, RFC 7519, with RS256 of RFC 7518), and is given a
//! token for it (RFC 7523). <https://developers.google.com/identity/protocols/oauth2/service-account>
//!
//! Signed with ring, which TLS brings along. Weighed: `jsonwebtoken` and `rsa`, neither in the tree; the latter is not
//! safe from measuring its time (RUSTSEC-2023-0071).

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use domain::providers::GoogleAccount;
use domain::upstream::UpstreamUrl;
use ring::rand::SystemRandom;
use ring::signature::{RSA_PKCS1_SHA256, RsaKeyPair};
use serde_json::{Value, json};
use std::fmt;

/// What tokens are for.
const SCOPE: &str = "https://www.googleapis.com/auth/cloud-platform";
/// The longest that Google takes, in seconds.
const HOLDS_S: i64 = 3_600;
/// A token of which nothing is said, and the longest that is believed, in seconds.
const USUAL_S: u64 = 3_600;
const LONGEST_S: u64 = 43_200;
/// Of what Google says of an error.
const LONGEST_REASON: usize = 200;

/// A service account that can sign.
pub struct Signer {
    email: String,
    key_id: Option<String>,
    key: RsaKeyPair,
    token_uri: UpstreamUrl,
}

/// What calls are made with for a while.
#[derive(Clone, PartialEq, Eq)]
pub struct Token {
    pub secret: String,
    /// From when it was given, in seconds.
    pub lasts_s: u64,
}

impl Signer {
    /// An error says what is wrong with the key.
    pub fn new(account: &GoogleAccount) -> Result<Self, &'static str> {
        let key = pem(&account.private_key).ok_or("expected a `private_key` in PEM")?;
        let key = RsaKeyPair::from_pkcs8(&key);
        Ok(Self {
            email: account.email.clone(),
            key_id: account.key_id.clone(),
            key: key.map_err(|_| "expected a `private_key` of RSA with 2,048 to 4,096 bits")?,
            token_uri: account.token_uri.clone(),
        })
    }

    /// Whose it is.
    #[must_use]
    pub fn email(&self) -> &str {
        &self.email
    }

    /// Where tokens are given.
    #[must_use]
    pub fn token_uri(&self) -> &UpstreamUrl {
        &self.token_uri
    }

    /// The body to post there, `application/x-www-form-urlencoded`; good for an hour from `now_s`, in Unix seconds.
    pub fn request(&self, now_s: i64) -> Result<String, &'static str> {
        let mut header = json!({ "alg": "RS256", "typ": "JWT" });
        if let (Some(header), Some(id)) = (header.as_object_mut(), &self.key_id) {
            header.insert("kid".to_owned(), Value::from(id.as_str()));
        }
        let claims = json!({
            "iss": self.email,
            "scope": SCOPE,
            "aud": self.token_uri.to_string(),
            "iat": now_s,
            "exp": now_s.saturating_add(HOLDS_S),
        });
        let encoded = |part: Value| URL_SAFE_NO_PAD.encode(part.to_string());
        let text = format!("{}.{}", encoded(header), encoded(claims));
        let mut signature = vec![0; self.key.public().modulus_len()];
        let signed = self.key.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), text.as_bytes(), &mut signature);
        signed.map_err(|_| "the key does not sign")?;
        let assertion = format!("{text}.{}", URL_SAFE_NO_PAD.encode(signature));
        Ok(format!("grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer&assertion={assertion}"))
    }
}

/// What was answered to the request; an error says why there is no token, without secrets.
pub fn read_token(status: u16, body: &[u8]) -> Result<Token, String> {
    let body: Value = serde_json::from_slice(body).unwrap_or_default();
    if !(200..300).contains(&status) {
        let said = |name: &str| body.get(name).and_then(Value::as_str);
        let reason = said("error_description").or_else(|| said("error"));
        let reason: String = reason.unwrap_or("no reason was given").chars().take(LONGEST_REASON).collect();
        return Err(format!("no token was given, status {status}: {reason}"));
    }
    let secret = body.get("access_token").and_then(Value::as_str).filter(|secret| is_token(secret));
    let secret = secret.ok_or("no token was given, but status 200")?.to_owned();
    let lasts_s = body.get("expires_in").and_then(Value::as_u64).unwrap_or(USUAL_S).min(LONGEST_S);
    Ok(Token { secret, lasts_s })
}

fn is_token(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_graphic())
}

/// The bytes between the lines of PEM (RFC 7468).
fn pem(text: &str) -> Option<Vec<u8>> {
    let inner = text.trim().strip_prefix("-----BEGIN PRIVATE KEY-----")?;
    let inner = inner.split("-----END PRIVATE KEY-----").next()?;
    let inner: String = inner.split_whitespace().collect();
    STANDARD.decode(inner).ok()
}

impl fmt::Debug for Signer {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Signer").field("email", &self.email).finish_non_exhaustive()
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Token").field("lasts_s", &self.lasts_s).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ring::signature::{RSA_PKCS1_2048_8192_SHA256, UnparsedPublicKey};

    const ACCOUNT: &str = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/google/account.json"));

    #[test]
    fn an_account_signs_who_it_is() {
        let signer = Signer::new(&GoogleAccount::parse(ACCOUNT).unwrap()).unwrap();
        let body = signer.request(1_772_323_199).unwrap();
        let jwt = body.split("assertion=").nth(1).unwrap();
        let parts: Vec<&str> = jwt.split('.').collect();
        let read =
            |part: &str| serde_json::from_slice::<Value>(&URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap();
        assert_eq!(read(parts[0]), json!({ "alg": "RS256", "typ": "JWT", "kid": "key-1" }));
        assert_eq!(
            read(parts[1]),
            json!({
                "iss": "gateway@example.iam.gserviceaccount.com",
                "scope": "https://www.googleapis.com/auth/cloud-platform",
                "aud": "https://oauth2.googleapis.com/token",
                "iat": 1_772_323_199,
                "exp": 1_772_326_799,
            })
        );
        let public = UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, signer.key.public().as_ref());
        let signature = URL_SAFE_NO_PAD.decode(parts[2]).unwrap();
        let signed = format!("{}.{}", parts[0], parts[1]);
        public.verify(signed.as_bytes(), &signature).unwrap();
        assert!(public.verify(format!("{signed}x").as_bytes(), &signature).is_err());
        // RS256 gives the same to the same: made with OpenSSL
        let expected = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/google/signature.txt"));
        assert_eq!(parts[2], expected.trim());
    }

    #[test]
    fn a_key_that_is_none_says_so() {
        let account = GoogleAccount::parse(ACCOUNT).unwrap();
        let with = |private_key: &str| {
            Signer::new(&GoogleAccount { private_key: private_key.to_owned(), ..account.clone() }).err()
        };
        let framed =
            |inner: &str| format!("-----BEGIN PRIVATE KEY-----\n{inner}\n-----END PRIVATE KEY-----\n");
        assert!(with(&framed("!!")).unwrap().contains("PEM"));
        assert!(with(&framed("AAAA")).unwrap().contains("RSA"));
        assert!(!format!("{:?}", Signer::new(&account).unwrap()).contains("BEGIN"));
    }

    #[test]
    fn a_token_is_read_or_the_reason_why_there_is_none() {
        let read = |status, body: Value| read_token(status, body.to_string().as_bytes());
        let given = json!({ "access_token": "ya29.x", "expires_in": 3599, "token_type": "Bearer" });
        assert_eq!(read(200, given), Ok(Token { secret: "ya29.x".to_owned(), lasts_s: 3_599 }));
        assert_eq!(read(200, json!({ "access_token": "t" })).unwrap().lasts_s, 3_600);
        assert_eq!(
            read(200, json!({ "access_token": "t", "expires_in": u64::MAX })).unwrap().lasts_s,
            43_200
        );
        for body in [json!({}), json!({ "access_token": "" }), json!({ "access_token": "a\r\nb: c" })] {
            assert!(read(200, body).is_err());
        }
        let refused = json!({ "error": "invalid_grant", "error_description": "Invalid JWT Signature." });
        assert_eq!(read(400, refused).unwrap_err(), "no token was given, status 400: Invalid JWT Signature.");
        assert!(read_token(502, b"<html>").unwrap_err().contains("status 502"));
    }
}
