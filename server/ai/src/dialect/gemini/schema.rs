//! A JSON schema as the part of OpenAPI that Google's `parameters` and `responseSchema` take. References are put in
//! where they stand, every node gets a type, and what Google has no word for is left out: it would refuse the request.
//! A schema only says to the model what is wanted, so a looser one loses little.

use crate::json::Fields;
use serde_json::{Map, Value, json};

/// Schemas in schemas.
const DEEPEST: u32 = 24;
/// References that stand in each other.
const LONGEST_CHAIN: usize = 64;
/// References that refer to each other multiply.
const NODES: u32 = 4_000;

/// The arguments of a function; `None` where it has none, since an object has to have properties.
pub(super) fn write_parameters(schema: &Value) -> Option<Value> {
    let mut object = match Cleaner::new(schema).node(schema, 0, "object") {
        Value::Object(fields) => fields,
        _ => return None,
    };
    if let Some(Value::Array(members)) = object.remove("anyOf") {
        // arguments are one object: it may have what any of them has
        object = one_of_all(members);
    }
    object.get("properties")?.as_object().filter(|properties| !properties.is_empty())?;
    Some(Value::Object(object))
}

/// What an answer has to be.
pub(super) fn write_schema(schema: &Value) -> Value {
    Cleaner::new(schema).node(schema, 0, "object")
}

fn one_of_all(members: Vec<Value>) -> Map<String, Value> {
    let mut properties = Map::new();
    for mut member in members {
        if let Some(Value::Object(more)) = member.get_mut("properties").map(Value::take) {
            more.into_iter().for_each(|(name, schema)| _ = properties.entry(name).or_insert(schema));
        }
    }
    Map::from_iter([
        ("type".to_owned(), "object".into()),
        ("properties".to_owned(), Value::Object(properties)),
    ])
}

struct Cleaner<'a> {
    root: &'a Value,
    /// References that are being put in.
    following: Vec<&'a str>,
    left: u32,
}

/// A schema with what it refers to and what it is made of (`allOf`): the first that has a keyword says it.
#[derive(Default)]
struct Layers<'a> {
    maps: Vec<&'a Map<String, Value>>,
    /// It contains itself.
    endless: bool,
}

impl<'a> Layers<'a> {
    fn get(&self, keyword: &str) -> Option<&'a Value> {
        self.maps.iter().find_map(|map| map.get(keyword))
    }

    fn text(&self, keyword: &str) -> Option<&'a str> {
        self.get(keyword)?.as_str()
    }

    fn properties(&self) -> impl Iterator<Item = (&'a String, &'a Value)> {
        self.maps.iter().filter_map(|map| map.get("properties")?.as_object()).flatten()
    }

    fn required(&self) -> impl Iterator<Item = &'a str> {
        let lists = self.maps.iter().filter_map(|map| map.get("required")?.as_array());
        lists.flatten().filter_map(Value::as_str)
    }

    /// The types that it may have, in the letters that they came in, and whether it may be null.
    fn types(&self) -> (Vec<&'a str>, bool) {
        let words: Vec<&str> = match self.get("type") {
            Some(Value::String(word)) => vec![word],
            Some(Value::Array(words)) => words.iter().filter_map(Value::as_str).collect(),
            _ => Vec::new(),
        };
        let (nulls, words): (Vec<_>, Vec<_>) =
            words.into_iter().partition(|word| word.eq_ignore_ascii_case("null"));
        (words, !nulls.is_empty() || self.get("nullable") == Some(&Value::Bool(true)))
    }

    /// The values that it may have, when they are counted.
    fn values(&self) -> Vec<&'a Value> {
        match (self.get("enum"), self.get("const")) {
            (Some(Value::Array(values)), _) => values.iter().collect(),
            (_, Some(value)) => vec![value],
            _ => Vec::new(),
        }
    }

    fn members(&self) -> Option<&'a Vec<Value>> {
        self.get("anyOf").or(self.get("oneOf"))?.as_array()
    }

    /// The type of a schema that does not say it.
    fn inferred(&self, otherwise: &'a str) -> &'a str {
        let values: Vec<&Value> = self.values().into_iter().filter(|value| !value.is_null()).collect();
        let all = |is: fn(&Value) -> bool| !values.is_empty() && values.iter().all(|value| is(value));
        match () {
            () if self.get("properties").is_some() => "object",
            () if self.get("items").or(self.get("prefixItems")).is_some() => "array",
            () if all(Value::is_string) => "string",
            () if all(|value| value.is_i64() || value.is_u64()) => "integer",
            () if all(Value::is_number) => "number",
            () if all(Value::is_boolean) => "boolean",
            () => otherwise,
        }
    }
}

