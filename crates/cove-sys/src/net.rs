//! The one network call a private namespace needs.

use std::io;
use std::os::fd::{AsFd, AsRawFd};

/// Brings up the loopback interface of the namespace that `socket` (any datagram socket) was made in.
///
/// # Errors
/// As the SIOCGIFFLAGS and SIOCSIFFLAGS ioctls (netdevice(7)).
pub fn loopback_up(socket: impl AsFd) -> io::Result<()> {
    // SAFETY: ifreq is plain C data for which all-zero bytes are a valid value.
    let mut request: libc::ifreq = unsafe { std::mem::zeroed() };
    request.ifr_name[0] = libc::c_char::try_from(b'l').unwrap_or_default();
    request.ifr_name[1] = libc::c_char::try_from(b'o').unwrap_or_default();
    let fd = socket.as_fd().as_raw_fd();
    // SAFETY: SIOCGIFFLAGS reads the name and writes the flags of this ifreq, which outlives the call.
    if unsafe { libc::ioctl(fd, libc::SIOCGIFFLAGS as _, &raw mut request) } != 0 {
        return Err(io::Error::last_os_error());
    }
    // SAFETY: the kernel has just filled the flags member of the union.
    unsafe { request.ifr_ifru.ifru_flags |= libc::IFF_UP as libc::c_short };
    // SAFETY: SIOCSIFFLAGS only reads the ifreq.
    if unsafe { libc::ioctl(fd, libc::SIOCSIFFLAGS as _, &raw const request) } != 0 {
        return Err(io::Error::last_os_error());
    }
    Ok(())
}
