//! The journal's directory: its lock, the names in it, and the space that its segments take.

use std::ffi::OsStr;
use std::fmt;
use std::fs::{self, DirBuilder, File, TryLockError};
use std::io;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::budget::Budget;
use crate::disk::private;
use crate::{Disk, Limits, OpenError};

const LONGEST_NAME: usize = 32;

/// `{writer}-{sequence}.log`; segments of one writer sort by age.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct SegmentName {
    pub(crate) writer: String,
    pub(crate) sequence: u64,
}

impl fmt::Display for SegmentName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{:012}.log", self.writer, self.sequence)
    }
}

impl SegmentName {
    /// `None` for every other file, and for a number that we would write differently.
    fn parse(file: &OsStr) -> Option<Self> {
        let (writer, sequence) = file.to_str()?.strip_suffix(".log")?.rsplit_once('-')?;
        let name = Self { writer: writer.to_owned(), sequence: sequence.parse().ok()? };
        (is_writer_name(writer) && file == OsStr::new(&name.to_string())).then_some(name)
    }
}

/// Names stand in file names and in the cursor file.
pub(crate) fn is_writer_name(name: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    (1..=LONGEST_NAME).contains(&name.len()) && name.bytes().all(allowed)
}

pub(crate) struct Folder {
    path: PathBuf,
    directory: File,
    /// Locked (`flock`) until this is dropped or the process ends; std takes the lock, so rustix need not.
    lock: File,
    disk: Arc<dyn Disk>,
    pub(crate) limits: Limits,
    pub(crate) budget: Budget,
}

impl Folder {
    /// Makes the directory if there is none, for this user only: records may name people.
    pub(crate) fn open(disk: Arc<dyn Disk>, path: &Path, limits: Limits) -> Result<Self, OpenError> {
        DirBuilder::new().recursive(true).mode(0o700).create(path).map_err(OpenError::io(path))?;
        let lock_path = path.join("lock");
        let lock =
            private().create(true).truncate(false).open(&lock_path).map_err(OpenError::io(&lock_path))?;
        lock.try_lock().map_err(|refusal| match refusal {
            TryLockError::WouldBlock => OpenError::InUse { path: path.to_owned() },
            TryLockError::Error(source) => OpenError::Io { path: lock_path, source },
        })?;
        let directory = File::open(path).map_err(OpenError::io(path))?;
        let budget = Budget::new(limits.total_bytes);
        Ok(Self { path: path.to_owned(), directory, lock, disk, limits, budget })
    }

    pub(crate) fn path_of(&self, name: impl fmt::Display) -> PathBuf {
        self.path.join(name.to_string())
    }

    /// Segments on disk, by writer, oldest first.
    pub(crate) fn segments(&self) -> Result<Vec<SegmentName>, OpenError> {
        let list = || -> io::Result<Vec<SegmentName>> {
            let entries = fs::read_dir(&self.path)?;
            let names = entries.map(|entry| Ok(SegmentName::parse(&entry?.file_name())));
            names.filter_map(io::Result::transpose).collect()
        };
        let mut names = list().map_err(OpenError::io(&self.path))?;
        names.sort();
        Ok(names)
    }

    /// Creates a file of zeros with all its blocks allocated, or nothing.
    pub(crate) fn create(&self, name: &SegmentName, bytes: u64) -> io::Result<File> {
        self.disk.create(&self.path_of(name), bytes)
    }

    /// Writable, as it may have to be written again before it can be synced.
    pub(crate) fn open_segment(&self, name: &SegmentName) -> io::Result<File> {
        private().open(self.path_of(name))
    }

    pub(crate) fn open_cursor(&self) -> io::Result<File> {
        private().create(true).truncate(false).open(self.path_of("cursor"))
    }

    pub(crate) fn write_cursor(&self, cursor: &File, bytes: &[u8]) -> io::Result<()> {
        self.disk.write(&self.path_of("cursor"), cursor, bytes, 0)
    }

    pub(crate) fn write(&self, name: &SegmentName, file: &File, bytes: &[u8], offset: u64) -> io::Result<()> {
        self.disk.write(&self.path_of(name), file, bytes, offset)
    }

    /// Deletes a segment; one that is gone already is fine.
    pub(crate) fn remove(&self, name: &SegmentName) -> io::Result<()> {
        match self.disk.remove(&self.path_of(name)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        }
    }

    /// Renames a file that is no segment, so that an operator can look at it.
    pub(crate) fn set_aside(&self, name: &SegmentName) -> io::Result<()> {
        fs::rename(self.path_of(name), self.path_of(format_args!("{name}.bad")))
    }

    /// Makes what was stored in a segment safe from a power cut.
    pub(crate) fn sync(&self, name: &SegmentName, file: &File) -> io::Result<()> {
        self.disk.sync(&self.path_of(name), file)
    }

    /// Makes the names of new files safe from a power cut.
    pub(crate) fn sync_names(&self) -> io::Result<()> {
        self.disk.sync_folder(&self.directory)
    }
}

impl Drop for Folder {
    /// Closing would do, but for a process that is just being started: between fork and exec it has the file too.
    /// Nobody is left to hear of an error, and the lock then goes with that process's copy.
    fn drop(&mut self) {
        drop(self.lock.unlock());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::RealDisk;

    #[test]
    fn segment_names_read_back() {
        for writer in ["a", "data-plane-3", "7"] {
            let name = SegmentName { writer: writer.to_owned(), sequence: 42 };
            assert_eq!(SegmentName::parse(OsStr::new(&name.to_string())), Some(name));
        }
        for foreign in ["lock", "cursor", "a-1.log.bad", "a.log", "-1.log", "A-1.log", "a-x.log", "a-1.log"] {
            assert_eq!(SegmentName::parse(OsStr::new(foreign)), None, "{foreign}");
        }
    }

    #[test]
    fn create_leaves_nothing_when_the_space_cannot_be_had() {
        let dir = tempfile::tempdir().unwrap();
        let folder = Folder::open(Arc::new(RealDisk), dir.path(), Limits::default()).unwrap();
        let name = SegmentName { writer: "a".to_owned(), sequence: 1 };
        assert!(folder.create(&name, 1 << 62).is_err());
        assert!(!folder.path_of(&name).exists());
    }
}