impl<'a> Cleaner<'a> {
    fn new(root: &'a Value) -> Self {
        Self { root, following: Vec::new(), left: NODES }
    }

    /// `otherwise` is the type of what says nothing about itself.
    fn node(&mut self, schema: &'a Value, depth: u32, otherwise: &'a str) -> Value {
        if depth > DEEPEST || self.left == 0 {
            return json!({ "type": "object" });
        }
        let following = self.following.len();
        let mut layers = Layers::default();
        self.collect(schema, &mut layers);
        let written = self.write(&layers, depth, otherwise);
        self.following.truncate(following);
        written
    }

    fn collect(&mut self, schema: &'a Value, layers: &mut Layers<'a>) {
        // `true` and `false` are schemas that say nothing
        let Some(fields) = schema.as_object() else { return };
        if self.left == 0 {
            return;
        }
        self.left -= 1;
        layers.maps.push(fields);
        if let Some(reference) = fields.get("$ref").and_then(Value::as_str) {
            let target = reference.strip_prefix('#').and_then(|pointer| self.root.pointer(pointer));
            match target.filter(|_| !reference_is_open(&self.following, reference)) {
                Some(target) => {
                    self.following.push(reference);
                    self.collect(target, layers);
                }
                None => layers.endless = true,
            }
        }
        for member in fields.get("allOf").and_then(Value::as_array).into_iter().flatten() {
            self.collect(member, layers);
        }
    }

    fn write(&mut self, layers: &Layers<'a>, depth: u32, otherwise: &'a str) -> Value {
        let (types, mut nullable) = layers.types();
        nullable |= layers.values().iter().any(|value| value.is_null());
        if layers.endless && types.is_empty() {
            let object = Fields::new().with("type", "object");
            return object.some("description", layers.text("description")).into();
        }
        let structured = layers.get("properties").or(layers.get("items")).is_some();
        let members = layers.members().filter(|_| !structured);
        let (nulls, members): (Vec<_>, Vec<_>) =
            members.into_iter().flatten().partition(|member| is_null(member));
        nullable |= !nulls.is_empty();
        let otherwise = types.first().copied().unwrap_or(otherwise);
        let choices: Vec<Value> = if members.is_empty() {
            let types = if types.is_empty() { vec![layers.inferred(otherwise)] } else { types };
            types.into_iter().map(|word| self.typed(word, layers, depth)).collect()
        } else {
            members.into_iter().map(|member| self.node(member, depth + 1, otherwise)).collect()
        };
        choice(choices, layers, nullable)
    }

    /// A schema of one type.
    fn typed(&mut self, word: &'a str, layers: &Layers<'a>, depth: u32) -> Value {
        let kept = |fields: Fields, keywords: &[&str], is: fn(&Value) -> bool| {
            let value = |keyword: &str| layers.get(keyword).filter(|value| is(value)).cloned();
            keywords.iter().fold(fields, |fields, keyword| fields.some(keyword, value(keyword)))
        };
        let format = |allowed: &[&str]| layers.text("format").filter(|format| allowed.contains(format));
        let fields = Fields::new().with("type", word);
        let fields = kept(fields, &["title", "description"], Value::is_string);
        let fields = match word.to_ascii_lowercase().as_str() {
            "object" => {
                let fields = self.object(fields, layers, depth);
                kept(fields, &["minProperties", "maxProperties"], Value::is_number)
            }
            "array" => {
                let fields = fields.with("items", self.items(layers, depth));
                kept(fields, &["minItems", "maxItems"], Value::is_number)
            }
            "string" => {
                let words = layers.values().into_iter().filter_map(Value::as_str);
                // an empty one is refused
                let words = words.filter(|word| !word.is_empty()).map(Value::from).collect();
                let fields = fields.filled("enum", words).some("format", format(&["enum", "date-time"]));
                let fields = kept(fields, &["pattern"], Value::is_string);
                kept(fields, &["minLength", "maxLength"], Value::is_number)
            }
            "integer" | "number" => {
                let formats: &[&str] = if word.eq_ignore_ascii_case("integer") {
                    &["int32", "int64"]
                } else {
                    &["float", "double"]
                };
                let fields = fields.some("description", counted(layers)).some("format", format(formats));
                kept(fields, &["minimum", "maximum"], Value::is_number)
            }
            _ => fields,
        };
        let example = layers.get("examples").and_then(|examples| examples.get(0));
        let fields = kept(fields, &["default"], |value| !value.is_null());
        fields.some("example", layers.get("example").or(example).cloned()).into()
    }

