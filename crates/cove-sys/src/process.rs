//! clone3(2) and execve(2).

use std::ffi::{CStr, CString};
use std::io;
use std::os::fd::{AsRawFd, BorrowedFd, FromRawFd, OwnedFd, RawFd};

/// Namespaces and relations of a new process; bits of linux/sched.h. (libc's constants
/// are C ints, in which CLONE_INTO_CGROUP overflows.)
pub type CloneFlags = u64;

/// A process made by [`clone`].
#[derive(Debug)]
pub struct Child {
    /// Its pid in this process's namespace.
    pub pid: i32,
    /// Its pidfd, close-on-exec.
    pub pidfd: OwnedFd,
}

#[repr(C, align(8))]
#[derive(Default)]
struct CloneArgs {
    flags: u64,
    pidfd: u64,
    child_tid: u64,
    parent_tid: u64,
    exit_signal: u64,
    stack: u64,
    stack_size: u64,
    tls: u64,
    set_tid: u64,
    set_tid_size: u64,
    cgroup: u64,
}

const CLONE_PIDFD: u64 = 0x1000;
const CLONE_PARENT: u64 = 0x8000;
const CLONE_INTO_CGROUP: u64 = 0x2_0000_0000;
/// Flags that change what memory or handlers the child shares: never allowed here.
const SHARING: u64 =
    0x100 | 0x800 | 0x1_0000 | 0x4000 | 0x8_0000 | 0x20_0000 | 0x100_0000 | 0x20_0000_0000;

/// Whether this process has one thread only, by asking the kernel.
#[must_use]
pub fn is_single_threaded() -> bool {
    // SAFETY: unshare(CLONE_THREAD) changes nothing in a single-threaded process and fails with EINVAL in any other
    // (unshare(2)): it is a question without a side effect.
    unsafe { libc::unshare(libc::CLONE_THREAD) == 0 }
}

/// Makes a process that runs `child` on a copy of this one's memory and ends with its value.
///
/// # Errors
/// When this process has more than one thread (the copy would inherit locks that nobody releases), and as clone3(2).
pub fn clone(
    flags: CloneFlags,
    cgroup: Option<BorrowedFd<'_>>,
    child: impl FnOnce() -> i32,
) -> io::Result<Child> {
    if flags & SHARING != 0 {
        return Err(io::Error::from_raw_os_error(libc::EINVAL));
    }
    if !is_single_threaded() {
        return Err(io::Error::other("this process has more than one thread"));
    }
    let mut pidfd: RawFd = -1;
    let mut args = CloneArgs {
        flags: flags | CLONE_PIDFD,
        pidfd: (&raw mut pidfd).expose_provenance() as u64,
        // With CLONE_PARENT the kernel takes the signal from the parent's own creation and wants 0 here.
        exit_signal: if flags & CLONE_PARENT == 0 {
            libc::SIGCHLD as u64
        } else {
            0
        },
        ..CloneArgs::default()
    };
    if let Some(cgroup) = cgroup {
        args.flags |= CLONE_INTO_CGROUP;
        args.cgroup = u64::from(cgroup.as_raw_fd().unsigned_abs());
    }
    // SAFETY: neither memory, files nor handlers are shared (SHARING was refused), and no stack is passed, so this behaves
    // as fork(2): the child goes on here with a copy of everything. The process has one thread (checked above), so
    // no lock in the copy is held by a thread that is not there. `args` is the version of struct clone_args whose size is passed,
    // and `pidfd` outlives the call.
    let pid = unsafe { libc::syscall(libc::SYS_clone3, &raw const args, size_of::<CloneArgs>()) };
    match pid {
        -1 => Err(io::Error::last_os_error()),
        0 => exit_now(child()),
        pid => Ok(Child {
            pid: i32::try_from(pid).unwrap_or(-1),
            // SAFETY: the kernel has stored a new descriptor there, which nothing else owns.
            pidfd: unsafe { OwnedFd::from_raw_fd(pidfd) },
        }),
    }
}

/// Ends this process at once: no destructors, no buffers, no handlers.
pub fn exit_now(code: i32) -> ! {
    // SAFETY: _exit never returns and touches nothing of this program.
    unsafe { libc::_exit(code) }
}

/// Strings in the form execve(2) wants them, made before the clone so that the child allocates nothing.
#[derive(Debug)]
pub struct CStringArray {
    strings: Vec<CString>,
    pointers: Vec<*const libc::c_char>,
}

impl CStringArray {
    /// Copies the strings; `None` if one of them has a NUL byte.
    #[must_use]
    pub fn new<I, S>(strings: I) -> Option<Self>
    where
        I: IntoIterator<Item = S>,
        S: Into<Vec<u8>>,
    {
        let strings: Vec<CString> = strings
            .into_iter()
            .map(CString::new)
            .collect::<Result<_, _>>()
            .ok()?;
        let mut pointers: Vec<_> = strings.iter().map(|s| s.as_ptr()).collect();
        pointers.push(std::ptr::null());
        Some(Self { strings, pointers })
    }

    /// The strings.
    #[must_use]
    pub fn strings(&self) -> &[CString] {
        &self.strings
    }
}

/// Replaces this process's program; returns only the error.
pub fn execve(path: &CStr, args: &CStringArray, env: &CStringArray) -> io::Error {
    // SAFETY: the arrays end with a null pointer and point at C strings that `args` and `env` own and that live through the call.
    unsafe { libc::execve(path.as_ptr(), args.pointers.as_ptr(), env.pointers.as_ptr()) };
    io::Error::last_os_error()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_process_with_threads_is_refused() {
        // The test harness itself has more than one thread.
        assert!(!is_single_threaded());
        assert!(clone(0, None, || 0).is_err());
    }

    #[test]
    fn strings_with_nul_are_refused() {
        assert!(
            CStringArray::new(["a", "b"])
                .is_some_and(|a| a.strings().len() == 2 && a.pointers.len() == 3)
        );
        assert!(CStringArray::new(["a\0b"]).is_none());
    }
}
