//! Where the access log goes. A file may be moved away at any time: a new one is begun in its place.

use super::line::Lines;
use std::fmt;
use std::fs::{File, Metadata, OpenOptions};
use std::io::{self, ErrorKind, Write};
use std::os::unix::fs::{MetadataExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

/// Where the lines are asked to go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    Stdout,
    File(PathBuf),
}

impl fmt::Display for Target {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Stdout => out.write_str("stdout"),
            Self::File(path) => path.display().fmt(out),
        }
    }
}

/// Where they go, and how that goes.
pub(super) struct Output {
    place: Place,
    /// Whether it has been said that it cannot be written.
    failing: bool,
    /// Whether it has been said that the file was moved away and no other can be begun.
    astray: bool,
}

enum Place {
    Stream(Box<dyn Write + Send>),
    File { path: PathBuf, file: File, id: (u64, u64) },
}

impl Output {
    pub fn open(target: &Target) -> io::Result<Self> {
        let place = match target {
            Target::Stdout => Place::Stream(Box::new(io::stdout())),
            Target::File(path) => {
                let (file, id) = append(path)?;
                Place::File { path: path.clone(), file, id }
            }
        };
        Ok(Self { place, failing: false, astray: false })
    }

    /// Goes on in a new file when the old one was moved or removed.
    pub fn follow(&mut self, lines: &mut Lines) {
        let Place::File { path, file, id } = &mut self.place else { return };
        if std::fs::metadata(&*path).is_ok_and(|found| id_of(&found) == *id) {
            return;
        }
        match append(path) {
            Ok((new, new_id)) => {
                (*file, *id, self.astray) = (new, new_id, false);
                lines.begin_again();
            }
            Err(error) if !std::mem::replace(&mut self.astray, true) => {
                tracing::error!(%error, "the access log was moved away and cannot be begun anew");
            }
            Err(_) => {}
        }
    }

    /// Writes as much as it can.
    pub fn write(&mut self, lines: &mut Lines) {
        while !lines.is_empty() {
            match self.place.write(lines.rest()) {
                Ok(0) => return self.tell(&ErrorKind::WriteZero.into()),
                Ok(count) => lines.wrote(count),
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return self.tell(&error),
            }
            if std::mem::take(&mut self.failing) {
                tracing::info!("the access log is written again");
            }
        }
        if let Err(error) = self.place.flush() {
            self.tell(&error);
        }
    }

    /// Says once that it cannot be written.
    fn tell(&mut self, error: &io::Error) {
        if !std::mem::replace(&mut self.failing, true) {
            tracing::error!(%error, "the access log cannot be written");
        }
    }
}

impl Write for Place {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::Stream(stream) => stream.write(bytes),
            Self::File { file, .. } => file.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::Stream(stream) => stream.flush(),
            Self::File { file, .. } => file.flush(),
        }
    }
}

/// The lines name clients: not for everybody on the machine.
fn append(path: &Path) -> io::Result<(File, (u64, u64))> {
    let file = OpenOptions::new().append(true).create(true).mode(0o640).open(path)?;
    let id = id_of(&file.metadata()?);
    Ok((file, id))
}

fn id_of(file: &Metadata) -> (u64, u64) {
    (file.dev(), file.ino())
}

#[cfg(test)]
impl Output {
    pub fn to(stream: impl Write + Send + 'static) -> Self {
        Self { place: Place::Stream(Box::new(stream)), failing: false, astray: false }
    }
}
