//! mount_setattr(2): attributes of whole mount trees, and id-mapped mounts.

use std::io;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd};

/// Attribute bits (linux/mount.h).
pub mod attr {
    /// Read-only.
    pub const RDONLY: u64 = 0x1;
    /// No set-user-ID.
    pub const NOSUID: u64 = 0x2;
    /// No devices.
    pub const NODEV: u64 = 0x4;
    /// No execution.
    pub const NOEXEC: u64 = 0x8;
    /// Do not follow symlinks.
    pub const NOSYMFOLLOW: u64 = 0x0020_0000;
}

/// What to change on a mount.
#[derive(Debug, Clone, Copy, Default)]
pub struct MountAttr<'a> {
    /// Bits to set.
    pub set: u64,
    /// Bits to clear.
    pub clear: u64,
    /// New propagation (MS_PRIVATE, MS_SLAVE, MS_SHARED), or 0.
    pub propagation: u64,
    /// Map ids through this user namespace.
    pub idmap: Option<BorrowedFd<'a>>,
    /// Change the whole tree below.
    pub recursive: bool,
}

/// Changes the attributes of the mount that `mount` is the root of.
///
/// # Errors
/// As mount_setattr(2).
pub fn mount_setattr(mount: impl AsFd, change: &MountAttr<'_>) -> io::Result<()> {
    #[repr(C)]
    struct Raw {
        set: u64,
        clear: u64,
        propagation: u64,
        userns: u64,
    }
    const IDMAP: u64 = 0x0010_0000;
    let mut raw = Raw {
        set: change.set,
        clear: change.clear,
        propagation: change.propagation,
        userns: 0,
    };
    if let Some(userns) = change.idmap {
        raw.set |= IDMAP;
        // A borrowed descriptor is never negative.
        raw.userns = u64::from(userns.as_raw_fd().unsigned_abs());
    }
    let mut flags = libc::AT_EMPTY_PATH;
    if change.recursive {
        flags |= libc::AT_RECURSIVE;
    }
    // SAFETY: the path is a static empty C string, `raw` is the struct mount_attr the kernel expects (four u64) and its
    // true size is passed; the kernel only reads it during the call.
    let done = unsafe {
        libc::syscall(
            libc::SYS_mount_setattr,
            mount.as_fd().as_raw_fd(),
            c"".as_ptr(),
            flags,
            &raw const raw,
            size_of::<Raw>(),
        )
    };
    if done == 0 {
        Ok(())
    } else {
        Err(io::Error::last_os_error())
    }
}
