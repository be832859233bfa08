//! What the reference page of an operation is drawn from.

use serde_json::json;

use super::super::{Document, End, Method, OperationDetail, Relation, SchemaView};
use super::{HTTPBIN, PETS30, PETS31, accepted, with_paths};

fn detail(document: &Document, method: Method, path: &str) -> OperationDetail {
    document.detail(document.operation(method, path).unwrap()).unwrap()
}

/// The rows as indented lines.
fn outline(view: &SchemaView, level: usize) -> String {
    let mark = if view.required { "*" } else { "" };
    let end = view.end.map(|end| format!(" {end:?}")).unwrap_or_default();
    let own = format!("{}{}{mark}: {}{end}\n", "  ".repeat(level), view.name, view.label());
    own + &view.children.iter().map(|child| outline(child, level + 1)).collect::<String>()
}

#[test]
fn parameters_and_answers() {
    let document = accepted(PETS30);
    let page = detail(&document, Method::Get, "/pets");
    let parameters: Vec<_> = page
        .parameters
        .iter()
        .map(|p| (p.name.as_str(), p.location.as_str(), p.required, p.schema.label()))
        .collect();
    assert_eq!(
        parameters,
        [
            ("limit", "query", false, "integer (int32)".to_owned()),
            ("cursor", "query", false, "string".to_owned())
        ]
    );
    let limit = &page.parameters[0].schema;
    assert_eq!(
        (limit.default.clone(), limit.constraints.as_slice()),
        (Some(json!(20)), ["minimum 1".to_owned(), "maximum 100".to_owned()].as_slice())
    );
    assert_eq!(page.parameters[1].description.as_deref(), Some("where to go on"));
    let statuses: Vec<_> = page.responses.iter().map(|response| response.status.as_str()).collect();
    assert_eq!(statuses, ["200", "default"]);
    assert_eq!(page.responses[0].headers[0].name, "X-Next");
    assert_eq!(page.responses[0].contents[0].schema.as_ref().unwrap().label(), "array of Pet");
    let one = detail(&document, Method::Get, "/pets/{petId}");
    assert!(one.parameters[0].required);
    assert_eq!(
        one.responses[0].contents[0].example,
        Some(json!({"id": "9d2e", "name": "Minka", "kind": "cat"}))
    );
    assert_eq!(
        one.responses[1].contents[0].example,
        Some(json!({"$ref": "not a reference", "title": "no such pet", "status": 404}))
    );
}

#[test]
fn schemas_are_trees_with_marked_cycles() {
    let document = accepted(PETS30);
    let page = detail(&document, Method::Get, "/pets/{petId}");
    let pet = page.responses[0].contents[0].schema.as_ref().unwrap();
    assert_eq!(
        outline(pet, 0),
        ": Pet\n  id*: string\n  mother: Pet Cycle\n  name*: string\n  kind*: string\n  born: string (date)\n  properties: object\n    \
         : integer\n  example: Tag\n    : string\n    : object\n      label: string\n  $ref: boolean\n"
    );
    let row = |name: &str| pet.children.iter().find(|child| child.name == name).unwrap();
    assert!(row("id").read_only);
    assert!(row("born").nullable);
    assert_eq!(row("kind").values, [json!("cat"), json!("dog"), json!("no")]);
    assert_eq!(row("name").constraints, ["minimum length 1", "maximum length 80", "pattern ^\\S"]);
    assert_eq!(row("properties").children[0].relation, Relation::Value);
    assert_eq!(row("example").children[1].relation, Relation::OneOf);
}

#[test]
fn three_one_schemas() {
    let document = accepted(PETS31);
    let page = detail(&document, Method::Get, "/subscriptions/{id}");
    assert!(page.parameters[0].schema.nullable);
    let schema = page.responses[0].contents[0].schema.as_ref().unwrap();
    assert_eq!(schema.description.as_deref(), Some("what was asked for"), "words beside a reference count");
    assert_eq!(
        outline(schema, 0),
        ": Subscription\n  id: integer\n  url*: string (uri)\n  kinds: array of string\n    : string\n  secret: string\n  \
         anything: any\n  nothing: never\n"
    );
    let body = detail(&document, Method::Post, "/subscriptions").body.unwrap();
    assert!(body.required);
    let example = body.contents[0].example.clone().unwrap();
    assert_eq!(
        example,
        json!({"url": "https://example.com/", "kinds": ["born"], "secret": "string", "anything": null, "nothing": null})
    );
    let answer = page.responses[0].contents[0].example.clone().unwrap();
    assert_eq!(
        (answer.get("id"), answer.get("secret")),
        (Some(&json!(1)), None),
        "write-only values do not come back"
    );
}

