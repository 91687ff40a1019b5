//! Loading a system call filter (seccomp(2)).

use std::io;

/// One instruction of classic BPF (struct sock_filter).
#[repr(C)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Insn {
    /// Operation.
    pub code: u16,
    /// Jump if true.
    pub jt: u8,
    /// Jump if false.
    pub jf: u8,
    /// Operand.
    pub k: u32,
}

/// Loads a filter for this thread and all it becomes. Speculative-store-bypass mitigation is left to the kernel's default.
///
/// # Errors
/// EINVAL for a program the kernel's verifier refuses; EACCES without no_new_privs and CAP_SYS_ADMIN.
pub fn load_filter(program: &[Insn]) -> io::Result<()> {
    let length =
        u16::try_from(program.len()).map_err(|_| io::Error::from_raw_os_error(libc::EINVAL))?;
    let raw = libc::sock_fprog {
        len: length,
        filter: program.as_ptr().cast::<libc::sock_filter>().cast_mut(),
    };
    const SET_MODE_FILTER: libc::c_uint = 1;
    // SAFETY: `Insn` has the layout of sock_filter (u16, u8, u8, u32, repr(C)); `raw` points at `len` of them; the kernel
    // copies and verifies the program during the call and never writes to it.
    let done = unsafe { libc::syscall(libc::SYS_seccomp, SET_MODE_FILTER, 0, &raw const raw) };
    if done == 0 {
        Ok(())
    } else {
        Err(io::Error::last_os_error())
    }
}
