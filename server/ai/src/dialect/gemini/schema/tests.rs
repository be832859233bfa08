use super::*;

#[test]
fn values_become_what_google_takes() {
    for (schema, expected) in [
        (json!({ "type": "string", "$comment": "x", "format": "email" }), json!({ "type": "string" })),
        (
            json!({ "type": "STRING", "format": "date-time" }),
            json!({ "type": "STRING", "format": "date-time" }),
        ),
        (
            json!({ "type": "string", "minLength": 1, "maxLength": 2, "pattern": "a", "default": "a", "title": "t" }),
            json!({ "type": "string", "title": "t", "minLength": 1, "maxLength": 2, "pattern": "a", "default": "a" }),
        ),
        (
            json!({ "type": "integer", "exclusiveMinimum": 0, "maximum": 9, "format": "int64", "multipleOf": 2 }),
            json!({ "type": "integer", "format": "int64", "maximum": 9 }),
        ),
        (json!({ "type": "number", "format": "decimal" }), json!({ "type": "number" })),
        (json!({ "type": ["string", "null"] }), json!({ "type": "string", "nullable": true })),
        (
            json!({ "type": ["string", "integer", "null"], "description": "d" }),
            json!({ "anyOf": [
                { "type": "string", "description": "d", "nullable": true },
                { "type": "integer", "description": "d", "nullable": true },
            ] }),
        ),
        (json!({ "const": "a" }), json!({ "type": "string", "enum": ["a"] })),
        (
            json!({ "enum": ["a", "", null, "b"] }),
            json!({ "type": "string", "enum": ["a", "b"], "nullable": true }),
        ),
        (
            json!({ "type": "integer", "enum": [1, 2], "description": "Level." }),
            json!({ "type": "integer", "description": "Level. One of: 1, 2." }),
        ),
        (json!({ "enum": [1.5, 2] }), json!({ "type": "number", "description": "One of: 1.5, 2." })),
        (json!({ "const": true }), json!({ "type": "boolean" })),
    ] {
        assert_eq!(write_schema(&schema), expected, "{schema}");
    }
}

#[test]
fn lists_and_choices_become_what_google_takes() {
    for (schema, expected) in [
        (json!({ "type": "array" }), json!({ "type": "array", "items": { "type": "string" } })),
        (
            json!({ "items": { "type": "integer" }, "minItems": 1, "uniqueItems": true }),
            json!({ "type": "array", "items": { "type": "integer" }, "minItems": 1 }),
        ),
        (
            json!({ "type": "array", "prefixItems": [{ "type": "integer" }, { "type": "string" }, { "type": "string" }], "items": false }),
            json!({ "type": "array", "items": { "anyOf": [{ "type": "integer" }, { "type": "string" }] } }),
        ),
        (
            json!({ "anyOf": [{ "type": "string" }, { "type": "null" }], "default": "x", "description": "d" }),
            json!({ "type": "string", "description": "d", "nullable": true }),
        ),
        (
            json!({ "oneOf": [{ "type": "string" }, { "type": "integer", "description": "own" }], "description": "d" }),
            json!({ "anyOf": [
                { "type": "string", "description": "d" },
                { "type": "integer", "description": "own" },
            ] }),
        ),
        (
            json!({ "type": "integer", "anyOf": [{ "minimum": 1 }, { "maximum": -1 }] }),
            json!({ "anyOf": [{ "type": "integer", "minimum": 1 }, { "type": "integer", "maximum": -1 }] }),
        ),
        (json!({ "type": "string", "examples": ["x", "y"] }), json!({ "type": "string", "example": "x" })),
        (json!({ "type": "object", "additionalProperties": true }), json!({ "type": "object" })),
        (json!(true), json!({ "type": "object" })),
        (json!({}), json!({ "type": "object" })),
    ] {
        assert_eq!(write_schema(&schema), expected, "{schema}");
    }
}

#[test]
fn objects_keep_what_they_name() {
    let schema = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$defs": { "unused": {} },
        "type": "object",
        "properties": { "any": {}, "$ref": { "type": "string" }, "on": true },
        "required": ["any", "gone", "any"],
        "patternProperties": { "x": {} },
        "anyOf": [{ "required": ["any"] }, { "required": ["on"] }],
    });
    let expected = json!({
        "type": "object",
        "properties": { "any": { "type": "string" }, "$ref": { "type": "string" }, "on": { "type": "string" } },
        "required": ["any"],
    });
    assert_eq!(write_schema(&schema), expected);
}

