//! Samples as a reader would copy them.

use super::{Ask, Body, Content, Language, write};
use domain::routes::Method;
use serde_json::json;

fn read() -> Ask {
    Ask::new(Method::Get, "https://gw.example/pets/v1/pets?tag=a%20b").with_key(Some("ghk_1"))
}

fn sent() -> Ask {
    let content = Content::Json(json!({ "name": "O'Hara \"x\"", "good": true, "owner": null, "tags": [] }));
    let body = Some(Body { media_type: "application/json".to_owned(), content });
    let headers = vec![("X-Trace".to_owned(), "1".to_owned())];
    Ask { body, headers, ..Ask::new(Method::Put, "https://gw.example/pets/v1/pets/1") }
}

#[test]
fn curl_reads_and_sends() {
    assert_eq!(
        write(Language::Curl, &read()),
        "curl 'https://gw.example/pets/v1/pets?tag=a%20b' \\\n  --header 'Authorization: Bearer ghk_1'"
    );
    let sent = write(Language::Curl, &sent());
    assert!(sent.starts_with("curl --request PUT 'https://gw.example/pets/v1/pets/1'"), "{sent}");
    assert!(sent.contains(r#"--data '{"#) && sent.contains(r#"O'\''Hara \"x\""#), "{sent}");
    assert!(sent.contains("--header 'X-Trace: 1'"), "{sent}");
}

#[test]
fn each_language_says_method_address_key_and_body() {
    for language in Language::ALL {
        let text = write(language, &sent());
        for part in ["https://gw.example/pets/v1/pets/1", "Bearer YOUR_API_KEY", "X-Trace", "Hara"] {
            assert!(text.contains(part), "{language:?} lacks {part}:\n{text}");
        }
        assert!(text.to_lowercase().contains("put"), "{language:?}:\n{text}");
    }
}

#[test]
fn python_writes_its_own_values() {
    let text = write(Language::Python, &sent());
    for part in ["\"good\": True,", "\"owner\": None,", "\"tags\": [],", "json={", r#""O'Hara \"x\"""#] {
        assert!(text.contains(part), "lacks {part}:\n{text}");
    }
    assert!(!text.contains("Content-Type"), "{text}");
}

#[test]
fn raw_strings_end_where_they_should() {
    let text = |content: &str| Body {
        media_type: "text/plain".to_owned(),
        content: Content::Text(content.to_owned()),
    };
    let with =
        |content: &str| Ask { body: Some(text(content)), ..Ask::new(Method::Post, "https://gw.example/") };
    assert!(write(Language::Go, &with("a\n`b`")).contains(r#"strings.NewReader("a\n`b`")"#));
    assert!(write(Language::Rust, &with("a\n\"#b")).contains(r##".body("a\n\"#b")"##));
    assert!(write(Language::Java, &with("a\n\"\"\"b")).contains(r#"ofString("a\n\"\"\"b")"#));
}