#[test]
fn swagger_bodies_and_forms() {
    let document = accepted(HTTPBIN);
    let status = detail(&document, Method::Get, "/status/{codes}");
    assert_eq!(status.parameters[0].name, "codes");
    assert_eq!(status.responses.len(), 5);
    let text = "swagger: 2.0\ninfo: {title: T, version: 1}\nhost: a.example\nschemes: [https]\nconsumes: [application/json, text/json]\n\
        paths:\n  /a:\n    post:\n      parameters:\n        - {in: body, name: b, required: true, description: what, schema: {$ref: '#/definitions/B'}}\n      \
        responses: {200: {schema: {type: array, items: {type: integer}}, examples: {application/json: [7]}}}\n    \
        put:\n      consumes: [multipart/form-data]\n      parameters:\n        - {in: formData, name: f, type: file, required: true, description: the file}\n        \
        - {in: formData, name: n, type: integer}\n        - {in: query, name: q, type: array, items: {type: string}, description: many}\n\
        definitions: {B: {type: object, properties: {x: {type: string}}}}\n";
    let document = accepted(text);
    let post = detail(&document, Method::Post, "/a");
    let body = post.body.unwrap();
    assert_eq!((body.required, body.description.as_deref()), (true, Some("what")));
    let types: Vec<_> = body.contents.iter().map(|content| content.media_type.as_str()).collect();
    assert_eq!(types, ["application/json", "text/json"]);
    assert_eq!(body.contents[0].schema.as_ref().unwrap().label(), "B");
    assert_eq!(post.responses[0].contents[0].example, Some(json!([7])));
    let put = detail(&document, Method::Put, "/a");
    assert_eq!(put.parameters.len(), 1);
    assert_eq!(put.parameters[0].schema.label(), "array of string");
    assert_eq!(
        (put.parameters[0].description.as_deref(), &put.parameters[0].schema.description),
        (Some("many"), &None)
    );
    let form = put.body.unwrap();
    assert!(form.required);
    assert_eq!(form.contents[0].media_type, "multipart/form-data");
    assert_eq!(outline(form.contents[0].schema.as_ref().unwrap(), 0), ": object\n  f*: file\n  n: integer\n");
}

#[test]
fn a_page_is_bounded_whatever_the_schemas_say() {
    // Each schema has ten properties of the next: ten to the thirtieth rows if nobody cut.
    let schemas: String = (0..30)
        .map(|i| {
            let properties: String = (0..10)
                .map(|p| format!("p{p}: {{$ref: '#/components/schemas/S{}'}}, ", (i + 1) % 30))
                .collect();
            format!("    S{i}: {{description: '{}', properties: {{{properties}}}}}\n", "long ".repeat(2_000))
        })
        .collect();
    let paths = with_paths(
        "  /a: {get: {responses: {200: {content: {j: {schema: {$ref: '#/components/schemas/S0'}}}}}}}",
    );
    let document = accepted(&format!("{paths}components:\n  schemas:\n{schemas}"));
    let page = detail(&document, Method::Get, "/a");
    fn count(view: &SchemaView) -> (usize, usize, bool) {
        let own = (1, view.description.as_ref().map_or(0, String::len), view.end == Some(End::Cut));
        view.children.iter().map(count).fold(own, |a, b| (a.0 + b.0, a.1 + b.1, a.2 || b.2))
    }
    let schema = page.responses[0].contents[0].schema.as_ref().unwrap();
    assert_eq!(schema.children.len(), 10, "no property hides another");
    let (rows, text, cut) = count(schema);
    assert!((300..=400).contains(&rows), "{rows}");
    assert!(text <= 1024 * 1024, "{text}");
    assert!(cut);
}
