//! A schema as a reference page shows it: a tree of rows, with references followed, cycles marked and depth cut.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::budget::Budget;
use super::flatten::Flat;

/// Levels shown.
const MAX_DEPTH: usize = 12;

/// Most rows of one schema.
const MAX_ROWS: usize = 400;

/// Most values listed of an enumeration.
const MAX_VALUES: usize = 100;

/// How a row belongs to the one above it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Relation {
    /// The schema itself.
    Whole,
    /// A named property of an object.
    Property,
    /// The values of an object's further properties.
    Value,
    /// The elements of an array.
    Item,
    /// One of the alternatives, of which exactly one fits.
    OneOf,
    /// One of the alternatives, of which at least one fits.
    AnyOf,
}

/// Why a row has no children although its schema has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum End {
    /// The schema stands above already.
    Cycle,
    /// Too deep, or too many rows for one page.
    Cut,
}

/// One row and those below it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SchemaView {
    /// The property's name; empty for other relations.
    pub name: String,
    pub relation: Relation,
    /// `string`, `object`, `integer or string`, `any`, `never`.
    pub kind: String,
    pub format: Option<String>,
    /// The name of the component that is referred to.
    pub reference: Option<String>,
    pub description: Option<String>,
    pub required: bool,
    pub nullable: bool,
    pub deprecated: bool,
    pub read_only: bool,
    pub write_only: bool,
    /// The enumeration or constant.
    pub values: Vec<Value>,
    pub default: Option<Value>,
    pub example: Option<Value>,
    /// Limits in words: `minimum 1`, `pattern ^[a-z]+$`.
    pub constraints: Vec<String>,
    pub children: Vec<SchemaView>,
    pub end: Option<End>,
}

impl SchemaView {
    /// Kind and format in one line: `array of integer (int64)`, `Pet`.
    #[must_use]
    pub fn label(&self) -> String {
        let item = self.children.iter().find(|child| child.relation == Relation::Item);
        match (&self.reference, item, &self.format) {
            (Some(name), _, _) => name.clone(),
            (None, Some(item), _) => format!("{} of {}", self.kind, item.label()),
            (None, None, Some(format)) => format!("{} ({format})", self.kind),
            (None, None, None) => self.kind.clone(),
        }
    }
}

/// Builds views from one document, within one budget.
pub(super) struct Viewer<'a> {
    pub root: &'a Value,
    pub budget: Budget,
    /// The schemas that enclose the one being viewed.
    trail: Vec<usize>,
}

impl<'a> Viewer<'a> {
    pub(super) const fn new(root: &'a Value) -> Self {
        Self { root, budget: Budget::of_page(), trail: Vec::new() }
    }

    /// The view of a whole schema.
    pub(super) fn whole(&mut self, schema: &'a Value) -> SchemaView {
        self.top("", Relation::Whole, false, schema)
    }

    /// The view of one field of a form, which has no schema of its own.
    pub(super) fn field(&mut self, name: &str, required: bool, schema: &'a Value) -> SchemaView {
        self.top(name, Relation::Property, required, schema)
    }

    fn top(&mut self, name: &str, relation: Relation, required: bool, schema: &'a Value) -> SchemaView {
        let rows = self.budget.rows(MAX_ROWS);
        let (view, made) = self.view(name, relation, required, schema, rows);
        self.budget.spend_rows(made);
        view
    }

    /// One view of at most `rows` rows, and how many it took; the row itself is always made.
    fn view(
        &mut self,
        name: &str,
        relation: Relation,
        required: bool,
        schema: &'a Value,
        rows: usize,
    ) -> (SchemaView, usize) {
        let flat = Flat::of(self.root, schema);
        let mut view = SchemaView { required, ..self.row(name, relation, &flat) };
        let mut made = 1;
        if self.trail.contains(&flat.identity) {
            view.end = Some(End::Cycle);
        } else {
            self.trail.push(flat.identity);
            made += self.children(&flat, &mut view, rows.saturating_sub(1));
            self.trail.pop();
        }
        (view, made)
    }

