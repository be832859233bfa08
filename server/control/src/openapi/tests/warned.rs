//! What is accepted, and said.

use super::super::Severity;
use super::{accepted, with_paths};

#[test]
fn warnings_and_hints() {
    use Severity::{Hint, Warning};
    let declared = "parameters: [{name: id, in: path, schema: {type: string}}]";
    for (paths, severity, pointer, words) in [
        (
            "  /a/{id}: {get: {}}".to_owned(),
            Warning,
            "/paths/~1a~1{id}/get",
            "does not declare its path parameter `id`",
        ),
        (
            format!("  /a/{{id}}/{{id}}: {{get: {{{declared}}}}}"),
            Warning,
            "/paths/~1a~1{id}~1{id}",
            "the same parameter twice",
        ),
        (
            "  /a: {get: {operationId: x}}\n  /b: {put: {operationId: x}}".to_owned(),
            Warning,
            "/paths/~1b/put",
            "`x` is already that of `/paths/~1a/get`",
        ),
        ("  /a: {get: {}, trace: {}}".to_owned(), Warning, "/paths/~1a/trace", "TRACE is left out"),
        ("  /a: {get: {}}\n  /b?c=d: {get: {}}".to_owned(), Warning, "/paths/~1b?c=d", "left out"),
        ("  /a: {get: {}, copy: {}}".to_owned(), Hint, "/paths/~1a/copy", "`copy` is not a method"),
        ("  /a: {get: {}, servers: []}".to_owned(), Hint, "/paths/~1a/servers", "not used"),
    ] {
        let document = accepted(&with_paths(&paths));
        let [finding] = document.findings.as_slice() else { panic!("{paths}: {:?}", document.findings) };
        assert_eq!((finding.severity, finding.pointer.as_str()), (severity, pointer), "{paths}");
        assert!(finding.message.contains(words), "{finding:?}");
        assert_eq!(finding.line, Some(if pointer.starts_with("/paths/~1b") { 6 } else { 5 }), "{finding:?}");
    }
}

#[test]
fn nothing_is_said_of_what_is_right() {
    for paths in [
        "  /a/{id}: {parameters: [{name: id, in: path}], get: {}, x-note: {$ref: out.yaml}}\n  x-more: 1",
        "  /a/{id}: {get: {parameters: [{$ref: '#/components/parameters/Id'}]}}\ncomponents: {parameters: {Id: {name: id, in: path}}}",
        "  /a: {get: {}, post: {}}\n  /a/: {get: {}}\n  /{a}: {get: {parameters: [{name: a, in: path}]}}",
        "  /a: {get: {responses: {200: {content: {application/json: {example: {$ref: out.yaml}}}}}}}",
        "  /a~b: {get: {}}\n  /c: {$ref: '#/paths/~1a~0b'}",
        "  /a%b: {get: {}}\n  /c: {$ref: '#/paths/~1a%25b'}",
    ] {
        let document = accepted(&with_paths(paths));
        assert_eq!(document.findings, [], "{paths}");
    }
}

#[test]
fn places_are_those_of_the_text() {
    let json = "{\n  \"openapi\": \"3.0.0\", \"info\": {\"title\": \"\u{e4}\\\"{\", \"version\": \"1\"},\n  \"servers\": [{\"url\": \"http://b.example\"}],\n  \"paths\": {\n    \"\\u002fa\": {\"get\": {}, \"trace\": {}}\n  }\n}";
    let document = accepted(json);
    let [finding] = document.findings.as_slice() else { panic!("{:?}", document.findings) };
    assert_eq!((finding.line, finding.column), (Some(5), Some(28)));
    let marked = accepted(&format!("\u{feff}{json}"));
    assert_eq!(marked.findings, document.findings, "a byte order mark moves nothing");
    let yaml = accepted(&with_paths("  /a:\n    get: {}\n    trace: {}"));
    assert_eq!((yaml.findings[0].line, yaml.findings[0].column), (Some(7), Some(5)));
}
