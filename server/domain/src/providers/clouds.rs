//! Keys of clouds, which are more than one word: read here, once, for who checks them and for who signs with them.

use crate::upstream::UpstreamUrl;
use serde_json::{Map, Value};
use std::fmt;

/// Where Google gives tokens, unless an account says otherwise.
const GOOGLE_TOKENS: &str = "https://oauth2.googleapis.com/token";

const EXPECTED_AMAZON: &str = "expected `access key:secret key`, with `:session token` behind it where there is one, \
     the same in JSON as access_key_id, secret_access_key and session_token, or an API key of Bedrock";

/// A key of Amazon's.
#[derive(Clone, PartialEq, Eq)]
pub enum AmazonKey {
    /// Signs each request.
    Access {
        id: String,
        secret: String,
        /// Of keys that hold for hours.
        session: Option<String>,
    },
    /// An API key of Bedrock, shown as it is.
    Bearer(String),
}

/// A service account of Google's.
#[derive(Clone, PartialEq, Eq)]
pub struct GoogleAccount {
    pub email: String,
    /// The key's id at Google.
    pub key_id: Option<String>,
    /// PKCS #8 in PEM.
    pub private_key: String,
    /// Who exchanges what the account signs for a token.
    pub token_uri: UpstreamUrl,
}

impl AmazonKey {
    /// `access:secret`, `access:secret:session`, an object in JSON with the names of Amazon's files or of its API, or
    /// an API key. An error says what was expected.
    pub fn parse(text: &str) -> Result<Self, &'static str> {
        let key = match serde_json::from_str::<Map<String, Value>>(text) {
            Ok(object) => Self::of_object(&object),
            Err(_) if text.starts_with('{') => None,
            Err(_) => Self::of_line(text),
        };
        key.filter(Self::is_sendable).ok_or(EXPECTED_AMAZON)
    }

    fn of_line(text: &str) -> Option<Self> {
        let parts: Vec<&str> = text.split(':').collect();
        match parts.as_slice() {
            [bearer] => Some(Self::Bearer((*bearer).to_owned())),
            [id, secret] => Some(Self::access(id, secret, None)),
            [id, secret, session] => Some(Self::access(id, secret, Some(session))),
            _ => None,
        }
    }

    fn of_object(object: &Map<String, Value>) -> Option<Self> {
        let said = |names: [&str; 2]| names.iter().find_map(|name| object.get(*name)?.as_str());
        let id = said(["access_key_id", "AccessKeyId"])?;
        let secret = said(["secret_access_key", "SecretAccessKey"])?;
        Some(Self::access(id, secret, said(["session_token", "SessionToken"])))
    }

    fn access(id: &str, secret: &str, session: Option<&str>) -> Self {
        let session = session.filter(|session| !session.is_empty());
        Self::Access { id: id.to_owned(), secret: secret.to_owned(), session: session.map(str::to_owned) }
    }

    /// Whether a field of a head may hold each part.
    fn is_sendable(&self) -> bool {
        let plain = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_graphic());
        match self {
            Self::Access { id, secret, session } => {
                // these part what a signature says of the key
                let named = plain(id) && !id.contains(['/', ',']);
                named && plain(secret) && session.as_deref().is_none_or(plain)
            }
            Self::Bearer(key) => plain(key),
        }
    }
}

impl GoogleAccount {
    /// The file that Google gives. An error says what was expected.
    pub fn parse(text: &str) -> Result<Self, &'static str> {
        let object: Map<String, Value> =
            serde_json::from_str(text).map_err(|_| "expected a service account in JSON")?;
        let said = |name: &str| object.get(name).and_then(Value::as_str).filter(|text| !text.is_empty());
        if said("type").is_some_and(|kind| kind != "service_account") {
            return Err("expected a service account: its `type` is another");
        }
        let email = said("client_email").ok_or("expected a service account with `client_email`")?;
        let private_key = said("private_key").ok_or("expected a service account with `private_key`")?;
        if !private_key.trim_start().starts_with("-----BEGIN PRIVATE KEY-----") {
            return Err("expected a `private_key` that begins with -----BEGIN PRIVATE KEY-----");
        }
        let token_uri = said("token_uri").unwrap_or(GOOGLE_TOKENS).parse();
        Ok(Self {
            email: email.to_owned(),
            key_id: said("private_key_id").map(str::to_owned),
            private_key: private_key.to_owned(),
            token_uri: token_uri.map_err(|_| "expected a `token_uri` that is an address")?,
        })
    }
}

impl fmt::Debug for AmazonKey {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Access { id, .. } => out.debug_struct("Access").field("id", id).finish_non_exhaustive(),
            Self::Bearer(_) => out.write_str("Bearer(..)"),
        }
    }
}

impl fmt::Debug for GoogleAccount {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("GoogleAccount").field("email", &self.email).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn keys_of_amazon_come_in_three_forms() {
        let access = |session: Option<&str>| AmazonKey::Access {
            id: "AKIA1".to_owned(),
            secret: "s/e+c".to_owned(),
            session: session.map(str::to_owned),
        };
        let json = json!({ "AccessKeyId": "AKIA1", "SecretAccessKey": "s/e+c", "SessionToken": "t" });
        let ours = json!({ "access_key_id": "AKIA1", "secret_access_key": "s/e+c" });
        for (text, key) in [
            ("AKIA1:s/e+c", access(None)),
            ("AKIA1:s/e+c:t==", access(Some("t=="))),
            (&json.to_string(), access(Some("t"))),
            (&ours.to_string(), access(None)),
            ("ABSKQmVkcm9jaw==", AmazonKey::Bearer("ABSKQmVkcm9jaw==".to_owned())),
        ] {
            assert_eq!(AmazonKey::parse(text), Ok(key), "{text}");
        }
        for wrong in
            ["", "AKIA1:", ":secret", "a:b:c:d", "two words", "{\"AccessKeyId\":\"A\"}", "{", "A/B:c"]
        {
            let error = AmazonKey::parse(wrong).unwrap_err();
            assert!(error.starts_with("expected `access key:secret key`"), "{wrong}");
        }
        assert!(!format!("{:?}", access(Some("t"))).contains("s/e+c"));
    }

    #[test]
    fn an_account_of_google_says_what_it_lacks() {
        let account = |change: Value| {
            let mut account = json!({
                "type": "service_account",
                "client_email": "gateway@project.iam.gserviceaccount.com",
                "private_key": "-----BEGIN PRIVATE KEY-----\nAA==\n-----END PRIVATE KEY-----\n",
                "private_key_id": "1",
            });
            account.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
            GoogleAccount::parse(&account.to_string())
        };
        let good = account(json!({})).unwrap();
        assert_eq!(good.token_uri.to_string(), GOOGLE_TOKENS);
        assert!(!format!("{good:?}").contains("BEGIN"));
        let own = account(json!({ "token_uri": "https://tokens.example.com/t" })).unwrap();
        assert_eq!(own.token_uri.to_string(), "https://tokens.example.com/t");
        for (change, part) in [
            (json!({ "type": "authorized_user" }), "`type`"),
            (json!({ "client_email": "" }), "`client_email`"),
            (json!({ "private_key": null }), "`private_key`"),
            (json!({ "private_key": "secret" }), "BEGIN PRIVATE KEY"),
            (json!({ "token_uri": "nowhere" }), "`token_uri`"),
        ] {
            assert!(account(change.clone()).unwrap_err().contains(part), "{change}");
        }
        assert!(GoogleAccount::parse("sk-1").unwrap_err().contains("in JSON"));
    }
}
