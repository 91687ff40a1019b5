//! Descriptors that came with the process, and closing what must not go on.

use std::io;
use std::os::fd::{FromRawFd, OwnedFd, RawFd};

/// Adopts a descriptor that the parent left open for this process, by number,
/// and marks it close-on-exec. `None` if there is none.
///
/// Each number may be adopted once; that is the caller's protocol with its parent.
#[must_use]
pub fn adopt(number: RawFd) -> Option<OwnedFd> {
    if number <= 2 {
        return None;
    }
    // SAFETY: F_SETFD only changes a flag of this process's descriptor table; it fails on a number that is not open.
    let open = unsafe { libc::fcntl(number, libc::F_SETFD, libc::FD_CLOEXEC) } == 0;
    // SAFETY: the descriptor is open (checked above) and was handed over by the parent, so nothing else in this
    // program owns it: this is called once for each number, at start-up, before any other descriptor is made.
    open.then(|| unsafe { OwnedFd::from_raw_fd(number) })
}

/// Marks every descriptor from `first` on close-on-exec (close_range(2)).
///
/// # Errors
/// As the call; kernels before 5.11 lack it.
pub fn close_above(first: u32) -> io::Result<()> {
    const CLOSE_RANGE_CLOEXEC: libc::c_uint = 4;
    // SAFETY: with CLOSE_RANGE_CLOEXEC nothing is closed now, so no owner of a descriptor is left with a dangling one.
    let done =
        unsafe { libc::syscall(libc::SYS_close_range, first, u32::MAX, CLOSE_RANGE_CLOEXEC) };
    if done == 0 {
        Ok(())
    } else {
        Err(io::Error::last_os_error())
    }
}
