//! What shows a key of Amazon's with a request, whichever kind of key it is.

use super::sigv4::{self, BEDROCK, Credentials, Request, Scope, body_hash};
use domain::providers::AmazonKey;

/// The region that requests are signed for where nobody says one.
const USUAL_REGION: &str = "us-east-1";

/// What is asked of Bedrock.
#[derive(Clone, Copy, Debug)]
pub struct Asked<'a> {
    pub method: &'a str,
    /// As in the `host` header.
    pub host: &'a str,
    /// As sent, with its query.
    pub target: &'a str,
    pub body: &'a [u8],
}

/// The headers to send with the request: names in small letters, with their values. `time` is in Unix seconds.
#[must_use]
pub fn authorize(
    key: &AmazonKey,
    asked: &Asked<'_>,
    region: Option<&str>,
    time: i64,
) -> Vec<(&'static str, String)> {
    match key {
        AmazonKey::Bearer(token) => vec![("authorization", format!("Bearer {token}"))],
        AmazonKey::Access { id, secret, session } => {
            let credentials =
                Credentials { access_key: id, secret_key: secret, session_token: session.as_deref() };
            let (path, query) = asked.target.split_once('?').unwrap_or((asked.target, ""));
            let request = Request {
                method: asked.method,
                host: asked.host,
                path,
                query,
                headers: &[],
                body_hash: &body_hash(asked.body),
            };
            let scope = Scope { region: region.unwrap_or(USUAL_REGION), service: BEDROCK, time };
            sigv4::sign(&request, &credentials, &scope)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(key: &str, target: &str) -> Vec<(&'static str, String)> {
        let key = AmazonKey::parse(key).unwrap();
        let asked = Asked { method: "POST", host: "h", target, body: b"{}" };
        authorize(&key, &asked, Some("eu-west-1"), 1_772_323_199)
    }

    #[test]
    fn an_access_key_signs_and_an_api_key_is_shown() {
        assert_eq!(shown("ABSK1", "/"), [("authorization", "Bearer ABSK1".to_owned())]);
        let signed = shown("AKIA1:secret:session", "/model/m/converse");
        let names: Vec<_> = signed.iter().map(|(name, _)| *name).collect();
        assert_eq!(names, ["x-amz-content-sha256", "x-amz-date", "x-amz-security-token", "authorization"]);
        let scope = "Credential=AKIA1/20260228/eu-west-1/bedrock/aws4_request";
        assert!(signed[3].1.contains(scope), "{signed:?}");
        // what is asked for is signed, its query too
        let other = |target| shown("AKIA1:secret", target).pop().unwrap().1;
        assert_ne!(other("/a"), other("/b"));
        assert_ne!(other("/a"), other("/a?x=1"));
        assert_ne!(other("/a?x=1"), other("/a?x=2"));
    }
}