    /// The row alone.
    fn row(&mut self, name: &str, relation: Relation, flat: &Flat<'a>) -> SchemaView {
        let budget = &mut self.budget;
        let mut text = |keyword| budget.text(flat.get(keyword)?.as_str()?);
        let (format, description) = (text("format"), text("description").or_else(|| text("title")));
        let constant = flat.get("const").into_iter();
        let values = flat
            .list("enum")
            .iter()
            .take(MAX_VALUES)
            .chain(constant)
            .map_while(|value| budget.value(value))
            .collect();
        let example = flat.get("example").or_else(|| flat.list("examples").first());
        SchemaView {
            name: budget.text(name).unwrap_or_default(),
            relation,
            kind: kind(flat),
            format,
            reference: flat.reference.as_deref().and_then(|name| budget.text(name)),
            description,
            required: false,
            nullable: flat.nullable(),
            deprecated: flat.flag("deprecated"),
            read_only: flat.flag("readOnly"),
            write_only: flat.flag("writeOnly"),
            values,
            default: flat.get("default").and_then(|value| budget.value(value)),
            example: example.and_then(|value| budget.value(value)),
            constraints: constraints(flat, budget),
            children: Vec::new(),
            end: None,
        }
    }

    /// Adds the rows below `view`, at most `rows`, and says how many those were. Every child gets its row before
    /// any of them gets a second one, so that one deep property cannot hide its siblings.
    fn children(&mut self, flat: &Flat<'a>, view: &mut SchemaView, rows: usize) -> usize {
        let rows = if self.trail.len() >= MAX_DEPTH { 0 } else { rows };
        let mut members: Vec<_> = members(flat).take(rows + 1).collect();
        if members.len() > rows {
            view.end = Some(End::Cut);
            members.truncate(rows);
        }
        let mut left = rows;
        let mut waiting = members.len();
        for (name, relation, required, schema) in members {
            let spare = left.saturating_sub(waiting) / waiting.max(1);
            let (child, made) = self.view(name, relation, required, schema, 1 + spare);
            view.children.push(child);
            left = left.saturating_sub(made);
            waiting -= 1;
        }
        rows - left
    }
}

/// The schemas inside a schema: name, relation, whether it must be there, and the schema.
fn members<'a>(flat: &Flat<'a>) -> impl Iterator<Item = (&'a str, Relation, bool, &'a Value)> {
    let required = flat.required();
    let property = move |(name, schema)| (name, Relation::Property, required.contains(name), schema);
    let unnamed = |relation| move |schema: &'a Value| ("", relation, false, schema);
    let others = flat.get("additionalProperties").filter(|schema| schema.is_object());
    let items = match flat.get("items") {
        Some(Value::Array(tuple)) => tuple.as_slice(),
        Some(item) => std::slice::from_ref(item),
        None => flat.list("prefixItems"),
    };
    flat.properties()
        .map(property)
        .chain(others.map(unnamed(Relation::Value)))
        .chain(items.iter().map(unnamed(Relation::Item)))
        .chain(flat.list("oneOf").iter().map(unnamed(Relation::OneOf)))
        .chain(flat.list("anyOf").iter().map(unnamed(Relation::AnyOf)))
}

fn kind(flat: &Flat<'_>) -> String {
    if flat.never {
        return "never".to_owned();
    }
    let types = flat.types();
    if !types.is_empty() {
        return super::finding::clip(&types.join(" or "), 200);
    }
    let known = flat.list("enum").first().or_else(|| flat.get("const"));
    match known {
        Some(Value::String(_)) => "string",
        Some(Value::Bool(_)) => "boolean",
        Some(Value::Number(_)) => "number",
        _ => "any",
    }
    .to_owned()
}

fn constraints(flat: &Flat<'_>, budget: &mut Budget) -> Vec<String> {
    const WORDS: [(&str, &str); 13] = [
        ("minimum", "minimum"),
        ("exclusiveMinimum", "more than"),
        ("maximum", "maximum"),
        ("exclusiveMaximum", "less than"),
        ("multipleOf", "multiple of"),
        ("minLength", "minimum length"),
        ("maxLength", "maximum length"),
        ("pattern", "pattern"),
        ("minItems", "minimum items"),
        ("maxItems", "maximum items"),
        ("uniqueItems", "unique items"),
        ("minProperties", "minimum properties"),
        ("maxProperties", "maximum properties"),
    ];
    let mut said = Vec::new();
    for (keyword, words) in WORDS {
        let limit = match flat.get(keyword) {
            Some(Value::Number(number)) => format!("{words} {number}"),
            Some(Value::String(text)) => match budget.text(text) {
                Some(text) => format!("{words} {text}"),
                None => continue,
            },
            // 3.0 says with a flag that `minimum` or `maximum` itself does not fit.
            Some(Value::Bool(true)) if keyword.starts_with("exclusiveMin") => "minimum excluded".to_owned(),
            Some(Value::Bool(true)) if keyword.starts_with("exclusiveMax") => "maximum excluded".to_owned(),
            Some(Value::Bool(true)) => words.to_owned(),
            _ => continue,
        };
        said.push(limit);
    }
    said
}
