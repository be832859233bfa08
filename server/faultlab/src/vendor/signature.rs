//! Signatures of AWS, version 4: looked at as Amazon does, from the request as it arrived. Written from Amazon's
//! description and not with what the gateway signs with, so that a mistake there is seen here.
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html>

use super::refusal::Refusal;
use http::request;
use ring::{digest, hmac};
use std::collections::BTreeMap;
use std::fmt::Write;

/// What the name of a signature begins with.
pub(super) const ALGORITHM: &str = "AWS4-HMAC-SHA256";
/// How far a signature's time may be from ours, in seconds.
const SKEW_S: i64 = 300;

/// The secret that belongs to an access key.
pub(super) fn secret_of(access_key: &str) -> String {
    format!("secret-of-{access_key}")
}

/// What a signature says of itself.
struct Claim<'h> {
    access_key: &'h str,
    day: &'h str,
    region: &'h str,
    headers: &'h str,
    signature: &'h str,
}

fn refused(what: impl std::fmt::Display) -> Refusal {
    Refusal::new(403, format!("the signature is not good: {what}"))
}

fn claim(authorization: &str) -> Result<Claim<'_>, Refusal> {
    let fields = authorization.trim_start_matches(ALGORITHM);
    let field = |name: &str| {
        let found = fields.split(',').find_map(|field| field.trim().strip_prefix(name));
        found.ok_or_else(|| refused(format!("{name} is missing")))
    };
    let scope: Vec<&str> = field("Credential=")?.split('/').collect();
    let [access_key, day, region, "bedrock", "aws4_request"] = *scope.as_slice() else {
        return Err(refused("Credential is not key/day/region/bedrock/aws4_request"));
    };
    Ok(Claim { access_key, day, region, headers: field("SignedHeaders=")?, signature: field("Signature=")? })
}

/// The access key that signed the request; `now_s` is in Unix seconds.
pub(super) fn check<'h>(
    authorization: &'h str,
    head: &request::Parts,
    body: &[u8],
    now_s: i64,
) -> Result<&'h str, Refusal> {
    let claim = claim(authorization)?;
    let date = header(head, "x-amz-date").ok_or_else(|| refused("x-amz-date is missing"))?;
    let at = unix_seconds(&date).ok_or_else(|| refused("x-amz-date is no time"))?;
    if !date.starts_with(claim.day) || claim.day.len() != 8 {
        return Err(refused("x-amz-date and the scope do not agree"));
    }
    if (now_s - at).abs() > SKEW_S {
        return Err(refused("it has expired, or is still to come"));
    }
    let signs = |name: &str| claim.headers.split(';').any(|header| header == name);
    let needed = ["host", "x-amz-date"].into_iter().chain(head.headers.keys().filter_map(amazons));
    for name in needed {
        if !signs(name) {
            return Err(refused(format!("{name} must be signed")));
        }
    }
    let hash = hex(digest::digest(&digest::SHA256, body).as_ref());
    if header(head, "x-amz-content-sha256").is_some_and(|said| said != hash) {
        return Err(refused("x-amz-content-sha256 is not that of the body"));
    }
    let expected = expected(&claim, &canonical(head, claim.headers, &hash), &date);
    if expected == claim.signature { Ok(claim.access_key) } else { Err(refused("it does not match")) }
}

/// Amazon's own fields, all of which must be signed.
fn amazons(name: &http::HeaderName) -> Option<&str> {
    Some(name.as_str()).filter(|name| name.starts_with("x-amz-"))
}

fn header(head: &request::Parts, name: &str) -> Option<String> {
    let values = head.headers.get_all(name).iter().filter_map(|value| value.to_str().ok());
    let values: Vec<String> =
        values.map(|value| value.split_whitespace().collect::<Vec<_>>().join(" ")).collect();
    (!values.is_empty()).then(|| values.join(","))
}

/// The request in the form that is hashed.
fn canonical(head: &request::Parts, signed: &str, hash: &str) -> String {
    let mut path = String::new();
    for segment in head.uri.path().split('/').skip(1) {
        path.push('/');
        for byte in segment.bytes() {
            match byte {
                b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                    path.push(char::from(byte))
                }
                // the letters of a code are encoded again
                _ => path.push_str(&format!("%{byte:02X}")),
            }
        }
    }
    let query = head.uri.query().unwrap_or_default();
    let fields = query.split('&').filter(|field| !field.is_empty());
    let fields: BTreeMap<&str, &str> =
        fields.map(|field| field.split_once('=').unwrap_or((field, ""))).collect();
    let fields: Vec<String> = fields.iter().map(|(name, value)| format!("{name}={value}")).collect();
    let mut lines = String::new();
    for name in signed.split(';') {
        let value = header(head, name).unwrap_or_default();
        // writing into a text cannot fail
        let _ = writeln!(lines, "{name}:{value}");
    }
    format!("{}\n{path}\n{}\n{lines}\n{signed}\n{hash}", head.method, fields.join("&"))
}

