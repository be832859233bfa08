//! Documents made to cost much: each is answered, and what is built from it stays small.

use super::super::{Limits, Method, diff, read};
use super::{accepted, with_paths};

#[test]
fn one_shared_text_is_not_copied_for_everyone_who_refers_to_it() {
    let long = "x".repeat(200_000);
    let paths: String = (0..1_000).map(|i| format!("  /p{i}: {{$ref: '#/components/x/a'}}\n")).collect();
    let document = accepted(&format!(
        "{}components:\n  x: {{a: {{get: {{operationId: {long}, summary: {long}, tags: [{long}], description: {long}}}}}}}\n",
        with_paths(&paths)
    ));
    assert_eq!(document.operations.len(), 1_000);
    let copied: usize = document.operations.iter().map(|operation| format!("{operation:?}").len()).sum();
    assert!(copied < 5_000_000, "{copied}");
    let detail = document.detail(&document.operations[0]).unwrap();
    assert!(detail.description.unwrap().len() < 20_000);
}

#[test]
fn one_shared_example_is_copied_within_the_budget() {
    let numbers = "1,".repeat(10_000);
    let responses: String =
        (100..200).map(|i| format!("{i}: {{$ref: '#/components/responses/r'}}, ")).collect();
    let document = accepted(&format!(
        "{}components: {{responses: {{r: {{content: {{j: {{example: [{numbers}]}}}}}}}}}}\n",
        with_paths(&format!("  /a: {{get: {{responses: {{{responses}}}}}}}"))
    ));
    let detail = document.detail(document.operation(Method::Get, "/a").unwrap()).unwrap();
    assert_eq!(detail.responses.len(), 100);
    let with_example =
        detail.responses.iter().filter(|response| response.contents[0].example.is_some()).count();
    assert!(with_example <= 2, "{with_example}");
}

#[test]
fn deep_chains_of_schemas_are_compared_without_recursing_through_all_of_them() {
    let chain = |end: &str| {
        let schemas: String = (0..5_000)
            .map(|i| {
                format!("    S{i}: {{properties: {{p: {{$ref: '#/components/schemas/S{}'}}}}}}\n", i + 1)
            })
            .collect();
        format!(
            "{}components:\n  schemas:\n{schemas}    S5000: {{type: {end}}}\n",
            with_paths(
                "  /a: {get: {responses: {200: {content: {j: {schema: {$ref: '#/components/schemas/S0'}}}}}}}"
            )
        )
    };
    assert_eq!(diff(&accepted(&chain("string")), &accepted(&chain("integer"))), []);
}

#[test]
fn hostile_texts_are_refused_or_read_but_always_answered() {
    let size = 200_000;
    for piece in [
        "{\"a\":",
        "\"",
        "- ",
        "? ",
        ": ",
        "a: ",
        "&a ",
        "*a ",
        "!!x ",
        "!<",
        "# \n",
        "|\n",
        ">\n ",
        "'",
        "%TAG ",
        "---\n",
        "...\n",
        "\t",
        "[]",
        "{}",
        "{a: ",
        "\\",
        "\u{feff}",
        "\r",
        "\u{85}",
        "a\n",
        "a: b\n",
        "? a\n: b\n",
        "- - - a\n",
        "<<: {a: b}\n",
        "\"\\u",
        "0x",
        "1_0",
    ] {
        for text in [
            piece.repeat(size / piece.len()),
            format!("a: {}", piece.repeat(size / piece.len())),
            format!("{{\"a\": [{}", piece.repeat(size / piece.len())),
        ] {
            let findings = read(&text, &Limits::GIVEN).unwrap_err();
            assert!(findings.iter().any(|finding| finding.is_error()), "{piece:?}");
        }
    }
}
