//! What the journal asks of a disk. Appending asks nothing: it stores into mapped memory.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read};
use std::os::unix::fs::{FileExt, OpenOptionsExt};
use std::path::Path;

use rustix::fs::FallocateFlags;
use rustix::io::Errno;

/// A disk. [`RealDisk`] is the one to use; tests have others, which fail, are slow, or lose power. Every call may block.
pub trait Disk: Send + Sync {
    /// Creates a file of zeros with all its blocks allocated, or leaves nothing.
    ///
    /// # Errors
    /// When the file exists or there is no space.
    fn create(&self, path: &Path, bytes: u64) -> io::Result<File>;

    /// Makes what was stored in a file safe from a power cut; after an error, part of it may be lost for good, whatever
    /// a later call says: the kernel forgets that it was not written.
    ///
    /// # Errors
    /// When it may not be safe.
    fn sync(&self, path: &Path, file: &File) -> io::Result<()>;

    /// Makes the names in a folder safe from a power cut.
    ///
    /// # Errors
    /// When they may not be safe.
    fn sync_folder(&self, folder: &File) -> io::Result<()>;

    /// Writes into a file in place.
    ///
    /// # Errors
    /// When not all was written.
    fn write(&self, path: &Path, file: &File, bytes: &[u8], offset: u64) -> io::Result<()>;

    /// Deletes a file.
    ///
    /// # Errors
    /// When it is still there, or was not.
    fn remove(&self, path: &Path) -> io::Result<()>;
}

/// The disk that the folder is on.
#[derive(Debug, Clone, Copy, Default)]
pub struct RealDisk;

impl Disk for RealDisk {
    fn create(&self, path: &Path, bytes: u64) -> io::Result<File> {
        let file = private().create_new(true).open(path)?;
        match allocate(&file, bytes) {
            Ok(()) => Ok(file),
            // A file that cannot be removed now is empty, and is removed when the journal is next opened.
            Err(error) => fs::remove_file(path).and(Err(error)),
        }
    }

    fn sync(&self, _: &Path, file: &File) -> io::Result<()> {
        file.sync_data()
    }

    fn sync_folder(&self, folder: &File) -> io::Result<()> {
        folder.sync_all()
    }

    fn write(&self, _: &Path, file: &File, bytes: &[u8], offset: u64) -> io::Result<()> {
        file.write_all_at(bytes, offset)
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        fs::remove_file(path)
    }
}

/// Opens for this user only: records may name people.
pub(crate) fn private() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.read(true).write(true).mode(0o600);
    options
}

/// Where the file system cannot allocate ahead, zeros are written: the same promise, only slower.
fn allocate(file: &File, bytes: u64) -> io::Result<()> {
    match rustix::fs::fallocate(file, FallocateFlags::empty(), 0, bytes) {
        Err(Errno::OPNOTSUPP) => io::copy(&mut io::repeat(0).take(bytes), &mut &*file).map(|_| ()),
        done => Ok(done?),
    }
}
