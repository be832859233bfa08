//! The description of the management API: OpenAPI 3.1, made from the declarations of the endpoints.

mod operation;

use crate::answer::Object;
use crate::endpoint::Endpoint;
use crate::operation::Answer;
use crate::{BASE, problem, table};
use schemars::SchemaGenerator;
use schemars::generate::SchemaSettings;
use serde_json::{Map, Value, json};
use std::sync::OnceLock;

const INTRODUCTION: &str = "Everything that a page of the portal can do, with a personal access token: \
`Authorization: Bearer ght_…`. Tokens are made in the portal or with `gatehouse token create`; signing in, passwords \
and new tokens are for people in front of the portal. `security` names the scope that a token needs: with `read` it \
reads, with `all` it does everything that its account may do.\n\n\
Bodies are JSON of at most 256 KiB; where an OpenAPI document may be inside, which has at most 5 MiB, or the files of a \
prompt, of as much as such a document takes as a JSON string. Ids are strings, times RFC 3339. \
`PATCH` takes a JSON merge patch (RFC 7396): what is absent stays. `If-Match` with the `ETag` of an object holds for \
its `PATCH` and `DELETE` and for the actions below its address, such as `/publish`. `POST` takes an `Idempotency-Key`. Lists take `limit` and `cursor` and answer \
`{items, next?}`. Refusals are problem details (RFC 9457); an object that the caller may not see is absent.\n\n\
`x-permission` names the permission that an operation asks for, `x-access` where it must be held (`anonymous` and \
`signed-in` ask for none), and `x-audited` \
whether it is written to the audit trail.";

pub fn endpoints() -> Vec<Endpoint> {
    vec![
        Endpoint::get("/openapi.json", "openapi.get", get)
            .open()
            .summary("Describes this API, as OpenAPI 3.1"),
    ]
}

async fn get() -> Answer<Object<&'static Value>> {
    static DOCUMENT: OnceLock<Value> = OnceLock::new();
    Ok(Object(DOCUMENT.get_or_init(|| document(&table()))))
}

fn document(endpoints: &[Endpoint]) -> Value {
    let mut settings = SchemaSettings::draft2020_12();
    settings.definitions_path = "/components/schemas".into();
    settings.meta_schema = None;
    let mut schemas = SchemaGenerator::new(settings);
    let problem = schemas.subschema_for::<problem::Body>();
    let paths = paths(endpoints, &mut schemas);
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Gatehouse management API",
            "version": env!("CARGO_PKG_VERSION"),
            "description": INTRODUCTION,
            "license": { "name": "Apache-2.0", "identifier": "Apache-2.0" },
        },
        "servers": [{ "url": BASE }],
        "security": [{ "token": [] }],
        "tags": tags(endpoints),
        "paths": paths,
        "components": {
            "schemas": schemas.take_definitions(true),
            "securitySchemes": { "token": {
                "type": "http",
                "scheme": "bearer",
                "description": "A personal access token.",
            } },
            "responses": { "Problem": {
                "description": "It was not done; the problem says why.",
                "content": { "application/problem+json": { "schema": problem } },
            } },
        },
    })
}

fn paths(endpoints: &[Endpoint], schemas: &mut SchemaGenerator) -> Map<String, Value> {
    let mut paths: Map<String, Value> = Map::new();
    for endpoint in endpoints {
        let item = paths.entry(endpoint.path).or_insert_with(|| json!({}));
        if let Some(item) = item.as_object_mut() {
            let method = endpoint.method.as_str().to_ascii_lowercase();
            item.insert(method, operation::describe(endpoint, schemas));
        }
    }
    paths
}

/// The areas, in the order in which they are declared.
fn tags(endpoints: &[Endpoint]) -> Vec<Value> {
    let mut areas: Vec<&str> = endpoints.iter().map(operation::area).collect();
    areas.dedup();
    areas.into_iter().map(|area| json!({ "name": area })).collect()
}
