use super::*;
use serde_json::json;

const NOW: &str = "2026-03-01T12:00:00Z";

fn now() -> Time {
    NOW.parse().unwrap()
}

fn create(input: serde_json::Value) -> Result<NewProvider, Invalid> {
    serde_json::from_value::<CreateProvider>(input).unwrap().check(now())
}

fn fields(invalid: Invalid) -> Vec<String> {
    invalid.0.into_iter().map(|error| error.field).collect()
}

fn forms() -> Vec<VendorForm> {
    let field =
        |name: &str, required| json!({ "name": name, "label": name, "required": required, "example": "x" });
    let form = |id: &str, key: &str, base_url: &str, fields: Vec<serde_json::Value>| json!({ "id": id, "name": id, "key": key, "base_url": base_url, "fields": fields, "docs": "" });
    serde_json::from_value(json!([
        form("openai", "bearer", "https://api.openai.com/v1", vec![field("project", false)]),
        form("bedrock", "sigv4", "https://runtime.{region}.amazonaws.com", vec![field("region", true)]),
        form(
            "vertex",
            "service-account",
            "https://{region-}ai.example.com/{project}",
            vec![field("region", true), field("project", true),]
        ),
        form("openai-compatible", "bearer", "{url}", vec![field("url", true)]),
        form("other", "none", "", vec![]),
    ]))
    .unwrap()
}

fn form(id: &str) -> VendorForm {
    find(&forms(), id).unwrap().clone()
}

