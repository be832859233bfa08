//! The site folder: everything a browser loads beside the pages.
//!
//! What belongs to one build of the portal (`gatehouse.js`, `gatehouse_bg.wasm`, `gatehouse.css`) stands in
//! `pkg/<hash>/`, where the hash is that of all their contents: browsers may keep these files for ever, and a page can
//! never mix two builds. Files of `public/` keep their names.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use sha2::{Digest, Sha256};

use crate::report::step;
use crate::workspace::Workspace;
use crate::{compress, css, wasm};

/// Contents by path relative to the folder they are in, with `/` between its parts.
pub type Files = BTreeMap<String, Vec<u8>>;

/// Builds the site and writes its folder; answers what is in it.
pub fn build(workspace: &Workspace) -> Result<Files> {
    let mut package = wasm::build(workspace)?;
    step("site", "2 s", || {
        package.insert(
            "gatehouse.css".to_owned(),
            css::build(&workspace.root.join("style/main.css"))?.into_bytes(),
        );
        let mut files = in_hashed_folder(package);
        read_folder(&workspace.root.join("public"), &mut files)?;
        if workspace.profile.is_release() {
            compress::add_siblings(&mut files)?;
        }
        write_folder(&workspace.site(), &files)?;
        Ok(files)
    })
}

fn in_hashed_folder(package: Files) -> Files {
    let mut digest = Sha256::new();
    for (name, bytes) in &package {
        digest.update((name.len() as u64).to_le_bytes());
        digest.update(name);
        digest.update((bytes.len() as u64).to_le_bytes());
        digest.update(bytes);
    }
    let hash: String = digest.finalize().iter().take(8).map(|byte| format!("{byte:02x}")).collect();
    package.into_iter().map(|(name, bytes)| (format!("pkg/{hash}/{name}"), bytes)).collect()
}

/// Adds every file below `folder`; a missing folder has none. Files whose name starts with a dot are left out.
pub fn read_folder(folder: &Path, files: &mut Files) -> Result<()> {
    read_below(folder, "", files)
}

fn read_below(folder: &Path, prefix: &str, files: &mut Files) -> Result<()> {
    if !folder.exists() {
        return Ok(());
    }
    for entry in fs::read_dir(folder).with_context(|| format!("cannot list {}", folder.display()))? {
        let path = entry?.path();
        let name = path.file_name().and_then(|name| name.to_str()).context("a file name is not UTF-8")?;
        let relative = format!("{prefix}{name}");
        if path.is_dir() {
            read_below(&path, &format!("{relative}/"), files)?;
        } else if !name.starts_with('.') {
            files.insert(
                relative,
                fs::read(&path).with_context(|| format!("cannot read {}", path.display()))?,
            );
        }
    }
    Ok(())
}

/// Makes `folder` hold exactly `files`. What is already right is not touched, so that an unchanged site does not make
/// cargo compile the server anew.
fn write_folder(folder: &Path, files: &Files) -> Result<()> {
    let mut present = Files::new();
    read_folder(folder, &mut present)?;
    for name in present.keys().filter(|name| !files.contains_key(*name)) {
        let path = folder.join(name);
        fs::remove_file(&path).with_context(|| format!("cannot remove {name} of the old site"))?;
        if let Some(parent) = path.parent().filter(|parent| is_empty(parent)) {
            fs::remove_dir(parent)?;
        }
    }
    for (name, bytes) in files.iter().filter(|(name, bytes)| present.get(*name) != Some(bytes)) {
        let path = folder.join(name);
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent)?;
        }
        fs::write(&path, bytes).with_context(|| format!("cannot write {}", path.display()))?;
    }
    fs::create_dir_all(folder)?;
    Ok(())
}

fn is_empty(folder: &Path) -> bool {
    fs::read_dir(folder).is_ok_and(|mut entries| entries.next().is_none())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files(entries: &[(&str, &str)]) -> Files {
        entries.iter().map(|(name, text)| ((*name).to_owned(), text.as_bytes().to_vec())).collect()
    }

    #[test]
    fn the_package_folder_changes_with_any_content() {
        let one = in_hashed_folder(files(&[("gatehouse.js", "1"), ("gatehouse.css", "p {}")]));
        let two = in_hashed_folder(files(&[("gatehouse.js", "1"), ("gatehouse.css", "q {}")]));
        assert_eq!(one.len(), 2);
        assert!(one.keys().all(|name| !two.contains_key(name)));
        assert_eq!(one, in_hashed_folder(files(&[("gatehouse.js", "1"), ("gatehouse.css", "p {}")])));
    }

    #[test]
    fn a_written_folder_holds_what_it_should_and_untouched_files_stay_as_they_are() {
        let folder = tempfile::tempdir().unwrap();
        write_folder(folder.path(), &files(&[("same.js", "1"), ("pkg/old/x.js", "1")])).unwrap();
        let before = fs::metadata(folder.path().join("same.js")).unwrap().modified().unwrap();
        let wanted = files(&[("same.js", "1"), ("pkg/new/x.js", "2")]);
        write_folder(folder.path(), &wanted).unwrap();
        let mut found = Files::new();
        read_folder(folder.path(), &mut found).unwrap();
        assert_eq!(found, wanted);
        assert!(!folder.path().join("pkg/old").exists());
        assert_eq!(fs::metadata(folder.path().join("same.js")).unwrap().modified().unwrap(), before);
    }
}
