//! Overlay mounts by the new mount API. The result is detached: it is in no
//! mount namespace until a container's init moves it into its own, so the
//! host's mount table never changes.
//!
//! Layers and writable directories hold ids as programs inside see them and are
//! id-mapped while they are stacked (an overlay itself cannot be id-mapped). The map
//! needs a place for whoever mounts, too: overlayfs makes its work directory with
//! the mounter's credentials. See [`MOUNTER_ID`].

use std::io;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, OwnedFd};
use std::path::{Path, PathBuf};

use cove_fs::{Context, Error, Result};
use cove_sys::MountAttr;
use rustix::fs::{CWD, Mode, OFlags};
use rustix::io::Errno;
use rustix::mount::{
    FsMountFlags, FsOpenFlags, MountAttrFlags, MoveMountFlags, OpenTreeFlags, fsconfig_create,
    fsconfig_set_fd, fsconfig_set_flag, fsconfig_set_string, fsmount, fsopen, move_mount,
    open_tree,
};

use crate::userns::{Range, end, take_fd, userns};

/// On-disk id of what the mounter (host root) itself makes: the first one no container has.
pub const MOUNTER_ID: u32 = 65_536;

const CLONE_NEWNS: u64 = 0x2_0000;

/// What to stack.
#[derive(Debug, Clone)]
pub struct OverlayPlan<'a> {
    /// Layer directories, lowest first.
    pub layers: &'a [PathBuf],
    /// Directory with `upper/` and `work/`; without one the overlay is read-only.
    pub writable: Option<&'a Path>,
    /// User namespace whose map the layers are shown through.
    pub idmap: Option<BorrowedFd<'a>>,
}

/// A user namespace for mounts of a container whose ids start at `base` on the host.
///
/// # Errors
/// As clone3(2), or when the map is refused.
pub fn mount_userns(base: u32, count: u32) -> io::Result<OwnedFd> {
    let ids = Range {
        inside: 0,
        outside: base,
        count,
    };
    let mounter = Range {
        inside: MOUNTER_ID,
        outside: 0,
        count: 1,
    };
    let map = if count <= MOUNTER_ID {
        vec![ids, mounter]
    } else {
        vec![ids]
    };
    userns(&map, &map)
}

/// Stacks the layers and returns the root of the detached mount.
///
/// # Errors
/// When a directory cannot be opened or the kernel refuses the stack.
pub fn mount(plan: &OverlayPlan<'_>) -> Result<OwnedFd> {
    let layers = plan
        .layers
        .iter()
        .map(|l| detached(l, plan.idmap))
        .collect::<Result<Vec<_>>>()?;
    let writable = plan.writable.map(|w| detached(w, plan.idmap)).transpose()?;
    if layers.is_empty() {
        return Err(Error::new("stack layers in", "overlay", Errno::INVAL));
    }
    match stack_by_fd(&layers, writable.as_ref()) {
        // Kernels before 6.5 do not know `lowerdir+`, those before 6.13 not its descriptors.
        Err(Errno::INVAL | Errno::BADF) => {
            stack_by_name(&layers, writable.as_ref()).context("mount", "overlay")
        }
        other => other.context("mount", "overlay"),
    }
}

/// A detached, possibly id-mapped copy of the mount at `path`.
///
/// # Errors
/// As open_tree(2) and mount_setattr(2).
pub fn detached(path: &Path, idmap: Option<BorrowedFd<'_>>) -> Result<OwnedFd> {
    let flags = OpenTreeFlags::OPEN_TREE_CLONE | OpenTreeFlags::OPEN_TREE_CLOEXEC;
    let fd = open_tree(CWD, path, flags).context("open", path)?;
    if idmap.is_some() {
        let change = MountAttr {
            idmap,
            ..MountAttr::default()
        };
        cove_sys::mount_setattr(&fd, &change).context("map the ids of", path)?;
    }
    Ok(fd)
}

