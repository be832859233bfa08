//! A statement: text written by us with `$1` placeholders, and the values for them.
//! Text only ever comes from literals; what a user typed is a value.

use std::borrow::Cow;

use sqlx::database::HasStatementCache;
use sqlx::query::Query;
use sqlx::{Arguments as _, AssertSqlSafe, Database, Encode, IntoArguments, Type};

use super::value::Value;

/// A statement with its values.
#[must_use = "a statement does nothing until it is run"]
pub struct Sql {
    text: Cow<'static, str>,
    values: Vec<Value>,
    filtered: bool,
    once: bool,
    /// Whether placeholder n is the n-th in the text, each once.
    in_order: bool,
    /// The text without numbers, where it was made before.
    plain: Option<&'static str>,
}

/// Starts a statement.
pub fn sql(text: &'static str) -> Sql {
    Sql::of(text, Vec::new())
}

impl Sql {
    fn of(text: &'static str, values: Vec<Value>) -> Self {
        let text = Cow::Borrowed(text);
        Self { text, values, filtered: false, once: false, in_order: false, plain: None }
    }

    /// A statement that was made before, with and without numbers.
    pub(super) fn prepared(text: &'static str, plain: &'static str, values: Vec<Value>) -> Self {
        Self { plain: Some(plain), ..Self::of(text, values) }
    }

    /// The value of the next placeholder that is already in the text.
    pub fn bind(mut self, value: impl Into<Value>) -> Self {
        self.values.push(value.into());
        self.in_order = false;
        self
    }

    /// More text.
    pub fn push(mut self, text: &'static str) -> Self {
        self.text.to_mut().push_str(text);
        self
    }

    /// A value where the text stands now: appends its placeholder.
    pub fn value(mut self, value: impl Into<Value>) -> Self {
        self.values.push(value.into());
        let number = self.values.len();
        self.text.to_mut().push_str(&format!("${number}"));
        self
    }

    /// Values with commas between them: `$1, $2, $3`.
    pub fn values<V: Into<Value>>(mut self, values: impl IntoIterator<Item = V>) -> Self {
        for (index, value) in values.into_iter().enumerate() {
            if index > 0 {
                self = self.push(", ");
            }
            self = self.value(value);
        }
        self
    }

    /// Rows for `VALUES`: `($1, $2), ($3, $4)`.
    pub fn rows(mut self, rows: impl IntoIterator<Item = Vec<Value>>) -> Self {
        self.in_order = self.values.is_empty();
        for (index, row) in rows.into_iter().enumerate() {
            self = self.push(if index > 0 { ", (" } else { "(" }).values(row).push(")");
        }
        self.once()
    }

    /// `WHERE condition $n`, or `AND condition $n` after the first; `condition` ends in its operator.
    pub fn filter(self, condition: &'static str, value: impl Into<Value>) -> Self {
        self.condition(condition).push(" ").value(value)
    }

    /// [`Sql::filter`] when there is something to filter by.
    pub fn filter_some<V: Into<Value>>(self, condition: &'static str, value: Option<V>) -> Self {
        match value {
            Some(value) => self.filter(condition, value),
            None => self,
        }
    }

    /// `column IN ($n, ...)`; an empty list matches nothing.
    pub fn filter_in<V: Into<Value>>(
        self,
        column: &'static str,
        values: impl IntoIterator<Item = V>,
    ) -> Self {
        self.condition("").within(column, values)
    }

    /// `column IN (...)` as part of a condition that goes on; an empty list matches nothing.
    pub fn within<V: Into<Value>>(self, column: &'static str, values: impl IntoIterator<Item = V>) -> Self {
        let mut values = values.into_iter().peekable();
        if values.peek().is_none() {
            return self.push("FALSE");
        }
        self.push(column).push(" IN (").values(values).push(")").once()
    }

    /// Whether the text `expression`, which is in lower case, contains `part` in any case.
    pub fn contains(self, expression: &'static str, part: &str) -> Self {
        let mut pattern = String::from("%");
        for letter in part.to_lowercase().chars() {
            if matches!(letter, '%' | '_' | '\\') {
                pattern.push('\\');
            }
            pattern.push(letter);
        }
        pattern.push('%');
        self.filter(expression, pattern).push(" ESCAPE '\\'")
    }

    /// A condition without a value, or one that goes on with [`Sql::push`] and [`Sql::value`].
    pub fn condition(mut self, condition: &'static str) -> Self {
        let joint = if self.filtered { " AND " } else { " WHERE " };
        self.filtered = true;
        self.push(joint).push(condition)
    }

    /// Keyset paging: only what comes after the place of `after`, in the order of `columns`,
    /// written as `"(at, id) <"` for a descending list.
    pub fn after<V: Into<Value>, const N: usize>(self, columns: &'static str, after: Option<[V; N]>) -> Self {
        match after {
            Some(place) => self.condition(columns).push(" (").values(place).push(")"),
            None => self,
        }
    }

    /// `ORDER BY ... LIMIT n`.
    pub fn page(self, order: &'static str, limit: u32) -> Self {
        self.push(" ORDER BY ").push(order).push(" LIMIT ").value(limit)
    }

    /// Not worth a place in the cache of prepared statements: its text varies.
    pub fn once(mut self) -> Self {
        self.once = true;
        self
    }

    pub(super) fn text(&self) -> &Cow<'static, str> {
        &self.text
    }

    /// For SQLite, which looks every numbered placeholder up among all of them, so that a statement with
    /// thousands takes a second: without numbers where they stand in order anyway.
    pub(super) fn unnumbered(mut self) -> Self {
        if let Some(plain) = self.plain {
            self.text = Cow::Borrowed(plain);
        } else if self.in_order {
            let mut digits = false;
            self.text.to_mut().retain(|letter| {
                digits = letter == '$' || (digits && letter.is_ascii_digit());
                letter == '$' || !digits
            });
            self.text = self.text.replace('$', "?").into();
        }
        self
    }

    /// The statement for a driver, each value bound as its own type.
    pub(super) fn query<DB>(self) -> sqlx::Result<Query<'static, DB, DB::Arguments>>
    where
        DB: Database + HasStatementCache,
        DB::Arguments: IntoArguments<DB>,
        Option<String>: for<'t> Encode<'t, DB> + Type<DB>,
        Option<i64>: for<'t> Encode<'t, DB> + Type<DB>,
        Option<f64>: for<'t> Encode<'t, DB> + Type<DB>,
        Option<bool>: for<'t> Encode<'t, DB> + Type<DB>,
        Option<Vec<u8>>: for<'t> Encode<'t, DB> + Type<DB>,
    {
        let mut arguments = DB::Arguments::default();
        arguments.reserve(self.values.len(), 0);
        for value in self.values {
            match value {
                Value::Text(value) => arguments.add(value),
                Value::Int(value) => arguments.add(value),
                Value::Float(value) => arguments.add(value),
                Value::Bool(value) => arguments.add(value),
                Value::Bytes(value) => arguments.add(value),
            }
            .map_err(sqlx::Error::Encode)?;
        }
        Ok(sqlx::query_with(AssertSqlSafe(self.text), arguments).persistent(!self.once))
    }
}
