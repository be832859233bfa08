//! How long files, components, `view!`s and server functions may get. Lines are counted as rustfmt leaves them: a block
//! that begins on a line ends at the next closing brace with that line's indentation.

use super::Breach;
use super::sources::Source;

const FILE: usize = 500;
const COMPONENT: usize = 80;
const VIEW: usize = 80;
const SERVER_FUNCTION: usize = 12;

pub fn breaches(sources: &[Source]) -> Vec<Breach> {
    let judged = sources.iter().filter(|source| !source.is_test());
    judged.flat_map(|source| too_long_file(source).into_iter().chain(too_long_blocks(source))).collect()
}

fn too_long_file(source: &Source) -> Option<Breach> {
    let lines = source.production_lines();
    (lines > FILE).then(|| {
        Breach::of(
            &source.path,
            format!("{lines} lines, at most {FILE}: split it into parts with names of their own"),
        )
    })
}

fn too_long_blocks(source: &Source) -> Vec<Breach> {
    let lines: Vec<&str> = source.text.lines().take(source.production_lines()).collect();
    let mut breaches = Vec::new();
    let mut attribute = None;
    for (index, line) in lines.iter().enumerate() {
        let code = line.trim_start();
        attribute = limit_of(code).or(attribute);
        let limit = match attribute {
            Some(limit) if is_function(code) => {
                attribute = None;
                Some(limit)
            }
            _ if code.contains("view! {") => Some(("a view!", VIEW)),
            _ => None,
        };
        let Some((what, most)) = limit else { continue };
        // the fields of a form are data: what counts begins where the signature ends
        let signature = lines[index..].iter().position(|line| line.trim_end().ends_with('{')).unwrap_or(0);
        let length = if most == SERVER_FUNCTION {
            block_length(&lines[index + signature..])
        } else {
            block_length(&lines[index..])
        };
        if length > most {
            breaches
                .push(Breach::of(source.at(index + 1), format!("{what} of {length} lines, at most {most}")));
        }
    }
    breaches
}

/// What the function below this attribute is, and how long it may be.
fn limit_of(line: &str) -> Option<(&'static str, usize)> {
    if line.starts_with("#[component") || line.starts_with("#[island") {
        return Some(("a component", COMPONENT));
    }
    // with a closing bracket at the end: `#[server(default)] name: String` is a field
    (line.starts_with("#[server") && line.ends_with(']')).then_some(("a server function", SERVER_FUNCTION))
}

fn is_function(line: &str) -> bool {
    let words = ["fn ", "async fn ", "pub fn ", "pub async fn ", "pub(crate) fn ", "pub(crate) async fn "];
    words.iter().any(|word| line.starts_with(word))
}

/// From the first line to the closing brace at its indentation; 1 when the line closes what it opens.
fn block_length(lines: &[&str]) -> usize {
    let Some(first) = lines.first() else { return 0 };
    if first.matches('{').count() == first.matches('}').count() && first.contains('{') {
        return 1;
    }
    let indentation = indentation_of(first);
    let end = lines.iter().skip(1).position(|line| {
        line.trim_start().starts_with('}')
            && indentation_of(line) == indentation
            && !line.trim_end().ends_with('{')
    });
    end.map_or(lines.len(), |end| end + 2)
}

fn indentation_of(line: &str) -> usize {
    line.len() - line.trim_start().len()
}

fn function(attribute: &str, body: usize) -> String {
    format!("//! A.\n{attribute}\npub async fn a() -> B {{\n{}}}\n", "    b();\n".repeat(body))
}

fn found(text: &str) -> Vec<String> {
    breaches(&[super::sample("app/src/api/teams.rs", text)]).iter().map(ToString::to_string).collect()
}

#[test]
fn a_long_file_is_a_breach_and_its_tests_do_not_count() {
    assert_eq!(found(&"x();\n".repeat(501)).len(), 1);
    assert!(found(&"x();\n".repeat(500)).is_empty());
    assert!(found(&format!("{}#[cfg(test)]\n{}", "x();\n".repeat(400), "y();\n".repeat(400))).is_empty());
}

#[test]
fn a_long_server_function_is_a_breach() {
    assert!(found(&function("#[server(endpoint = \"a\")]", 10)).is_empty());
    assert_eq!(
        found(&function("#[server(endpoint = \"a\")]", 11)),
        ["app/src/api/teams.rs:3: a server function of 13 lines, at most 12"]
    );
}

#[test]
fn a_long_component_and_a_long_view_are_breaches() {
    assert!(found(&function("#[component]", 78)).is_empty());
    assert_eq!(found(&function("#[component]", 79)).len(), 1);
    assert_eq!(found(&function("#[island]", 79)).len(), 1);
    let view = |lines| format!("fn a() {{\n    view! {{\n{}    }}\n}}\n", "        <p/>\n".repeat(lines));
    assert!(found(&view(78)).is_empty());
    assert_eq!(found(&view(79)), ["app/src/api/teams.rs:2: a view! of 81 lines, at most 80"]);
}