fn stack_by_fd(layers: &[OwnedFd], writable: Option<&OwnedFd>) -> rustix::io::Result<OwnedFd> {
    let fs = new_overlay()?;
    for layer in layers.iter().rev() {
        fsconfig_set_fd(&fs, "lowerdir+", layer)?;
    }
    if let Some(dir) = writable {
        let flags = OFlags::PATH | OFlags::DIRECTORY | OFlags::CLOEXEC;
        fsconfig_set_fd(
            &fs,
            "upperdir",
            rustix::fs::openat(dir, "upper", flags, Mode::empty())?,
        )?;
        fsconfig_set_fd(
            &fs,
            "workdir",
            rustix::fs::openat(dir, "work", flags, Mode::empty())?,
        )?;
    }
    finish(&fs)
}

fn new_overlay() -> rustix::io::Result<OwnedFd> {
    let fs = fsopen("overlay", FsOpenFlags::FSOPEN_CLOEXEC)?;
    // Whiteout marks as user.overlay.*: the worker that unpacks layers has no right to trusted.* ones.
    fsconfig_set_flag(&fs, "userxattr")?;
    Ok(fs)
}

fn finish(fs: &OwnedFd) -> rustix::io::Result<OwnedFd> {
    fsconfig_create(fs)?;
    fsmount(
        fs,
        FsMountFlags::FSMOUNT_CLOEXEC,
        MountAttrFlags::MOUNT_ATTR_NODEV,
    )
}

/// The way of older kernels: options are paths, and paths need attached mounts. A short-lived process
/// attaches the layers in a mount namespace of its own, and the finished mount is fetched from it.
fn stack_by_name(layers: &[OwnedFd], writable: Option<&OwnedFd>) -> io::Result<OwnedFd> {
    let (done, tell) = rustix::pipe::pipe_with(rustix::pipe::PipeFlags::CLOEXEC)?;
    let child = cove_sys::clone(CLONE_NEWNS, None, || {
        let answer = match attach_and_stack(layers, writable) {
            Ok(fd) => {
                let number = fd.as_raw_fd();
                std::mem::forget(fd);
                number
            }
            Err(e) => -e.raw_os_error(),
        };
        let _ = rustix::io::write(&tell, &answer.to_ne_bytes());
        crate::userns::wait_for_kill()
    })?;
    drop(tell);
    let mut answer = [0u8; 4];
    let got = rustix::io::read(&done, &mut answer);
    let outcome = match (got, i32::from_ne_bytes(answer)) {
        (Ok(4), fd) if fd >= 0 => take_fd(child.pidfd.as_fd(), fd),
        (Ok(4), errno) => Err(io::Error::from_raw_os_error(-errno)),
        _ => Err(io::Error::other("the process that stacks the layers died")),
    };
    end(&child.pidfd);
    outcome
}

fn attach_and_stack(layers: &[OwnedFd], writable: Option<&OwnedFd>) -> rustix::io::Result<OwnedFd> {
    use rustix::mount::{MountPropagationFlags, mount_change};
    mount_change(
        "/",
        MountPropagationFlags::REC | MountPropagationFlags::PRIVATE,
    )?;
    let scratch = fsopen("tmpfs", FsOpenFlags::FSOPEN_CLOEXEC)?;
    fsconfig_create(&scratch)?;
    let scratch = fsmount(
        &scratch,
        FsMountFlags::FSMOUNT_CLOEXEC,
        MountAttrFlags::empty(),
    )?;
    // Any directory will do as the place: this namespace ends with the process.
    move_mount(
        &scratch,
        "",
        CWD,
        "/tmp",
        MoveMountFlags::MOVE_MOUNT_F_EMPTY_PATH,
    )?;
    rustix::process::chdir("/tmp")?;
    let attach = |fd: &OwnedFd, name: &str| {
        rustix::fs::mkdir(name, Mode::RWXU)?;
        move_mount(fd, "", CWD, name, MoveMountFlags::MOVE_MOUNT_F_EMPTY_PATH)
    };
    let mut lower = String::new();
    for (i, layer) in layers.iter().enumerate().rev() {
        // Short relative names: the option string has to fit in a page.
        attach(layer, &i.to_string())?;
        if !lower.is_empty() {
            lower.push(':');
        }
        lower.push_str(&i.to_string());
    }
    let fs = new_overlay()?;
    fsconfig_set_string(&fs, "lowerdir", lower.as_str())?;
    if let Some(dir) = writable {
        attach(dir, "w")?;
        fsconfig_set_string(&fs, "upperdir", "w/upper")?;
        fsconfig_set_string(&fs, "workdir", "w/work")?;
    }
    finish(&fs)
}
