//! Marked secrets, and everything that they are looked for in.

use std::path::Path;

/// What was found, and what is looked for in it.
#[derive(Default)]
pub struct Search {
    pub secrets: Vec<(&'static str, Vec<u8>)>,
    pub places: Vec<(String, Vec<u8>)>,
}

impl Search {
    pub fn secret(&mut self, name: &'static str, value: impl AsRef<[u8]>) {
        let value = value.as_ref();
        assert!(value.len() > 16, "{name} is too short to be looked for");
        // the end of it: beginnings are shown, to tell keys apart
        self.secrets.push((name, value[value.len() - value.len().min(24)..].to_vec()));
    }

    pub fn place(&mut self, name: impl Into<String>, content: impl Into<Vec<u8>>) {
        self.places.push((name.into(), content.into()));
    }

    /// Everything in a folder, by the names of the files.
    pub fn folder(&mut self, when: &str, folder: &Path) {
        for entry in std::fs::read_dir(folder).unwrap().map(Result::unwrap) {
            if entry.file_type().unwrap().is_dir() {
                self.folder(when, &entry.path());
            } else {
                let name = format!("{} {when}", entry.path().display());
                self.place(name, std::fs::read(entry.path()).unwrap());
            }
        }
    }

    pub fn hits(&self) -> Vec<String> {
        let mut hits = Vec::new();
        for (place, content) in &self.places {
            for (secret, value) in &self.secrets {
                if content.windows(value.len()).any(|window| window == value) {
                    hits.push(format!("{secret} in {place}"));
                }
            }
        }
        hits
    }
}

#[test]
fn a_secret_that_is_somewhere_is_found() {
    let mut search = Search::default();
    search.secret("a key", "ghk_0123456789abcdefghijklmnopqrstuvwxyz");
    search.place("here", "…\0abcdefghijklmnopqrstuvwxyz\0".as_bytes());
    search.place("there", "ghk_01234567");
    assert_eq!(search.hits(), ["a key in here"]);
}
