//! User namespaces as descriptors: id-mapped mounts name their map by one.

use std::io;
use std::os::fd::{BorrowedFd, OwnedFd};

use rustix::fs::{Mode, OFlags};
use rustix::process::{PidfdGetfdFlags, Signal, WaitId, WaitIdOptions};

const CLONE_NEWUSER: u64 = 0x1000_0000;

/// A contiguous id range, as in a line of `uid_map` (user_namespaces(7)).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Range {
    /// First id inside the namespace.
    pub inside: u32,
    /// First id outside.
    pub outside: u32,
    /// How many.
    pub count: u32,
}

/// The text of a `uid_map` or `gid_map` file.
#[must_use]
pub fn map_text(ranges: &[Range]) -> String {
    let mut text = String::new();
    for r in ranges {
        text.push_str(&format!("{} {} {}\n", r.inside, r.outside, r.count));
    }
    text
}

/// Makes a user namespace with these maps and returns a descriptor of it. The
/// process that has to exist for a moment ends before this returns.
///
/// # Errors
/// As clone3(2), or when a map is refused.
pub fn userns(uid: &[Range], gid: &[Range]) -> io::Result<OwnedFd> {
    let child = cove_sys::clone(CLONE_NEWUSER, None, || crate::userns::wait_for_kill())?;
    let pid = child.pid;
    let made = (|| {
        std::fs::write(format!("/proc/{pid}/uid_map"), map_text(uid))?;
        std::fs::write(format!("/proc/{pid}/gid_map"), map_text(gid))?;
        let flags = OFlags::RDONLY | OFlags::CLOEXEC;
        Ok(rustix::fs::open(
            format!("/proc/{pid}/ns/user"),
            flags,
            Mode::empty(),
        )?)
    })();
    end(&child.pidfd);
    made
}

/// Kills a helper process and reaps it.
pub(crate) fn end(pidfd: &OwnedFd) {
    use std::os::fd::AsFd;
    let _ = rustix::process::pidfd_send_signal(pidfd, Signal::KILL);
    let _ = rustix::process::waitid(WaitId::PidFd(pidfd.as_fd()), WaitIdOptions::EXITED);
}

/// Takes a copy of descriptor `number` of another process.
pub(crate) fn take_fd(pidfd: BorrowedFd<'_>, number: i32) -> io::Result<OwnedFd> {
    Ok(rustix::process::pidfd_getfd(
        pidfd,
        number,
        PidfdGetfdFlags::empty(),
    )?)
}

/// Does nothing until it is killed; that comes at once, so it costs no time.
pub(crate) fn wait_for_kill() -> ! {
    let hour = rustix::time::Timespec {
        tv_sec: 3600,
        tv_nsec: 0,
    };
    loop {
        let _ = rustix::thread::nanosleep(&hour);
    }
}
