use super::*;
use crate::catalogue::Catalogue;

fn vendor(id: &str) -> Vendor {
    vendors().unwrap().into_iter().find(|vendor| vendor.id == id).unwrap()
}

#[test]
fn vendors_are_whole() {
    let vendors = vendors().unwrap();
    assert!(vendors.len() >= 40, "{}", vendors.len());
    assert!(vendors.is_sorted_by_key(|vendor| vendor.id.clone()));
    let catalogue = Catalogue::built_in().unwrap();
    for vendor in &vendors {
        let id = &vendor.id;
        let slug = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        assert!(id.bytes().all(slug), "{id}");
        assert!(vendor.docs.starts_with("https://"), "{id}");
        for base in std::iter::once(&vendor.base_url).chain(vendor.also.iter().map(|also| &also.base_url)) {
            assert!((base.starts_with("https://") || base == "{url}") && !base.ends_with('/'), "{base}");
        }
    }
    for model in catalogue.models() {
        let vendor = vendors.iter().find(|vendor| vendor.id == model.vendor);
        let vendor = vendor.unwrap_or_else(|| panic!("no vendor {}", model.vendor));
        // what Google sells of others has the others' names before it
        if vendor.id == "vertex" && model.id.contains('/') {
            assert_eq!(vendor.speaks(&model.id).0, VendorDialect::OpenAiChat, "{}", model.id);
        }
    }
}

#[test]
fn urls_are_filled_in() {
    let said = |name: &str| match name {
        "region" => Some("eu-west4"),
        "project" => Some("p-1"),
        "url" => Some("http://127.0.0.1:11434/api/"),
        _ => None,
    };
    let [vertex, ollama, openai, azure] = ["vertex", "ollama", "openai", "azure"].map(vendor);
    let at = "https://eu-west4-aiplatform.googleapis.com/v1/projects/p-1/locations/eu-west4";
    for (model, dialect, path) in [
        ("gemini-2.5-pro", VendorDialect::Gemini, "publishers/google"),
        ("claude-opus-5", VendorDialect::Anthropic, "publishers/anthropic"),
        ("zai-org/glm-5-maas", VendorDialect::OpenAiChat, "endpoints/openapi"),
    ] {
        assert_eq!(vertex.speaks(model).0, dialect);
        assert_eq!(vertex.url(model, said), Ok(format!("{at}/{path}")));
    }
    let global = |name: &str| if name == "region" { Some("global") } else { Some("p-1") };
    let expected = "https://aiplatform.googleapis.com/v1/projects/p-1/locations/global/publishers/google";
    assert_eq!(vertex.url("gemini-2.5-pro", global).as_deref(), Ok(expected));
    assert_eq!(ollama.url("mistral", said).as_deref(), Ok("http://127.0.0.1:11434/api"));
    assert_eq!(openai.url("gpt-5", said).as_deref(), Ok("https://api.openai.com/v1"));
    assert_eq!(azure.url("gpt-5", said), Err("resource"));
}

#[test]
fn fields_send_nobody_to_another_host() {
    let azure = vendor("azure");
    for value in ["evil.example/", "a@evil.example", "a#", "a?b", "a:1", "", "ä", "a b", "a\\b", "{region}"]
    {
        assert_eq!(azure.url("gpt-5", |_| Some(value)), Err("resource"), "{value}");
    }
}

#[test]
fn errors_say_what_is_wrong() {
    let whole = |more: &str| {
        let vendor =
            r#""id": "a", "name": "A", "dialect": "anthropic", "key": "bearer", "docs": "https://a""#;
        format!("[{{ {vendor}, {more} }}]")
    };
    let with_base = |more: &str| whole(&format!(r#""base_url": "https://a.example", {more}"#));
    assert!(parse_vendors(&with_base(r#""quirks": []"#)).is_ok());
    for (text, expected) in [
        ("{}".to_owned(), "expected a list, got an object"),
        (whole(r#""quirks": []"#), "[0].base_url: expected a value, got none"),
        (whole(r#""base_url": "https://{host}""#), "[0].base_url: expected a required field \"host\""),
        (with_base(r#""urls": 1"#), "[0]: expected no field \"urls\""),
        (with_base(r#""fields": [{ "name": 1 }]"#), "[0].fields[0].name: expected a string, got a number"),
        (
            with_base(r#""quirks": ["slow"]"#),
            "[0].quirks[0]: expected one of max_completion_tokens, model_is_deployment, anthropic_version_in_body, key_optional",
        ),
    ] {
        assert_eq!(parse_vendors(&text).unwrap_err().to_string(), expected);
    }
    let twice = with_base(r#""quirks": []"#).replace("}]", "},")
        + with_base(r#""quirks": []"#).trim_start_matches('[');
    assert_eq!(
        parse_vendors(&twice).unwrap_err().to_string(),
        "[1].id: expected each id once, not \"a\" again"
    );
    assert!(parse_vendors("[").unwrap_err().to_string().starts_with("expected JSON: EOF"));
}