fn expected(claim: &Claim<'_>, canonical: &str, date: &str) -> String {
    let hashed = hex(digest::digest(&digest::SHA256, canonical.as_bytes()).as_ref());
    let scope = format!("{}/{}/bedrock/aws4_request", claim.day, claim.region);
    let text = format!("{ALGORITHM}\n{date}\n{scope}\n{hashed}");
    let sign = |key: &[u8], text: &str| {
        hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, key), text.as_bytes()).as_ref().to_vec()
    };
    let secret = format!("AWS4{}", secret_of(claim.access_key)).into_bytes();
    let key = [claim.day, claim.region, "bedrock", "aws4_request"]
        .iter()
        .fold(secret, |key, part| sign(&key, part));
    hex(&sign(&key, &text))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Of `20261127T101112Z`.
fn unix_seconds(date: &str) -> Option<i64> {
    let digits = date.strip_suffix('Z')?;
    let (day, time) = digits.split_once('T').filter(|(day, time)| day.len() == 8 && time.len() == 6)?;
    let number = |text: &str, from: usize, to: usize| text.get(from..to)?.parse::<i64>().ok();
    let (year, month) = (number(day, 0, 4)?, number(day, 4, 6)?);
    let (day, hour) = (number(day, 6, 8)?, number(time, 0, 2)?);
    let (minute, second) = (number(time, 2, 4)?, number(time, 4, 6)?);
    // days from civil (Howard Hinnant): years begin in March, so that the leap day is the last
    let (shifted, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    let (era, of_era) = (shifted.div_euclid(400), shifted.rem_euclid(400));
    let of_year = (153 * month + 2) / 5 + day - 1;
    let days = era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468;
    Some(days * 86_400 + hour * 3_600 + minute * 60 + second)
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::Request;

    /// 2026-11-27T10:11:12Z
    const NOW: i64 = 1_795_774_272;
    /// Worked out step by step with Python's hmac and hashlib, after Amazon's description.
    const SIGNED: &str = "338ce7c7eacec7a4a9f6e4f6afaad7494cf02d72e7e0f0b9ad45034f9bb79018";

    fn head(path: &str, date: &str) -> request::Parts {
        let request = Request::post(path).header("host", "sim").header("x-amz-date", date);
        request.body(()).unwrap().into_parts().0
    }

    fn authorization(headers: &str, signature: &str) -> String {
        format!(
            "{ALGORITHM} Credential=AKIA1/20261127/eu-west-1/bedrock/aws4_request, \
             SignedHeaders={headers}, Signature={signature}"
        )
    }

    fn outcome(
        path: &str,
        date: &str,
        body: &[u8],
        authorization: &str,
        now_s: i64,
    ) -> Result<String, String> {
        let head = head(path, date);
        check(authorization, &head, body, now_s).map(str::to_owned).map_err(|refusal| refusal.message)
    }

    #[test]
    fn a_good_signature_is_taken_and_nothing_else_is() {
        let (path, date) = ("/model/eu.m%3A0/converse", "20261127T101112Z");
        let good = authorization("host;x-amz-date", SIGNED);
        assert_eq!(outcome(path, date, b"{}", &good, NOW + 299).as_deref(), Ok("AKIA1"));
        for (path, date, body, authorization, now_s, why) in [
            ("/model/eu.m%3A1/converse", date, &b"{}"[..], &good, NOW, "does not match"),
            (path, "20261127T101113Z", b"{}", &good, NOW, "does not match"),
            (path, date, b"{ }", &good, NOW, "does not match"),
            (path, date, b"{}", &good, NOW + 301, "expired"),
            (path, date, b"{}", &good, NOW - 301, "still to come"),
            (path, "20261128T101112Z", b"{}", &good, NOW, "do not agree"),
            (path, date, b"{}", &authorization("host", SIGNED), NOW, "x-amz-date must be signed"),
            (path, date, b"{}", &authorization("host;x-amz-date", "00"), NOW, "does not match"),
            (path, date, b"{}", &good.replace("AKIA1", "AKIA2"), NOW, "does not match"),
            (path, date, b"{}", &good.replace("bedrock", "bedrock-runtime"), NOW, "Credential"),
        ] {
            let told = outcome(path, date, body, authorization, now_s).unwrap_err();
            assert!(told.contains(why), "{told}: {why}");
        }
    }

    #[test]
    fn times_are_those_of_the_calendar() {
        for (date, seconds) in [
            ("19700101T000000Z", Some(0)),
            ("20261127T101112Z", Some(NOW)),
            ("20240229T235959Z", Some(1_709_251_199)),
            ("2026-11-27", None),
            ("20261127T1011Z", None),
        ] {
            assert_eq!(unix_seconds(date), seconds, "{date}");
        }
    }
}