    fn object(&mut self, fields: Fields, layers: &Layers<'a>, depth: u32) -> Fields {
        let mut properties = Map::new();
        for (name, schema) in layers.properties() {
            if !properties.contains_key(name) {
                properties.insert(name.clone(), self.node(schema, depth + 1, "string"));
            }
        }
        if properties.is_empty() {
            return fields;
        }
        let mut required: Vec<Value> = Vec::new();
        for name in layers.required().filter(|name| properties.contains_key(*name)) {
            if !required.iter().any(|known| known == name) {
                required.push(name.into());
            }
        }
        let ordering = layers.get("propertyOrdering").filter(|value| value.is_array()).cloned();
        fields
            .with("properties", Value::Object(properties))
            .filled("required", required)
            .some("propertyOrdering", ordering)
    }

    /// What stands in a list. Google knows no lists whose items differ by place: each may be any of them.
    fn items(&mut self, layers: &Layers<'a>, depth: u32) -> Value {
        let places = layers.get("prefixItems").or(layers.get("items")).and_then(Value::as_array);
        if let Some(places) = places {
            let choices = places.iter().map(|schema| self.node(schema, depth + 1, "string")).collect();
            return choice(choices, &Layers::default(), false);
        }
        layers
            .get("items")
            .map_or_else(|| json!({ "type": "string" }), |it| self.node(it, depth + 1, "string"))
    }
}

fn reference_is_open(following: &[&str], reference: &str) -> bool {
    // the whole schema is always open, and a chain that is too long may as well be a ring
    reference == "#" || following.len() > LONGEST_CHAIN || following.contains(&reference)
}

fn is_null(schema: &Value) -> bool {
    let says = |keyword: &str, value: Value| schema.get(keyword).is_some_and(|said| *said == value);
    says("type", "null".into()) || says("type", "NULL".into()) || says("const", Value::Null)
}

/// Numbers to choose from can only be said in words.
fn counted(layers: &Layers<'_>) -> Option<String> {
    let values: Vec<String> =
        layers.values().iter().filter(|value| value.is_number()).map(ToString::to_string).collect();
    let said = layers.text("description").map(|text| format!("{text} ")).unwrap_or_default();
    (!values.is_empty()).then(|| format!("{said}One of: {}.", values.join(", ")))
}

/// One of several. Vertex wants `anyOf` to stand alone, so what is said beside it goes into each.
fn choice(choices: Vec<Value>, layers: &Layers<'_>, nullable: bool) -> Value {
    let mut distinct: Vec<Value> = Vec::new();
    for mut choice in choices {
        if let Some(fields) = choice.as_object_mut() {
            if let (Some(text), false) = (layers.text("description"), fields.contains_key("anyOf")) {
                fields.entry("description").or_insert_with(|| text.into());
            }
            if nullable && !fields.contains_key("anyOf") {
                fields.insert("nullable".to_owned(), true.into());
            }
        }
        if !distinct.contains(&choice) {
            distinct.push(choice);
        }
    }
    match distinct.len() {
        0 => json!({ "type": "string" }),
        1 => distinct.pop().unwrap_or_default(),
        _ => json!({ "anyOf": distinct }),
    }
}

#[cfg(test)]
mod tests;
