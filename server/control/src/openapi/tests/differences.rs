//! What changed between two documents, and what breaks callers.

use super::super::{ChangeKind, diff};
use super::{HTTPBIN, PETS30, PETS31, accepted, with_paths};

#[test]
fn nothing_changed() {
    for text in [HTTPBIN, PETS30, PETS31] {
        let document = accepted(text);
        assert_eq!(diff(&document, &accepted(&document.text)), []);
    }
}

/// A document with one operation, `POST /a`, made of these fields.
fn with(fields: &str) -> String {
    with_paths(&format!("  /a:\n    post: {{{fields}}}"))
}

/// Each row: the fields before and after, the one change that this makes, and whether it breaks callers.
#[track_caller]
fn check(make: impl Fn(&str) -> String, rows: &[(&str, &str, &str, bool)]) {
    for (old, new, detail, breaking) in rows {
        let changes = diff(&accepted(&make(old)), &accepted(&make(new)));
        let [change] = changes.as_slice() else { panic!("{old} -> {new}: {changes:#?}") };
        assert_eq!((change.detail.as_str(), change.breaking), (*detail, *breaking), "{old} -> {new}");
        assert_eq!(change.operation.as_deref(), Some("POST /a"));
    }
}

#[test]
fn whole_parts_come_and_go() {
    let must = "parameters: [{name: q, in: query, required: true}]";
    let may = "parameters: [{name: q, in: query, required: false}]";
    let body = "requestBody: {content: {j: {schema: {}}}}";
    let body_must = "requestBody: {required: true, content: {j: {schema: {}}}}";
    let bodies = "requestBody: {content: {j: {schema: {}}, k: {}}}";
    let (two, three) = ("responses: {200: {}}", "responses: {200: {}, 201: {}}");
    let failing = "responses: {200: {}, 404: {}}";
    let content = "responses: {200: {content: {j: {}}}}";
    check(
        with,
        &[
            ("", must, "required query parameter `q` added", true),
            ("", may, "optional query parameter `q` added", false),
            (must, "", "query parameter `q` removed", false),
            (may, must, "query parameter `q` is now required", true),
            (must, may, "query parameter `q` is no longer required", false),
            ("", body, "optional request body added", false),
            ("", body_must, "required request body added", true),
            (body, "", "request body removed", false),
            (body, body_must, "request body is now required", true),
            (bodies, body, "request body as `k` removed", true),
            (body, bodies, "request body as `k` added", false),
            (content, two, "response `200` as `j` removed", true),
            (three, two, "response `201` removed", true),
            (failing, two, "response `404` removed", false),
            (two, failing, "response `404` added", false),
            ("", "deprecated: true", "deprecated", false),
            ("deprecated: true", "", "no longer deprecated", false),
            ("summary: a", "summary: b", "summary or description changed", false),
        ],
    );
}

#[test]
fn a_parameter_takes_less_or_more() {
    check(
        |schema| with(&format!("parameters: [{{name: q, in: query, schema: {schema}}}]")),
        &[
            ("{type: integer}", "{type: string}", "query parameter `q` was integer and is string", true),
            ("{type: integer}", "{type: number}", "query parameter `q` was integer and is number", false),
            ("{type: number}", "{type: integer}", "query parameter `q` was number and is integer", true),
            ("{type: integer}", "{}", "query parameter `q` was integer and is of any type", false),
            (
                "{enum: [a, b]}",
                "{enum: [a]}",
                "query parameter `q` lost 1 of its values, among them `\"b\"`",
                true,
            ),
            (
                "{enum: [a]}",
                "{enum: [a, b]}",
                "query parameter `q` has 1 more values, among them `\"b\"`",
                false,
            ),
            ("{}", "{enum: [a]}", "query parameter `q` is now one of few values", true),
            ("{enum: [a]}", "{}", "query parameter `q` is no longer one of few values", false),
            ("{nullable: true}", "{}", "query parameter `q` may not be null any more", true),
        ],
    );
}

