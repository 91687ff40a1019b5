//! Files that are whole or absent: written aside, then published by rename or link.

use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

use rustix::fs::{Mode, OFlags};

use crate::error::{Context, Error, Result};
use crate::root::read_at_most;

/// Whether a write must survive a loss of power.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Durability {
    /// Synced before it is published.
    Sync,
    /// Whole after any crash of programs, possibly gone after a crash of the machine.
    NoSync,
}

/// Replaces `path` by a file with these bytes (mode 0600); readers see the old or the new one.
///
/// # Errors
/// When it cannot be written; the old file then stands, and nothing is left beside it.
pub fn write_atomic(path: &Path, bytes: &[u8], durability: Durability) -> Result<()> {
    let aside = aside(path);
    let written = write_aside(&aside, bytes, durability)
        .and_then(|()| std::fs::rename(&aside, path).context("replace", path));
    if written.is_err() {
        let _ = std::fs::remove_file(&aside);
    } else if durability == Durability::Sync {
        sync_parent(path)?;
    }
    written
}

fn write_aside(aside: &Path, bytes: &[u8], durability: Durability) -> Result<()> {
    let mut file = std::fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(aside)
        .context("create", aside)?;
    file.write_all(bytes).context("write", aside)?;
    if durability == Durability::Sync {
        file.sync_data().context("sync", aside)?;
    }
    Ok(())
}

/// A name beside `path` that no other process or thread uses. The prefix lets fsck find what a crash left.
fn aside(path: &Path) -> PathBuf {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let n = NEXT.fetch_add(1, Ordering::Relaxed);
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    path.with_file_name(format!(".tmp-{name}-{}-{n}", std::process::id()))
}

/// Syncs the directory that holds `path`, which makes a rename or link in it durable.
///
/// # Errors
/// When the directory cannot be opened or synced.
pub fn sync_parent(path: &Path) -> Result<()> {
    let dir = match path.parent() {
        Some(dir) if !dir.as_os_str().is_empty() => dir,
        _ => Path::new("."),
    };
    let file = std::fs::File::open(dir).context("open", dir)?;
    file.sync_all().context("sync", dir)
}

/// Reads a file of the engine's own, of at most `max` bytes.
///
/// # Errors
/// When it is absent, larger, or cannot be read.
pub fn read_bounded(path: &Path, max: u64) -> Result<Vec<u8>> {
    let flags = OFlags::RDONLY | OFlags::CLOEXEC | OFlags::NOFOLLOW;
    let fd = rustix::fs::open(path, flags, Mode::empty()).context("open", path)?;
    read_at_most(fd, max, path)
}

/// Makes a symlink whose text is `target`, exclusively: `false` if the name is taken.
///
/// # Errors
/// When it cannot be made for another reason.
pub fn publish_link(target: &str, path: &Path) -> Result<bool> {
    match rustix::fs::symlink(target, path) {
        Ok(()) => Ok(true),
        Err(rustix::io::Errno::EXIST) => Ok(false),
        Err(e) => Err(Error::new("create", path, e)),
    }
}

/// The text of a symlink; `None` if there is none.
///
/// # Errors
/// When it cannot be read or is not UTF-8.
pub fn read_link(path: &Path) -> Result<Option<String>> {
    match std::fs::read_link(path) {
        Ok(text) => text.into_os_string().into_string().map(Some).map_err(|_| {
            let why = std::io::Error::other("its text is not UTF-8");
            Error::new("read", path, why)
        }),
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(e) => Err(Error::new("read", path, e)),
    }
}

/// Makes a directory of the engine's own (mode 0700) with those above it.
///
/// # Errors
/// When it cannot be made.
pub fn private_dir(path: &Path) -> Result<()> {
    use std::os::unix::fs::DirBuilderExt;
    std::fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(path)
        .context("make directory", path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_write_replaces_and_leaves_nothing_beside() {
        let dir = std::env::temp_dir().join(format!("cove-fs-atomic-{}", std::process::id()));
        private_dir(&dir).unwrap();
        let file = dir.join("f");
        write_atomic(&file, b"one", Durability::Sync).unwrap();
        write_atomic(&file, b"two", Durability::NoSync).unwrap();
        assert_eq!(read_bounded(&file, 3).unwrap(), b"two");
        assert!(read_bounded(&file, 2).is_err());
        assert_eq!(std::fs::read_dir(&dir).unwrap().count(), 1);
        std::fs::remove_dir_all(dir).unwrap();
    }

    #[test]
    fn a_name_is_taken_once() {
        let dir = std::env::temp_dir().join(format!("cove-fs-link-{}", std::process::id()));
        private_dir(&dir).unwrap();
        let name = dir.join("n");
        assert!(publish_link("first", &name).unwrap());
        assert!(!publish_link("second", &name).unwrap());
        assert_eq!(read_link(&name).unwrap().as_deref(), Some("first"));
        assert_eq!(read_link(&dir.join("none")).unwrap(), None);
        std::fs::remove_dir_all(dir).unwrap();
    }
}
