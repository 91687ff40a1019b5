//! Exclusive locks by flock(2). The kernel drops one at any death of its
//! holder, so a held lock *is* liveness.

use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::path::Path;

use rustix::fs::{FlockOperation, Mode, OFlags};
use rustix::io::Errno;

use crate::error::{Context, Error, Result};

/// A held lock; dropping it lets go, unless a child inherited the descriptor.
#[derive(Debug)]
pub struct Lock(OwnedFd);

impl Lock {
    /// Takes the lock if it is free; `None` if somebody holds it.
    ///
    /// # Errors
    /// When the lock file cannot be opened or made.
    pub fn try_acquire(path: &Path) -> Result<Option<Self>> {
        take(path, FlockOperation::NonBlockingLockExclusive)
    }

    /// Waits for the lock.
    ///
    /// # Errors
    /// When the lock file cannot be opened or made.
    pub fn acquire(path: &Path) -> Result<Self> {
        loop {
            if let Some(lock) = take(path, FlockOperation::LockExclusive)? {
                return Ok(lock);
            }
        }
    }

    /// Whether somebody holds the lock. A missing file is a free lock.
    ///
    /// # Errors
    /// When the file cannot be opened.
    pub fn is_held(path: &Path) -> Result<bool> {
        let fd = match rustix::fs::open(path, OFlags::RDONLY | OFlags::CLOEXEC, Mode::empty()) {
            Ok(fd) => fd,
            Err(Errno::NOENT) => return Ok(false),
            Err(e) => return Err(Error::new("open", path, e)),
        };
        // Shared: two who only look must not see each other.
        match rustix::fs::flock(&fd, FlockOperation::NonBlockingLockShared) {
            Ok(()) => Ok(false),
            Err(Errno::WOULDBLOCK) => Ok(true),
            Err(e) => Err(Error::new("lock", path, e)),
        }
    }

    /// Adopts a descriptor that is already locked (inherited from a parent).
    #[must_use]
    pub fn from_fd(fd: OwnedFd) -> Self {
        Self(fd)
    }

    /// Gives up the guard but not the lock.
    #[must_use]
    pub fn into_fd(self) -> OwnedFd {
        self.0
    }
}

impl AsFd for Lock {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.0.as_fd()
    }
}

fn take(path: &Path, how: FlockOperation) -> Result<Option<Lock>> {
    loop {
        let flags = OFlags::RDWR | OFlags::CREATE | OFlags::CLOEXEC | OFlags::NOFOLLOW;
        let fd = rustix::fs::open(path, flags, Mode::RUSR | Mode::WUSR).context("open", path)?;
        match rustix::fs::flock(&fd, how) {
            Ok(()) => {}
            Err(Errno::WOULDBLOCK) => return Ok(None),
            Err(Errno::INTR) => continue,
            Err(e) => return Err(Error::new("lock", path, e)),
        }
        // The last holder may have removed the file while we waited: then
        // this lock is on a file nobody else will ever see.
        let held = rustix::fs::fstat(&fd).context("lock", path)?;
        match rustix::fs::stat(path) {
            Ok(now) if (now.st_ino, now.st_dev) == (held.st_ino, held.st_dev) => {
                return Ok(Some(Lock(fd)));
            }
            Ok(_) | Err(Errno::NOENT) => {}
            Err(e) => return Err(Error::new("lock", path, e)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_holder_at_a_time() {
        let path = std::env::temp_dir().join(format!("cove-fs-lock-{}", std::process::id()));
        assert!(!Lock::is_held(&path).unwrap());
        let lock = Lock::try_acquire(&path).unwrap().unwrap();
        assert!(Lock::try_acquire(&path).unwrap().is_none());
        assert!(Lock::is_held(&path).unwrap());
        drop(lock);
        assert!(!Lock::is_held(&path).unwrap());
        assert!(Lock::try_acquire(&path).unwrap().is_some());
        std::fs::remove_file(path).unwrap();
    }
}
