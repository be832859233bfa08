//! Every way to be refused, with the place and the words.

use super::super::{Finding, Limits, read};
use super::{refused, with_paths};

/// The first error.
fn first(findings: &[Finding]) -> &Finding {
    findings.iter().find(|finding| finding.is_error()).unwrap()
}

#[test]
fn texts_that_are_no_document() {
    for (text, words, line) in [
        ("", "empty", None),
        (" \n\u{a0}", "empty", None),
        ("<!doctype html><html></html>", "HTML", None),
        ("[1, 2]", "object with named fields", None),
        ("just words", "object with named fields", None),
        ("{\"openapi\": \"3.0.0\",\n \"info\": }", "not JSON", Some(2)),
        ("{\"openapi\": \"3.0.0\",\n\n \"paths\": {}", "not JSON", Some(3)),
        ("{\"a\": 1} x", "not JSON", Some(1)),
        ("{\"a\": 1e999}", "not JSON", Some(1)),
        ("openapi: 3.0.0\npaths:\n  /a: [\n", "not YAML that can be read: unclosed bracket '['", Some(3)),
        ("openapi: 3.0.0\n\tpaths: 1", "found a tab", Some(1)),
        ("a: 1\n---\nb: 2\n", "more than one YAML document", Some(3)),
        ("a: .nan\n", "not YAML", Some(1)),
        ("a: *missing\n", "not YAML", Some(1)),
        ("{\"openapi\": \"3.0.0\",\n \"openapi\": \"3.0.0\"}", "`openapi` stands twice", Some(2)),
        ("{\"a\": [{\"b\": {}, \"\\u0062\": 1}]}", "`b` stands twice", Some(1)),
        ("a:\n  b: 1\n  c: 2\n  b: 3\n", "`b` stands twice", Some(4)),
    ] {
        let findings = refused(text);
        let error = first(&findings);
        assert!(error.message.contains(words), "{text:?}: {error:?}");
        assert_eq!(error.line, line, "{text:?}: {error:?}");
        assert!(!error.message.contains("line"), "the place is not said twice: {error:?}");
        assert_eq!(error.column.is_some(), line.is_some(), "{text:?}: {error:?}");
    }
}

#[test]
fn documents_of_no_known_format() {
    for (text, pointer, words) in [
        ("{}", "", "neither `swagger` nor `openapi`"),
        ("asyncapi: 2.0.0", "", "neither `swagger` nor `openapi`"),
        ("swagger: '1.2'", "/swagger", "`1.2` is not read"),
        ("openapi: 3.2.0", "/openapi", "`3.2.0` is not read"),
        ("openapi: 4", "/openapi", "`4` is not read"),
        ("openapi: {}", "/openapi", "is not read"),
        ("openapi: 3.0.0", "/paths", "no paths"),
        ("openapi: 3.1.0\nwebhooks: {a: {}}", "/paths", "no paths"),
        ("swagger: 2.0\npaths: {}", "/paths", "no paths"),
        ("swagger: 2.0\npaths: []", "/paths", "no paths"),
        ("swagger: 2.0\npaths: {/a: {trace: {}}}", "/paths", "no path has an operation"),
    ] {
        let findings = refused(text);
        let error = first(&findings);
        assert!(error.message.contains(words), "{text:?}: {error:?}");
        assert_eq!(error.pointer, pointer, "{text:?}");
    }
}

#[test]
fn paths_and_operations() {
    for (paths, pointer, words) in [
        ("  pets: {get: {}}", "/paths/pets", "starts with `/`"),
        ("  /a/{b: {get: {}}", "/paths/~1a~1{b", "not closed"),
        ("  /a/{}: {get: {}}", "/paths/~1a~1{}", "no name"),
        ("  /a b: {get: {}}", "/paths/~1a b", "white space"),
        ("  /a: 1", "/paths/~1a", "not an object"),
        ("  /a: {get: []}", "/paths/~1a/get", "not an object"),
        (
            "  /a/{x}: {get: {}}\n  /a/{y}: {get: {}}",
            "/paths/~1a~1{y}/get",
            "`/a/{y}` matches the same calls as GET `/a/{x}`",
        ),
        ("  /a: {$ref: '#/paths/~1a'}", "/paths/~1a", "leads back to itself"),
    ] {
        let findings = refused(&with_paths(paths));
        let error = first(&findings);
        assert!(error.message.contains(words), "{paths:?}: {error:?}");
        assert_eq!(error.pointer, pointer, "{paths:?}");
    }
}

#[test]
fn references() {
    let text = |reference: &str| {
        with_paths(&format!(
            "  /a:\n    get:\n      responses:\n        200: {{$ref: '{reference}'}}\nx-a: {{$ref: '#/x-b'}}\nx-b: {{$ref: '#/x-a'}}\n\
             x-out: {{$ref: 'other.yaml'}}"
        ))
    };
    for (reference, words) in [
        ("other.yaml#/a", "`other.yaml#/a` leads out of the document"),
        ("https://evil.example/x.json", "leads out of the document"),
        ("file:///etc/passwd", "leads out of the document"),
        ("../x", "leads out of the document"),
        ("#/x-out", "leads out of the document"),
        ("#name", "names an anchor"),
        ("#%ff", "names an anchor"),
        ("#/components/responses/None", "leads to nothing"),
        ("#/x-a", "leads back to itself"),
        ("#/paths/~1a/get/responses/200", "leads back to itself"),
    ] {
        let findings = refused(&text(reference));
        let error = first(&findings);
        assert!(error.message.contains(words), "{reference}: {error:?}");
        assert_eq!(
            (error.pointer.as_str(), error.line),
            ("/paths/~1a/get/responses/200", Some(8)),
            "{reference}"
        );
    }
    let split = refused("openapi: 3.0.0\ninfo: {title: T, version: 1}\npaths:\n  $ref: ./paths.yaml\n");
    assert!(first(&split).message.contains("`./paths.yaml` leads out"), "{split:?}");
}

