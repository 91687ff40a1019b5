//! Paths anchored in a directory that somebody else may control. The kernel
//! resolves them as if the directory were `/` (openat2(2), RESOLVE_IN_ROOT), so links
//! inside the tree work and none leads out of it.

use std::ffi::{OsStr, OsString};
use std::io::Read;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::path::{Component, Path, PathBuf};

use rustix::fs::{FileType, Mode, OFlags, ResolveFlags};

use crate::error::{Context, Error, Result};

/// A pinned directory below which paths are resolved.
#[derive(Debug)]
pub struct Root {
    fd: OwnedFd,
    label: PathBuf,
}

impl Root {
    /// Pins a host directory.
    ///
    /// # Errors
    /// When it cannot be opened as a directory.
    pub fn open(path: &Path) -> Result<Self> {
        let flags = OFlags::PATH | OFlags::DIRECTORY | OFlags::CLOEXEC;
        let fd = rustix::fs::open(path, flags, Mode::empty()).context("open", path)?;
        Ok(Self {
            fd,
            label: path.to_owned(),
        })
    }

    /// Takes a directory descriptor; `label` names it in errors.
    #[must_use]
    pub fn from_fd(fd: OwnedFd, label: impl Into<PathBuf>) -> Self {
        Self {
            fd,
            label: label.into(),
        }
    }

    /// Opens `path` in the root. Links are followed inside it, magic links never.
    ///
    /// # Errors
    /// As openat2(2).
    pub fn open_at(&self, path: &Path, flags: OFlags, mode: Mode) -> Result<OwnedFd> {
        let resolve = ResolveFlags::IN_ROOT | ResolveFlags::NO_MAGICLINKS;
        let name = if path.as_os_str().is_empty() {
            Path::new(".")
        } else {
            path
        };
        loop {
            // EAGAIN means a rename raced with the walk; the kernel asks to try again.
            match rustix::fs::openat2(&self.fd, name, flags | OFlags::CLOEXEC, mode, resolve) {
                Err(rustix::io::Errno::AGAIN | rustix::io::Errno::INTR) => {}
                other => return other.context("open", self.show(path)),
            }
        }
    }

    /// Reads a regular file of at most `max` bytes; `None` if there is none.
    ///
    /// # Errors
    /// When it is no regular file, is larger, or cannot be read.
    pub fn read_bounded(&self, path: &Path, max: u64) -> Result<Option<Vec<u8>>> {
        // NONBLOCK: opening a FIFO that somebody planted must not wait for its writer.
        let flags = OFlags::RDONLY | OFlags::NONBLOCK | OFlags::NOCTTY;
        let fd = match self.open_at(path, flags, Mode::empty()) {
            Ok(fd) => fd,
            Err(e) if e.source.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            Err(e) => return Err(e),
        };
        let stat = rustix::fs::fstat(&fd).context("read", self.show(path))?;
        if FileType::from_raw_mode(stat.st_mode) != FileType::RegularFile {
            let why = std::io::Error::other("it is not a regular file");
            return Err(Error::new("read", self.show(path), why));
        }
        read_at_most(fd, max, &self.show(path)).map(Some)
    }

    /// Opens the directory that holds the last component of `path`, and names that component.
    ///
    /// # Errors
    /// When the path has no last name, or its directory cannot be opened.
    pub fn parent(&self, path: &Path) -> Result<(OwnedFd, OsString)> {
        let Some(name) = path.file_name().filter(|_| ends_in_name(path)) else {
            let why = std::io::Error::from(rustix::io::Errno::INVAL);
            return Err(Error::new("resolve", self.show(path), why));
        };
        let dir = path.parent().unwrap_or(Path::new("."));
        let fd = self.open_at(dir, OFlags::PATH | OFlags::DIRECTORY, Mode::empty())?;
        Ok((fd, name.to_owned()))
    }

