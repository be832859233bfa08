//! One sample of an exposition.

use super::Labels;

pub(super) struct Sample {
    pub name: String,
    pub labels: Labels,
    pub value: f64,
}

impl Sample {
    /// As it stands on its line, with labels in order of their names.
    pub fn series(&self) -> String {
        if self.labels.is_empty() {
            return self.name.clone();
        }
        let escaped = |value: &str| value.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n");
        let pairs: Vec<String> =
            self.labels.iter().map(|(name, value)| format!("{name}=\"{}\"", escaped(value))).collect();
        format!("{}{{{}}}", self.name, pairs.join(","))
    }
}

/// `name{label="value"} 1`, without a time.
pub(super) fn sample(line: &str) -> Result<Sample, String> {
    let end = line.find(['{', ' ']).ok_or("no value")?;
    let (name, rest) = line.split_at(end);
    if !is_name(name) {
        return Err("a name that is none".to_owned());
    }
    let (labels, rest) = match rest.strip_prefix('{') {
        Some(rest) => labels(rest)?,
        None => (Labels::new(), rest),
    };
    let value = rest.strip_prefix(' ').ok_or("no space before the value")?;
    let good = value.bytes().all(|byte| byte.is_ascii_digit() || b".e+".contains(&byte));
    let value = if good { value.parse().ok() } else { None };
    Ok(Sample { name: name.to_owned(), labels, value: value.ok_or("a value that is none, or below 0")? })
}

fn is_name(text: &str) -> bool {
    !text.is_empty()
        && !text.starts_with(|first: char| first.is_ascii_digit())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

/// What stands between the braces, and what follows them.
fn labels(mut rest: &str) -> Result<(Labels, &str), String> {
    let mut labels = Labels::new();
    loop {
        let (name, after) = rest.split_once("=\"").ok_or("a label without a quoted value")?;
        let (value, after) = value(after)?;
        if !is_name(name) || labels.insert(name.to_owned(), value).is_some() {
            return Err("a label that is no name, or there twice".to_owned());
        }
        match after.split_at_checked(1) {
            Some((",", more)) => rest = more,
            Some(("}", end)) => return Ok((labels, end)),
            _ => return Err("labels without an end".to_owned()),
        }
    }
}

/// A value up to its quote, and what follows.
fn value(text: &str) -> Result<(String, &str), String> {
    let mut value = String::new();
    let mut characters = text.char_indices();
    while let Some((at, character)) = characters.next() {
        match character {
            '"' => return Ok((value, text.get(at + 1..).unwrap_or_default())),
            '\\' => value.push(match characters.next() {
                Some((_, 'n')) => '\n',
                Some((_, same @ ('\\' | '"'))) => same,
                _ => return Err("an escape that is none".to_owned()),
            }),
            other => value.push(other),
        }
    }
    Err("a value without an end".to_owned())
}
