use super::*;
use serde::de::IgnoredAny;

fn told(body: &str) -> Result<Vec<(String, String)>, String> {
    let mut told = Vec::new();
    let read = members(body.as_bytes(), |member| {
        let at = body.get(member.at).unwrap();
        assert!(at.starts_with('"') && at.ends_with(&body[member.value.clone()]), "{at}");
        told.push((member.name.into_owned(), body[member.value].to_owned()));
    });
    read.map(|_| told).map_err(|failure| failure.message)
}

#[test]
fn members_of_the_outermost_object_are_told() {
    let told =
        told(" { \"a\" : {\"a\":[1,{\"a\":2}]} , \"\\u0062\":\"x\\\"}\",\"c\":-1.5e+3,\"d\":[] } ").unwrap();
    let told: Vec<_> = told.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let expected = [("a", "{\"a\":[1,{\"a\":2}]}"), ("b", "\"x\\\"}\""), ("c", "-1.5e+3"), ("d", "[]")];
    assert_eq!(told, expected);
    assert_eq!(members(b" {}", |_| {}).unwrap(), 2);
}

#[test]
fn a_member_that_stands_twice_is_refused_at_every_depth() {
    for (body, name) in [
        (r#"{"a":1,"a":2}"#, "a"),
        (r#"{"a":1,"\u0061":2}"#, "a"),
        (r#"{"x":[{"b":{}},{"b":1,"c":{"b":1},"b":2}]}"#, "b"),
        (r#"{"x":{"y":{"z":{"é":1,"\u00e9":2}}}}"#, "é"),
    ] {
        assert_eq!(
            told(body),
            Err(format!("expected JSON: the member `{name}` stands more than once")),
            "{body}"
        );
    }
    // also where there are many
    let many = |last: &str| {
        let all: String = (0..10_000).map(|number| format!("\"n{number}\":{{\"n{number}\":0}},")).collect();
        format!("{{{all}\"{last}\":0}}")
    };
    assert_eq!(told(&many("n10000")).unwrap().len(), 10_001);
    for twice in ["n0", "n31", "n32", "n9999"] {
        assert!(told(&many(twice)).is_err_and(|error| error.contains(twice)), "{twice}");
    }
}

#[test]
fn depth_is_bounded() {
    let nested = |levels: usize| format!("{{\"a\":{}{}}}", "[".repeat(levels), "]".repeat(levels));
    assert!(told(&nested(DEEPEST - 1)).is_ok());
    assert!(told(&nested(DEEPEST)).is_err_and(|error| error.contains("levels")));
    assert!(told(&nested(1_000_000)).is_err());
}

/// What `serde_json` takes, and nothing else: tried with a text that is broken in many ways.
#[test]
fn what_is_no_json_is_refused() {
    let whole = br#" { "a" : [ 1 , -0.5e-7, 0, 12E+3 ] , "b\\\"\u00e9\n" : { "c" : null , "d":true,"e" :false }, "f":"\/\b" } "#;
    assert!(members(whole, |_| {}).is_ok());
    let mut broken = 0;
    let put = b"{}[]\",:\\ue0-.+1tn \n\x00\x1f\x7f\xc3\xa9";
    for at in 0..whole.len() {
        for byte in put {
            let mut replaced = whole.to_vec();
            replaced[at] = *byte;
            let mut inserted = whole.to_vec();
            inserted.insert(at, *byte);
            for text in [replaced, inserted, whole[..at].to_vec(), [&whole[..at], &whole[at + 1..]].concat()]
            {
                let is_object = text.iter().find(|byte| !byte.is_ascii_whitespace()) == Some(&b'{');
                let expected = is_object
                    && std::str::from_utf8(&text).is_ok()
                    && serde_json::from_slice::<IgnoredAny>(&text).is_ok();
                let read = members(&text, |_| {});
                // a name may have become one that stands already
                let twice = read.as_ref().is_err_and(|failure| failure.message.contains("more than once"));
                assert!(read.is_ok() == expected || twice, "{:?}: {read:?}", String::from_utf8_lossy(&text));
                broken += usize::from(read.is_err());
            }
        }
    }
    assert!(broken > 1_000, "{broken}");
}
