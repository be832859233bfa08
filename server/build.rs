//! Compiles the portal's browser assets into a release binary: writes the table that `src/site.rs` includes.
//! `cargo bundle build --release` names their folder in `GATEHOUSE_SITE_DIR`; without it the table is empty and the
//! binary reads the folder `site` beside itself, which is how debug builds and tests work.

use std::fmt::Write as _;
use std::path::Path;
use std::{env, fs, io};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rerun-if-env-changed=GATEHOUSE_SITE_DIR");
    let mut table = String::from("&[\n");
    if let Some(folder) = variable("GATEHOUSE_SITE_DIR") {
        println!("cargo:rerun-if-changed={folder}");
        list(Path::new(&folder), "", &mut table)?;
    }
    table.push_str("]\n");
    let output = variable("OUT_DIR").ok_or("cargo sets OUT_DIR")?;
    fs::write(Path::new(&output).join("site.rs"), table)?;
    Ok(())
}

/// One line `("pkg/../x.js", include_bytes!("/../x.js")),` per file.
fn list(folder: &Path, prefix: &str, table: &mut String) -> io::Result<()> {
    let mut entries = fs::read_dir(folder)?.collect::<io::Result<Vec<_>>>()?;
    entries.sort_by_key(fs::DirEntry::file_name);
    for entry in entries {
        let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
        let path = entry.path();
        if path.is_dir() {
            list(&path, &format!("{name}/"), table)?;
        } else {
            writeln!(table, "    ({name:?}, include_bytes!({path:?})),").map_err(io::Error::other)?;
        }
    }
    Ok(())
}

#[expect(clippy::disallowed_methods, reason = "a build script has no other way to hear of its surroundings")]
fn variable(name: &str) -> Option<String> {
    env::var(name).ok()
}