#[test]
fn chains_of_references() {
    let chain = |length: usize| {
        let links: Vec<_> =
            (0..length).map(|i| format!("    r{i}: {{$ref: '#/components/responses/r{}'}}", i + 1)).collect();
        format!(
            "{}\ncomponents:\n  responses:\n{}\n    r{length}: {{description: end}}\n",
            with_paths("  /a: {get: {responses: {200: {$ref: '#/components/responses/r0'}}}}"),
            links.join("\n")
        )
    };
    let document = super::accepted(&chain(31));
    let detail = document.detail(&document.operations[0]).unwrap();
    assert_eq!(detail.responses[0].description.as_deref(), Some("end"));
    assert!(first(&refused(&chain(32))).message.contains("more than 32 references"));
    assert!(first(&refused(&chain(4_000))).message.contains("more than 32 references"));
}

#[test]
fn too_large_and_too_deep() {
    let max = Limits::GIVEN.bytes;
    let error = refused(&" ".repeat(max + 1));
    assert_eq!(error[0].message, "the document has 5242881 bytes; at most 5242880 bytes are read");

    let json = |depth: usize| {
        format!(
            "{{\"openapi\":\"3.0.0\",\"info\":{{\"title\":\"T\",\"version\":\"1\"}},\"paths\":{{\"/a\":{{\"get\":{{}}}}}},\"x-a\":{}{}}}",
            "[".repeat(depth - 1),
            "]".repeat(depth - 1)
        )
    };
    assert_eq!(super::accepted(&json(64)).findings.len(), 1, "only the missing server");
    let yaml = |depth: usize| {
        format!("{}x-a: {}{}\n", with_paths("  /a: {get: {}}"), "[".repeat(depth - 1), "]".repeat(depth - 1))
    };
    super::accepted(&yaml(64));
    let block = |depth: usize| {
        let nested: String = (1..depth).map(|level| format!("{}a:\n", " ".repeat(level))).collect();
        format!("{}x-a:\n{nested}", with_paths("  /a: {get: {}}"))
    };
    super::accepted(&block(64));
    for text in [
        json(65),
        yaml(65),
        block(65),
        json(100_000),
        yaml(100_000),
        "[".repeat(max),
        "- ".repeat(max / 2),
        format!("x: {}", "{".repeat(max - 3)),
    ] {
        let findings = refused(&text);
        assert!(findings[0].message.contains("more than 64 levels"), "{findings:?}");
    }
}

#[test]
fn more_than_is_read() {
    let many = |count: usize| {
        with_paths(&(0..count).map(|i| format!("  /p{i}: {{get: {{}}}}\n")).collect::<String>())
    };
    assert_eq!(super::accepted(&many(5_000)).operations.len(), 5_000);
    assert!(first(&refused(&many(5_001))).message.contains("more than 5000 operations"));

    let values = format!("{{\"a\":[{}0]}}", "0,".repeat(600_000));
    assert!(first(&refused(&values)).message.contains("more than 500000 values"));

    let limits = Limits { findings: 3, ..Limits::GIVEN };
    let findings = read(&many(10).replace('/', ""), &limits).unwrap_err();
    let errors: Vec<_> = findings.iter().filter(|finding| finding.is_error()).collect();
    assert_eq!(errors.len(), 4);
    assert_eq!(errors[3].message, "8 more of this kind are not shown");
}

#[test]
fn yaml_bombs() {
    let mut laughs = "a0: &a0 [lol, lol, lol, lol, lol, lol, lol, lol, lol, lol]\n".to_owned();
    for i in 1..20 {
        let alias = format!("*a{}, ", i - 1).repeat(10);
        laughs.push_str(&format!("a{i}: &a{i} [{alias}]\n"));
    }
    let wide = format!("a: &a [{}]\nb: [{}]\n", "x, ".repeat(10_000), "*a, ".repeat(1_000));
    let long = format!("a: &a {}\nb: [{}]\n", "x".repeat(100_000), "*a, ".repeat(1_000));
    let merges = format!("a: &a {{k: v}}\nb:\n{}", "  - {<<: *a}\n".repeat(200_000));
    let myself = "a: &a [*a]\n".to_owned();
    for (name, text, words) in [
        ("laughs", laughs, "more than is read"),
        ("wide", wide, "more than 500000 values"),
        ("long", long, "larger than 5242880 bytes"),
        ("merges", merges, "more than is read"),
        ("myself", myself, "not YAML"),
    ] {
        let findings = refused(&text);
        assert_eq!(findings.len(), 1, "{name}: {findings:?}");
        assert!(findings[0].message.contains(words), "{name}: {findings:?}");
        assert!(findings[0].line.is_some(), "{name}: {findings:?}");
    }
}
