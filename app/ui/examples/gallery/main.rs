//! Draws every component into HTML files, in both themes, to look at:
//! `cargo run -p ui --example gallery --features ssr -- target/gallery`

mod catalogue;
mod charts;
mod forms;
mod home;
mod lists;
mod sample;
mod words;

use leptos::prelude::*;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

type Draw = fn() -> AnyView;

const PAGES: &[(&str, Draw)] = &[
    ("home", home::page),
    ("catalogue", catalogue::page),
    ("lists", lists::page),
    ("forms", forms::page),
    ("words", words::page),
    ("charts", charts::page),
    ("sign-in", forms::sign_in),
];

fn main() -> io::Result<()> {
    let folder = env::args().nth(1).map_or_else(|| PathBuf::from("target/gallery"), PathBuf::from);
    fs::create_dir_all(&folder)?;
    fs::write(folder.join("style.css"), style()?)?;
    for (name, draw) in PAGES {
        let body = Owner::new().with(|| draw().to_html());
        for theme in ["light", "dark"] {
            fs::write(folder.join(format!("{name}.{theme}.html")), document(theme, name, &body))?;
        }
    }
    Ok(())
}

fn document(theme: &str, title: &str, body: &str) -> String {
    format!(
        "<!doctype html><html lang=\"en\" data-theme=\"{theme}\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><title>{title}</title>\
         <link rel=\"stylesheet\" href=\"style.css\"></head><body>{body}</body></html>"
    )
}

/// The style in one piece, as the build makes it.
fn style() -> io::Result<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../style");
    let names = fs::read_to_string(folder.join("main.css"))?;
    let imports = names.lines().filter_map(|line| line.strip_prefix("@import \"")?.strip_suffix("\";"));
    imports.map(|name| fs::read_to_string(folder.join(name))).collect()
}