fn settings(all: &[(&str, &str)]) -> ProviderSettings {
    all.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

#[test]
fn a_provider_names_the_field_that_is_wrong() {
    let key = |change: serde_json::Value| {
        let mut key = json!({ "name": "first", "secret": "sk-1" });
        key.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
        json!({ "keys": [key] })
    };
    let long = "x".repeat((16 << 10) + 1);
    let many: Vec<_> = (0..51).map(|n| json!({ "name": format!("{n}"), "secret": "s" })).collect();
    let twice = json!([{ "name": "a", "secret": "s" }, { "name": "a", "secret": "t" }]);
    for (change, field) in [
        (json!({ "name": " " }), "name"),
        (json!({ "name": "x".repeat(81) }), "name"),
        (json!({ "kind": "" }), "kind"),
        (json!({ "base_url": "ftp://x" }), "base_url"),
        (json!({ "base_url": "https://user:pass@example.com" }), "base_url"),
        (json!({ "settings": { "region": "a\nb" } }), "settings.region"),
        (json!({ "keys": many }), "keys"),
        (json!({ "keys": twice }), "keys[1].name"),
        (key(json!({ "name": "" })), "keys[0].name"),
        (key(json!({ "secret": " " })), "keys[0].secret"),
        (key(json!({ "secret": long })), "keys[0].secret"),
        (key(json!({ "secret": "two\nlines" })), "keys[0].secret"),
        (key(json!({ "weight": 0 })), "keys[0].weight"),
        (key(json!({ "weight": 101 })), "keys[0].weight"),
        (key(json!({ "expires_at": NOW })), "keys[0].expires_at"),
    ] {
        let mut input = json!({ "name": "OpenAI", "kind": "openai" });
        input.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
        assert_eq!(fields(create(input).err().unwrap()), [field], "{change}");
    }
    let input = json!({ "name": " OpenAI ", "kind": "openai", "settings": { "project": " " },
        "keys": [{ "name": "first", "secret": " sk-1\n" }] });
    let new = create(input).ok().unwrap();
    assert_eq!((new.name.as_str(), new.settings.len(), new.keys[0].weight), ("OpenAI", 0, 1));
    assert_eq!(new.keys[0].secret.expose(), "sk-1");
}

#[test]
fn json_may_have_several_lines_and_short_secrets_have_no_hint() {
    let account = "{\n  \"type\": \"service_account\"\n}";
    let secret = ProviderSecret::of(account).check().ok().unwrap();
    assert!(secret.is_json() && secret.hint().is_empty());
    for (text, hint) in
        [("123456789012345", ""), ("1234567890123456", "3456"), ("sk-ääääääääääääööüü", "ööüü")]
    {
        assert_eq!(ProviderSecret::of(text).hint(), hint, "{text}");
    }
}

#[test]
fn an_address_is_the_given_one_or_the_vendors_with_its_places_filled() {
    let given: UpstreamUrl = "https://proxy.example.com/v1".parse().unwrap();
    for (id, base_url, said, address) in [
        ("openai", None, &[][..], "https://api.openai.com/v1"),
        ("openai", Some(&given), &[("project", "p")], "https://proxy.example.com/v1"),
        ("bedrock", None, &[("region", "eu-central-1")], "https://runtime.eu-central-1.amazonaws.com/"),
        ("vertex", None, &[("region", "eu"), ("project", "p")], "https://eu-ai.example.com/p"),
        ("vertex", None, &[("region", "global"), ("project", "p")], "https://ai.example.com/p"),
        ("openai-compatible", None, &[("url", "http://10.0.0.1/v1")], "http://10.0.0.1/v1"),
        ("openai-compatible", Some(&given), &[], "https://proxy.example.com/v1"),
        ("other", Some(&given), &[], "https://proxy.example.com/v1"),
    ] {
        let found = form(id).address(base_url, &settings(said)).unwrap();
        assert_eq!(found.to_string(), address, "{id}");
    }
}

#[test]
fn what_a_form_does_not_ask_and_what_it_misses_is_named() {
    let given: UpstreamUrl = "https://proxy.example.com/v1".parse().unwrap();
    for (id, base_url, said, field) in [
        ("openai", None, &[("region", "eu")][..], "settings.region"),
        ("bedrock", None, &[], "settings.region"),
        // a signature needs the region wherever the call goes
        ("bedrock", Some(&given), &[], "settings.region"),
        ("bedrock", None, &[("region", "evil.example.com/")], "settings.region"),
        ("bedrock", None, &[("region", "a@b")], "settings.region"),
        ("vertex", None, &[("region", "eu")], "settings.project"),
        ("openai-compatible", None, &[], "base_url"),
        ("openai-compatible", None, &[("url", "nonsense")], "settings.url"),
        ("other", None, &[], "base_url"),
    ] {
        let refused = form(id).address(base_url, &settings(said)).err().unwrap();
        assert_eq!(fields(refused), [field], "{id} {said:?}");
    }
}

#[test]
fn a_secret_fits_the_way_in_which_it_is_given() {
    for (id, secret, good) in [
        ("openai", "sk-1 2", true),
        ("openai", "{\"a\":\n1}", false),
        ("openai", "sk-ä", false),
        ("bedrock", "anything", true),
        ("vertex", "sk-1", false),
        ("vertex", "{\"a\":\n1}", false),
        ("vertex", "{\"client_email\":\n\"a@b\", \"private_key\": \"-----BEGIN PRIVATE KEY-----\\n\"}", true),
        ("bedrock", "id:", false),
        ("other", "sk-1", false),
    ] {
        assert_eq!(form(id).check_secret(&ProviderSecret::of(secret)).is_ok(), good, "{id} {secret}");
    }
}

#[test]
fn an_unknown_vendor_is_told_which_may_be_meant() {
    let said = |kind: &str| find(&forms(), kind).err().unwrap().0.remove(0).message;
    assert!(said("opanai").ends_with("perhaps openai"), "{}", said("opanai"));
    assert!(said("aws-bedrock").ends_with("perhaps bedrock"), "{}", said("aws-bedrock"));
    assert!(said("OpenAI").ends_with("perhaps openai or openai-compatible"), "{}", said("OpenAI"));
    assert!(said("nobody-like-this").ends_with("the list of vendors names them all"));
}

#[test]
fn a_key_is_used_while_it_is_enabled_and_has_not_expired() {
    let key = ProviderKey {
        id: ProviderKeyId::from_parts(1, 1),
        name: "first".to_owned(),
        hint: String::new(),
        weight: 1,
        position: 1,
        enabled: true,
        expires_at: None,
        created_at: now(),
    };
    assert!(key.is_usable(now()));
    assert!(!ProviderKey { enabled: false, ..key.clone() }.is_usable(now()));
    assert!(!ProviderKey { expires_at: Some(now()), ..key.clone() }.is_usable(now()));
    let unchanged = UpdateProviderKey::of(&key);
    assert_eq!(unchanged.clone().apply(&key, 1).unwrap(), key);
    for (change, field) in [
        (UpdateProviderKey { name: String::new(), ..unchanged.clone() }, "name"),
        (UpdateProviderKey { weight: 0, ..unchanged.clone() }, "weight"),
        (UpdateProviderKey { position: 0, ..unchanged.clone() }, "position"),
        (UpdateProviderKey { position: 2, ..unchanged }, "position"),
    ] {
        assert_eq!(fields(change.apply(&key, 1).err().unwrap()), [field]);
    }
}