#[test]
fn references_are_put_in() {
    let schema = json!({
        "type": "object",
        "properties": {
            "home": { "$ref": "#/$defs/address", "description": "Where." },
            "work": { "allOf": [{ "$ref": "#/$defs/address" }, { "properties": { "floor": { "type": "integer" } }, "required": ["floor"] }] },
            "a/b": { "$ref": "#/definitions/x~1y" },
            "lost": { "$ref": "#/$defs/lost" },
            "far": { "$ref": "https://example.com/schema.json" },
        },
        "$defs": { "address": {
            "type": "object", "description": "An address.", "properties": { "city": { "type": "string" } }, "required": ["city"],
        } },
        "definitions": { "x/y": { "type": "boolean" } },
    });
    let expected = json!({
        "type": "object",
        "properties": {
            "home": {
                "type": "object", "description": "Where.",
                "properties": { "city": { "type": "string" } }, "required": ["city"],
            },
            "work": {
                "type": "object", "description": "An address.",
                "properties": { "city": { "type": "string" }, "floor": { "type": "integer" } },
                "required": ["city", "floor"],
            },
            "a/b": { "type": "boolean" },
            "lost": { "type": "object" },
            "far": { "type": "object" },
        },
    });
    assert_eq!(write_schema(&schema), expected);
}

#[test]
fn cycles_are_cut() {
    let tree = json!({
        "$ref": "#/$defs/node",
        "$defs": { "node": { "type": "object", "properties": {
            "name": { "type": "string" },
            "children": { "type": "array", "items": { "$ref": "#/$defs/node" } },
            "root": { "$ref": "#" },
        } } },
    });
    let expected = json!({ "type": "object", "properties": {
        "name": { "type": "string" },
        "children": { "type": "array", "items": { "type": "object" } },
        "root": { "type": "object" },
    } });
    assert_eq!(write_schema(&tree), expected);
    assert_eq!(
        write_schema(&json!({ "$ref": "#/$defs/a", "$defs": { "a": { "$ref": "#/$defs/a" } } })),
        json!({ "type": "object" })
    );
}

#[test]
fn references_that_multiply_are_bounded() {
    let mut defs = Map::new();
    for n in 0..20 {
        let next = json!({ "$ref": format!("#/$defs/d{}", n + 1) });
        let properties = json!({ "a": next, "b": next, "c": next, "d": next });
        defs.insert(format!("d{n}"), json!({ "type": "object", "properties": properties }));
    }
    let written = write_schema(&json!({ "$ref": "#/$defs/d0", "$defs": defs })).to_string();
    assert!(written.len() < 500_000, "{}", written.len());
    let chain = (0..5_000).map(|n| (format!("c{n}"), json!({ "$ref": format!("#/$defs/c{}", n + 1) })));
    let chain = json!({ "$ref": "#/$defs/c0", "$defs": Map::from_iter(chain) });
    assert_eq!(write_schema(&chain), json!({ "type": "object" }));
    let mut deep = json!({ "type": "string" });
    for _ in 0..100 {
        deep = json!({ "type": "array", "items": deep });
    }
    assert_eq!(write_schema(&deep).to_string().matches("array").count(), DEEPEST as usize + 1);
}

#[test]
fn arguments_are_an_object_with_properties() {
    for (schema, expected) in [
        (json!({}), None),
        (json!(null), None),
        (json!({ "type": "object" }), None),
        (json!({ "type": "object", "properties": {} }), None),
        (json!({ "type": "string" }), None),
        (
            json!({ "properties": { "a": { "type": "string" } } }),
            Some(json!({ "type": "object", "properties": { "a": { "type": "string" } } })),
        ),
        (
            json!({ "oneOf": [
                { "type": "object", "properties": { "a": { "type": "string" } }, "required": ["a"] },
                { "type": "object", "properties": { "a": { "type": "integer" }, "b": { "type": "integer" } } },
            ] }),
            Some(
                json!({ "type": "object", "properties": { "a": { "type": "string" }, "b": { "type": "integer" } } }),
            ),
        ),
    ] {
        assert_eq!(write_parameters(&schema), expected, "{schema}");
    }
}
