//! One style sheet out of `style/main.css` and the sheets it imports, so that a page waits for one file.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail};

/// Follows `@import "x.css";` and `@import "x.css" layer(name);`, each on a line of its own, relative to the importing
/// sheet. Fails on any other form of import and on a missing sheet. A missing `path` is an empty sheet.
pub fn build(path: &Path) -> Result<String> {
    if !path.exists() {
        return Ok(String::new());
    }
    inline(path, 0)
}

/// Deep enough for any honest nesting; a sheet that imports itself ends here.
const DEEPEST: usize = 8;

fn inline(path: &Path, depth: usize) -> Result<String> {
    if depth > DEEPEST {
        bail!("{}: imports go round in a circle", path.display());
    }
    let text = fs::read_to_string(path)
        .with_context(|| format!("cannot read the style sheet {}", path.display()))?;
    let mut sheet = String::with_capacity(text.len());
    for (number, line) in text.lines().enumerate() {
        if !line.trim_start().starts_with("@import") {
            sheet.push_str(line);
            sheet.push('\n');
            continue;
        }
        let Some(import) = Import::parse(line) else {
            bail!(
                "{}:{}: expected `@import \"name.css\";` or `... layer(name);`",
                path.display(),
                number + 1
            );
        };
        let imported = inline(&path.with_file_name(import.name), depth + 1)?;
        match import.layer {
            Some(layer) => sheet.push_str(&format!("@layer {layer} {{\n{imported}}}\n")),
            None => sheet.push_str(&imported),
        }
    }
    Ok(sheet)
}

struct Import<'a> {
    name: &'a str,
    layer: Option<&'a str>,
}

impl<'a> Import<'a> {
    fn parse(line: &'a str) -> Option<Self> {
        let rest = line.trim().strip_prefix("@import")?.trim_start().strip_prefix('"')?;
        let (name, rest) = rest.split_once('"')?;
        let rest = rest.trim().strip_suffix(';')?.trim();
        if rest.is_empty() {
            return Some(Self { name, layer: None });
        }
        Some(Self { name, layer: Some(rest.strip_prefix("layer(")?.strip_suffix(')')?) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder(sheets: &[(&str, &str)]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for (name, text) in sheets {
            fs::write(folder.path().join(name), text).unwrap();
        }
        folder
    }

    #[test]
    fn imports_are_put_in_place_and_in_their_layer() {
        let folder = folder(&[
            ("main.css", "@layer base;\n@import \"a.css\";\n@import \"b.css\" layer(base);\np {}\n"),
            ("a.css", "a {}\n"),
            ("b.css", "b {}\n"),
        ]);
        let sheet = build(&folder.path().join("main.css")).unwrap();
        assert_eq!(sheet, "@layer base;\na {}\n@layer base {\nb {}\n}\np {}\n");
    }

    #[test]
    fn a_missing_sheet_is_named() {
        let folder = folder(&[("main.css", "@import \"gone.css\";\n")]);
        let error = build(&folder.path().join("main.css")).unwrap_err();
        assert!(format!("{error:#}").contains("gone.css"), "{error:#}");
    }

    #[test]
    fn an_unreadable_import_is_refused_with_its_line() {
        let folder = folder(&[("main.css", "p {}\n@import url(a.css);\n")]);
        let error = build(&folder.path().join("main.css")).unwrap_err();
        assert!(error.to_string().contains("main.css:2"), "{error}");
    }

    #[test]
    fn a_circle_ends() {
        let folder = folder(&[("main.css", "@import \"main.css\";\n")]);
        assert!(build(&folder.path().join("main.css")).is_err());
    }
}