#[test]
fn a_body_takes_less_or_more() {
    check(
        |schema| with(&format!("requestBody: {{content: {{j: {{schema: {{type: object, {schema}}}}}}}}}")),
        &[
            ("", "properties: {y: {}}, required: [y]", "`y` of request body added and required", true),
            ("", "properties: {y: {}}", "`y` of request body added", false),
            ("properties: {y: {}}", "", "`y` of request body removed", false),
            (
                "properties: {y: {}}",
                "properties: {y: {}}, required: [y]",
                "`y` of request body is now required",
                true,
            ),
            ("oneOf: [{}, {}, {}]", "oneOf: [{}, {}]", "request body had 3 alternatives and has 2", true),
        ],
    );
}

#[test]
fn an_answer_brings_less_or_more() {
    let (x, must) = ("{properties: {x: {}}}", "{properties: {x: {}}, required: [x]}");
    let (text, number) =
        ("{items: {properties: {x: {type: string}}}}", "{items: {properties: {x: {type: integer}}}}");
    check(
        |schema| with(&format!("responses: {{200: {{content: {{j: {{schema: {schema}}}}}}}}}")),
        &[
            ("{properties: {x: {}, y: {}}}", x, "`y` of response `200` removed", true),
            (must, x, "`x` of response `200` is no longer required", true),
            (x, must, "`x` of response `200` is now required", false),
            (text, number, "`[].x` of response `200` was string and is integer", true),
            ("{type: number}", "{type: integer}", "response `200` was number and is integer", false),
            ("{type: string}", "{type: string, nullable: true}", "response `200` may be null now", true),
            ("{}", "{format: date}", "the format of response `200` was none and is `date`", false),
            (
                "{oneOf: [{}, {}]}",
                "{oneOf: [{}, {}, {}]}",
                "response `200` had 2 alternatives and has 3",
                true,
            ),
            ("{enum: [a]}", "{enum: [b, a]}", "response `200` has 1 more values, among them `\"b\"`", false),
        ],
    );
}

#[test]
fn operations_and_the_document() {
    let old = accepted(&with_paths(
        "  /a/{x}: {get: {parameters: [{name: x, in: path, schema: {type: string}}]}}\n  /b: {get: {}, put: {}}",
    ));
    let new = accepted(
        &with_paths("  /a/{y}: {get: {parameters: [{name: y, in: path, schema: {type: string}}]}}\n  /b: {put: {}, post: {}}")
            .replace("b.example", "c.example")
            .replace("version: '1'", "version: '2'"),
    );
    let changes = diff(&old, &new);
    let seen: Vec<_> = changes
        .iter()
        .map(|change| (change.kind, change.operation.as_deref(), change.detail.as_str(), change.breaking))
        .collect();
    assert_eq!(
        seen,
        [
            (ChangeKind::Changed, None, "version was `1` and is `2`", false),
            (ChangeKind::Changed, None, "servers changed", false),
            (ChangeKind::Added, Some("POST /b"), "operation added", false),
            (ChangeKind::Removed, Some("GET /b"), "operation removed", true),
        ],
        "a path parameter with another name is the same parameter"
    );
}

#[test]
fn schemas_that_contain_themselves_are_compared_once() {
    let old = accepted(PETS30);
    let new = accepted(&PETS30.replace(
        "born: {type: string, format: date, nullable: true}",
        "born: {type: integer, nullable: true}",
    ));
    let breaking: Vec<_> = diff(&old, &new)
        .into_iter()
        .filter(|change| change.breaking)
        .map(|change| (change.operation.unwrap(), change.detail))
        .collect();
    let pair = |operation: &str, detail: &str| (operation.to_owned(), detail.to_owned());
    assert_eq!(
        breaking,
        [
            pair("GET /pets", "`[].born` of response `200` was string and is integer"),
            pair("POST /pets", "`born` of request body was string and is integer"),
            pair("POST /pets", "`born` of response `201` was string and is integer"),
            pair("GET /pets/{petId}", "`born` of response `200` was string and is integer"),
        ]
    );
}
