//! The kernel calls that rustix lacks, each behind a safe function whose
//! arguments cannot make it unsound. The only crate where `unsafe` compiles.

mod fd;
mod mount;
mod net;
mod process;
mod seccomp;
mod signal;

pub use fd::{adopt, close_above};
pub use mount::{MountAttr, attr, mount_setattr};
pub use net::loopback_up;
pub use process::{CStringArray, Child, CloneFlags, clone, execve, exit_now, is_single_threaded};
pub use seccomp::{Insn, load_filter};
pub use signal::{SignalFd, block, reset_for_exec, unblock_all};
