//! The folder `style/` is whole: every file is part of the page, and none brings what the page's content
//! security policy forbids.

use std::collections::BTreeSet;
use std::{fs, io, path::Path};

fn folder() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../style"))
}

/// The files that `main.css` imports, in its order.
fn imported() -> io::Result<Vec<String>> {
    let main = fs::read_to_string(folder().join("main.css"))?;
    let names = main.lines().filter_map(|line| line.strip_prefix("@import \"")?.strip_suffix("\";"));
    Ok(names.map(str::to_owned).collect())
}

#[test]
fn every_file_is_imported_once() -> io::Result<()> {
    let files = fs::read_dir(folder())?.map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned()));
    let files: BTreeSet<String> =
        files.filter(|name| name.as_ref().is_ok_and(|name| name != "main.css")).collect::<io::Result<_>>()?;
    let imported = imported()?;
    assert_eq!(imported.len(), files.len(), "a file is imported twice or not at all");
    assert_eq!(imported.into_iter().collect::<BTreeSet<_>>(), files);
    Ok(())
}

#[test]
fn nothing_is_fetched_from_elsewhere() -> io::Result<()> {
    for name in imported()? {
        let css = fs::read_to_string(folder().join(&name))?;
        assert!(!css.contains("url("), "{name} fetches something");
        assert_eq!(css.matches('{').count(), css.matches('}').count(), "{name} has an open block");
    }
    Ok(())
}

#[test]
fn colours_are_named_only_in_tokens() -> io::Result<()> {
    for name in imported()?.into_iter().filter(|name| name != "tokens.css") {
        let css = fs::read_to_string(folder().join(&name))?;
        let colours: Vec<&str> =
            css.lines().filter(|line| line.contains(": #") || line.contains(" #")).collect();
        assert_eq!(colours, Vec::<&str>::new(), "{name} names a colour");
    }
    Ok(())
}
