//! Signals as descriptors, and their state before another program runs.

use std::io;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, FromRawFd, OwnedFd};

/// Signals to read as data (signalfd(2)), non-blocking and close-on-exec.
#[derive(Debug)]
pub struct SignalFd(OwnedFd);

impl SignalFd {
    /// Blocks these signals and makes a descriptor that reads them.
    ///
    /// # Errors
    /// As signalfd(2).
    pub fn new(signals: &[i32]) -> io::Result<Self> {
        let set = block(signals)?;
        // SAFETY: `set` is an initialised sigset_t; -1 asks for a new descriptor.
        let fd =
            unsafe { libc::signalfd(-1, &raw const set, libc::SFD_CLOEXEC | libc::SFD_NONBLOCK) };
        if fd < 0 {
            return Err(io::Error::last_os_error());
        }
        // SAFETY: the kernel returned a new descriptor, which nothing else owns.
        Ok(Self(unsafe { OwnedFd::from_raw_fd(fd) }))
    }

    /// The next pending signal's number, if there is one.
    ///
    /// # Errors
    /// As read(2).
    pub fn read(&self) -> io::Result<Option<i32>> {
        let mut info = [0u8; size_of::<libc::signalfd_siginfo>()];
        // SAFETY: the buffer is as long as one signalfd_siginfo, which is what the kernel writes at most.
        let got = unsafe { libc::read(self.0.as_raw_fd(), info.as_mut_ptr().cast(), info.len()) };
        if got < 0 {
            let error = io::Error::last_os_error();
            return if error.kind() == io::ErrorKind::WouldBlock {
                Ok(None)
            } else {
                Err(error)
            };
        }
        // ssi_signo is the first member, a u32.
        let number = u32::from_ne_bytes([info[0], info[1], info[2], info[3]]);
        Ok(i32::try_from(number).ok().filter(|n| *n > 0))
    }
}

impl AsFd for SignalFd {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.0.as_fd()
    }
}

/// Blocks these signals in the calling thread and returns them as a set.
///
/// # Errors
/// For a number that is no signal.
pub fn block(signals: &[i32]) -> io::Result<libc::sigset_t> {
    // SAFETY: sigset_t is plain C data; sigemptyset initialises all of it.
    let mut set: libc::sigset_t = unsafe { std::mem::zeroed() };
    // SAFETY: `set` is a valid place for a sigset_t.
    unsafe { libc::sigemptyset(&raw mut set) };
    for signal in signals {
        // SAFETY: `set` is initialised; a bad number only fails.
        if unsafe { libc::sigaddset(&raw mut set, *signal) } != 0 {
            return Err(io::Error::last_os_error());
        }
    }
    // SAFETY: `set` is initialised; blocking changes only this thread's mask.
    if unsafe { libc::sigprocmask(libc::SIG_BLOCK, &raw const set, std::ptr::null_mut()) } != 0 {
        return Err(io::Error::last_os_error());
    }
    Ok(set)
}

/// Unblocks every signal in the calling thread.
pub fn unblock_all() {
    // SAFETY: an all-zero sigset_t is the empty set on Linux; the old mask is not asked for.
    unsafe {
        let set: libc::sigset_t = std::mem::zeroed();
        libc::sigprocmask(libc::SIG_SETMASK, &raw const set, std::ptr::null_mut());
    }
}

/// Gives every signal its default action and unblocks all: what a new program expects.
/// (Rust's start-up ignores SIGPIPE, which execve would pass on.)
pub fn reset_for_exec() {
    for signal in 1..=64 {
        // SAFETY: SIG_DFL is always a valid action; SIGKILL, SIGSTOP and libc's own two numbers only fail.
        unsafe { libc::signal(signal, libc::SIG_DFL) };
    }
    unblock_all();
}
