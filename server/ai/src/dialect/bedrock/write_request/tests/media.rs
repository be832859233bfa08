use super::*;

fn inline(media_type: &str) -> Source {
    Source::Inline { media_type: media_type.to_owned(), data: "QUJD".to_owned() }
}

fn url(url: &str, media_type: Option<&str>) -> Source {
    Source::Url { url: url.to_owned(), media_type: media_type.map(str::to_owned) }
}

fn image(source: Source) -> Content {
    Content::Image(Media { source, detail: None })
}

fn document(source: Source, name: Option<&str>) -> Content {
    Content::Document(Document { source, name: name.map(str::to_owned) })
}

fn sound(source: Source) -> Content {
    Content::Audio(Media { source, detail: None })
}

/// What becomes of something that is shown: one block, or the name of what was dropped.
#[test]
fn what_is_shown() {
    let bytes = json!({ "bytes": "QUJD" });
    let s3 = |uri: &str| json!({ "s3Location": { "uri": uri } });
    let shown = |kind: &str, format: &str, source: &Value| {
        Ok(json!({ kind: { "format": format, "source": source } }))
    };
    let named = |format: &str, name: &str, source: &Value| {
        Ok(json!({ "document": { "format": format, "name": name, "source": source } }))
    };
    let file = || Source::File("file-1".to_owned());
    let web = || url("https://example.com/x.png", None);
    let cases: Vec<(Content, Result<Value, &str>)> = vec![
        (image(inline("image/png")), shown("image", "png", &bytes)),
        (image(inline("image/jpeg")), shown("image", "jpeg", &bytes)),
        (image(inline("image/jpg")), shown("image", "jpeg", &bytes)),
        (image(inline("image/gif")), shown("image", "gif", &bytes)),
        (image(inline("image/webp")), shown("image", "webp", &bytes)),
        (image(inline("image/bmp")), Err("messages.content.image")),
        (image(web()), Err("messages.content.image_url")),
        (image(file()), Err("messages.content.image.file_id")),
        (image(url("s3://pics/a.webp", None)), shown("image", "webp", &s3("s3://pics/a.webp"))),
        (image(url("s3://pics/a", Some("image/gif"))), shown("image", "gif", &s3("s3://pics/a"))),
        (image(url("s3://pics/a", None)), Err("messages.content.image_url")),
        (document(inline("application/pdf"), Some("Q3_report.pdf")), named("pdf", "Q3 report", &bytes)),
        (document(inline("text/plain"), None), named("txt", "document", &bytes)),
        (document(inline("application/octet-stream"), Some("a.docx")), named("docx", "a", &bytes)),
        (document(inline("application/zip"), Some("a.zip")), Err("messages.content.document")),
        (document(url("s3://docs/a.csv", None), None), named("csv", "document", &s3("s3://docs/a.csv"))),
        (document(web(), None), Err("messages.content.document.url")),
        (document(file(), None), Err("messages.content.document.file_id")),
        (sound(inline("audio/wav")), shown("audio", "wav", &bytes)),
        (sound(inline("audio/midi")), Err("messages.content.audio")),
        (sound(file()), Err("messages.content.audio")),
    ];
    for (content, expected) in cases {
        let what = format!("{content:?}");
        let (body, dropped) = written(of(vec![user(vec![Block::text("Hi"), content.into()])]), CLAUDE);
        let blocks = body["messages"][0]["content"].as_array().unwrap();
        match expected {
            Ok(block) => assert_eq!((&blocks[1..], dropped), ([block].as_slice(), none()), "{what}"),
            Err(name) => assert_eq!((blocks.len(), dropped), (1, vec![name.to_owned()]), "{what}"),
        }
    }
}

#[test]
fn names_of_documents_differ() {
    let twice = || document(inline("application/pdf"), Some("a.pdf")).into();
    let (body, dropped) = written(of(vec![user(vec![Block::text("Hi"), twice(), twice(), twice()])]), CLAUDE);
    let blocks = body["messages"][0]["content"].as_array().unwrap();
    let names: Vec<_> = blocks[1..].iter().map(|block| block["document"]["name"].as_str().unwrap()).collect();
    assert_eq!((names, dropped), (vec!["a", "a (2)", "a (3)"], none()));
}

#[test]
fn how_closely_to_look_and_what_assistants_show_are_dropped() {
    let close = Content::Image(Media { source: inline("image/png"), detail: Some("high".to_owned()) });
    let auto = Content::Image(Media { source: inline("image/png"), detail: Some("auto".to_owned()) });
    let (_, dropped) = written(of(vec![user(vec![auto.into()])]), CLAUDE);
    assert_eq!(dropped, none());
    let (_, dropped) = written(of(vec![user(vec![close.into()])]), CLAUDE);
    assert_eq!(dropped, ["messages.content.image_url.detail"]);
    let shown = assistant(vec![Block::text("Here."), image(inline("image/png")).into()]);
    let (body, dropped) = written(of(vec![user(vec![Block::text("Draw")]), shown]), CLAUDE);
    assert_eq!(body["messages"][1]["content"], json!([{ "text": "Here." }]));
    assert_eq!(dropped, ["messages.content"]);
}
