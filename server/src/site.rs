//! The portal's browser assets: scripts, wasm, style sheet and the files of `public/`, answered from memory.
//!
//! What stands in `pkg/<hash>/` changes its address with its content and may be kept for ever; everything else is
//! checked again after ten minutes. Compressed siblings (`x.js.br`, `x.js.gz`) are chosen by `Accept-Encoding`.
//! Never renders a page and never touches the disk after start.

mod asset;

use std::collections::{BTreeSet, HashMap};
use std::path::Path;
use std::sync::Arc;
use std::{fs, io};

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use bytes::Bytes;
use http::{HeaderMap, Method};

use asset::Asset;

/// Compiled in by `build.rs`; empty when the build was not `cargo bundle build --release`.
static EMBEDDED: &[(&str, &[u8])] = include!(concat!(env!("OUT_DIR"), "/site.rs"));

pub struct Site {
    /// By path without its leading slash.
    assets: HashMap<String, Asset>,
    package: String,
}

impl Site {
    /// The assets in this binary, or those of the folder `site` beside it when it was built without.
    /// Fails when that folder cannot be read; a missing one is an empty site.
    pub fn load() -> io::Result<Self> {
        if !EMBEDDED.is_empty() {
            let files = EMBEDDED.iter().map(|(name, bytes)| ((*name).to_owned(), Bytes::from_static(bytes)));
            return Ok(Self::of(files.collect()));
        }
        Self::read(&std::env::current_exe()?.with_file_name("site"))
    }

    /// The assets of a folder as `cargo bundle site` writes it.
    pub fn read(folder: &Path) -> io::Result<Self> {
        let mut files = HashMap::new();
        if folder.is_dir() {
            read_below(folder, "", &mut files)?;
        }
        Ok(Self::of(files))
    }

    /// True when pages will come without style and islands: the assets were not built.
    pub fn is_empty(&self) -> bool {
        self.assets.is_empty()
    }

    /// The folder of this build's scripts, wasm and style sheet, `pkg/<hash>`: Leptos' `site_pkg_dir`.
    /// It holds `gatehouse.js`, `gatehouse_bg.wasm` and `gatehouse.css`.
    pub fn package(&self) -> &str {
        &self.package
    }

    /// The answer to a GET or HEAD of `path`, if there is such an asset.
    pub fn get(&self, path: &str, headers: &HeaderMap) -> Option<Response> {
        self.assets.get(path.trim_start_matches('/')).map(|asset| asset.respond(headers))
    }

    /// The addresses of all assets, sorted; those of the package as one, since each build has its own.
    #[must_use]
    pub fn paths(&self) -> Vec<String> {
        let of_build = |name: &String| match name.strip_prefix(&format!("{}/", self.package)) {
            Some(_) => "/pkg/{build}/{file}".to_owned(),
            None => format!("/{name}"),
        };
        let paths: BTreeSet<String> = self.assets.keys().map(of_build).collect();
        paths.into_iter().collect()
    }

    fn of(mut files: HashMap<String, Bytes>) -> Self {
        let package = files.keys().find_map(|name| package_of(name)).unwrap_or("pkg").to_owned();
        let siblings: HashMap<String, Bytes> = files.extract_if(|name, _| is_sibling(name)).collect();
        let assets = files
            .into_iter()
            .map(|(name, plain)| {
                let sibling = |end: &str| siblings.get(&format!("{name}{end}")).cloned();
                let asset = Asset::new(&name, plain, sibling(".br"), sibling(".gz"));
                (name, asset)
            })
            .collect();
        Self { assets, package }
    }
}

/// Answers what is an asset and passes on the rest. Stands before sessions and other layers, which assets do not need.
pub async fn serve(State(site): State<Arc<Site>>, request: Request, next: Next) -> Response {
    let asks = matches!(*request.method(), Method::GET | Method::HEAD);
    match asks.then(|| site.get(request.uri().path(), request.headers())).flatten() {
        Some(response) if request.method() == Method::HEAD => response.map(|_| axum::body::Body::empty()),
        Some(response) => response,
        None => next.run(request).await,
    }
}

/// `pkg/<hash>` of `pkg/<hash>/gatehouse.css`.
fn package_of(name: &str) -> Option<&str> {
    name.strip_suffix("/gatehouse.css").filter(|folder| folder.starts_with("pkg/"))
}

fn is_sibling(name: &str) -> bool {
    name.ends_with(".br") || name.ends_with(".gz")
}

fn read_below(folder: &Path, prefix: &str, files: &mut HashMap<String, Bytes>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
        if entry.path().is_dir() {
            read_below(&entry.path(), &format!("{name}/"), files)?;
        } else {
            files.insert(name, fs::read(entry.path())?.into());
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests;