    /// Makes the missing directories of `path` and opens the last one.
    ///
    /// # Errors
    /// When a component is no directory or cannot be made.
    pub fn mkdir_all(&self, path: &Path, mode: Mode) -> Result<OwnedFd> {
        let flags = OFlags::PATH | OFlags::DIRECTORY;
        let mut done = PathBuf::from(".");
        let mut dir = self.open_at(&done, flags, Mode::empty())?;
        for part in path.components() {
            match part {
                Component::Normal(name) => {
                    done.push(name);
                    dir = match self.open_at(&done, flags, Mode::empty()) {
                        Ok(fd) => fd,
                        Err(e) if e.source.kind() == std::io::ErrorKind::NotFound => {
                            make_dir(&dir, name, mode)
                                .context("make directory", self.show(&done))?;
                            self.open_at(&done, flags, Mode::empty())?
                        }
                        Err(e) => return Err(e),
                    };
                }
                Component::ParentDir => {
                    done.push("..");
                    dir = self.open_at(&done, flags, Mode::empty())?;
                }
                Component::RootDir | Component::CurDir | Component::Prefix(_) => {}
            }
        }
        Ok(dir)
    }

    fn show(&self, path: &Path) -> PathBuf {
        self.label.join(path.strip_prefix("/").unwrap_or(path))
    }
}

impl AsFd for Root {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.fd.as_fd()
    }
}

fn make_dir(dir: &OwnedFd, name: &OsStr, mode: Mode) -> rustix::io::Result<()> {
    match rustix::fs::mkdirat(dir, name, mode) {
        Err(rustix::io::Errno::EXIST) => Ok(()),
        other => other,
    }
}

fn ends_in_name(path: &Path) -> bool {
    matches!(path.components().next_back(), Some(Component::Normal(_)))
}

/// Reads all of `fd`, refusing more than `max` bytes.
pub(crate) fn read_at_most(fd: OwnedFd, max: u64, path: &Path) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    std::fs::File::from(fd)
        .take(max.saturating_add(1))
        .read_to_end(&mut bytes)
        .context("read", path)?;
    if bytes.len() as u64 > max {
        let why = std::io::Error::other(format!("it is larger than {max} bytes"));
        return Err(Error::new("read", path, why));
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::symlink;

    fn scratch(name: &str) -> PathBuf {
        let dir = std::env::temp_dir().join(format!("cove-fs-{name}-{}", std::process::id()));
        let _ = std::fs::remove_dir_all(&dir);
        std::fs::create_dir_all(dir.join("root/run")).unwrap();
        std::fs::write(dir.join("outside"), "secret").unwrap();
        dir
    }

    #[test]
    fn links_stay_inside_and_still_work() {
        let dir = scratch("links");
        let root = Root::open(&dir.join("root")).unwrap();
        symlink("../../../outside", dir.join("root/up")).unwrap();
        symlink("/run", dir.join("root/abs")).unwrap();
        std::fs::write(dir.join("root/run/f"), "in").unwrap();
        assert!(root.read_bounded(Path::new("up"), 99).unwrap().is_none());
        let read = root.read_bounded(Path::new("/abs/f"), 99).unwrap();
        assert_eq!(read.as_deref(), Some(&b"in"[..]));
        std::fs::remove_dir_all(dir).unwrap();
    }

    #[test]
    fn only_bounded_regular_files_are_read() {
        let dir = scratch("bounded");
        let root = Root::open(&dir).unwrap();
        assert!(root.read_bounded(Path::new("outside"), 5).is_err());
        assert!(
            root.read_bounded(Path::new("outside"), 6)
                .unwrap()
                .is_some()
        );
        assert!(root.read_bounded(Path::new("root"), 6).is_err());
        rustix::fs::mkfifoat(&root, "fifo", Mode::RUSR).unwrap();
        assert!(root.read_bounded(Path::new("fifo"), 6).is_err());
        std::fs::remove_dir_all(dir).unwrap();
    }

    #[test]
    fn directories_are_made_inside() {
        let dir = scratch("mkdir");
        let root = Root::open(&dir.join("root")).unwrap();
        symlink("/run", dir.join("root/var")).unwrap();
        root.mkdir_all(Path::new("/var/a/b"), Mode::from_raw_mode(0o755))
            .unwrap();
        assert!(dir.join("root/run/a/b").is_dir());
        assert!(root.parent(Path::new("/run/..")).is_err());
        std::fs::remove_dir_all(dir).unwrap();
    }
}
