//! Removing whole trees that somebody else may still be changing: descriptor
//! by descriptor, never through a link, with a bounded number open.

use std::ffi::CString;
use std::os::fd::{AsFd, OwnedFd};
use std::path::{Path, PathBuf};

use rustix::fs::{AtFlags, Dir, FileType, Mode, OFlags};
use rustix::io::Errno;

use crate::error::{Context, Error, Result};

/// Removes a file or a directory with all below it; absent is success.
///
/// # Errors
/// When something in it cannot be removed.
pub fn remove_tree(path: &Path) -> Result<()> {
    let (Some(parent), Some(name)) = (path.parent(), path.file_name()) else {
        return Err(Error::new("remove", path, Errno::INVAL));
    };
    let parent = if parent.as_os_str().is_empty() {
        Path::new(".")
    } else {
        parent
    };
    let flags = OFlags::PATH | OFlags::DIRECTORY | OFlags::CLOEXEC;
    let dir = match rustix::fs::open(parent, flags, Mode::empty()) {
        Ok(dir) => dir,
        Err(Errno::NOENT) => return Ok(()),
        Err(e) => return Err(Error::new("open", parent, e)),
    };
    remove_tree_at(dir, Path::new(name), path)
}

/// Removes `name` in `dir`; `label` names it in errors.
///
/// # Errors
/// When something in it cannot be removed.
pub fn remove_tree_at(dir: impl AsFd, name: &Path, label: &Path) -> Result<()> {
    match rustix::fs::unlinkat(&dir, name, AtFlags::empty()) {
        Ok(()) | Err(Errno::NOENT) => return Ok(()),
        Err(Errno::ISDIR | Errno::PERM) => {}
        Err(e) => return Err(Error::new("remove", label, e)),
    }
    let Some(top) = open_dir(&dir, name, label)? else {
        return Ok(());
    };
    empty(top, label)?;
    match rustix::fs::unlinkat(&dir, name, AtFlags::REMOVEDIR) {
        Ok(()) | Err(Errno::NOENT) => Ok(()),
        Err(e) => Err(Error::new("remove", label, e)),
    }
}

/// Empties a directory. Depth is walked by descriptor and ".." instead of by
/// recursion, so neither stack nor descriptors grow with the tree.
fn empty(top: OwnedFd, label: &Path) -> Result<()> {
    let mut names: Vec<CString> = Vec::new();
    let mut at = top;
    let mut shown = PathBuf::from(label);
    loop {
        match clear_files(&at, &shown)? {
            Some(child) => {
                let name =
                    Path::new(std::ffi::OsStr::new(child.to_str().unwrap_or("?"))).to_owned();
                let next = open_raw(&at, &child).context("open", shown.join(&name))?;
                shown.push(name);
                names.push(child);
                at = next;
            }
            None => {
                let Some(name) = names.pop() else {
                    return Ok(());
                };
                let up = open_raw(&at, c"..").context("open", &shown)?;
                match rustix::fs::unlinkat(&up, &name, AtFlags::REMOVEDIR) {
                    Ok(()) | Err(Errno::NOENT | Errno::NOTEMPTY) => {}
                    Err(e) => return Err(Error::new("remove", shown, e)),
                }
                shown.pop();
                at = up;
            }
        }
    }
}

/// Unlinks what is no directory and removes empty directories; the first full one is returned.
fn clear_files(dir: &OwnedFd, shown: &Path) -> Result<Option<CString>> {
    let mut full = None;
    for entry in Dir::read_from(dir).context("list", shown)? {
        let entry = entry.context("list", shown)?;
        let name = entry.file_name();
        if name == c"." || name == c".." {
            continue;
        }
        let directory = entry.file_type() == FileType::Directory;
        let flags = if directory {
            AtFlags::REMOVEDIR
        } else {
            AtFlags::empty()
        };
        match rustix::fs::unlinkat(dir, name, flags) {
            Ok(()) | Err(Errno::NOENT) => {}
            Err(Errno::NOTEMPTY | Errno::EXIST | Errno::ISDIR) => {
                full.get_or_insert_with(|| name.to_owned());
            }
            // work/work of an overlay has mode 000, which root passes and an ordinary owner must lift.
            Err(Errno::ACCESS) if directory => {
                full.get_or_insert_with(|| name.to_owned());
            }
            Err(e) => {
                return Err(Error::new(
                    "remove",
                    shown.join(name.to_str().unwrap_or("?")),
                    e,
                ));
            }
        }
    }
    Ok(full)
}

fn open_dir(dir: impl AsFd, name: &Path, label: &Path) -> Result<Option<OwnedFd>> {
    let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    match rustix::fs::openat(&dir, name, flags, Mode::empty()) {
        Ok(fd) => Ok(Some(fd)),
        Err(Errno::NOENT) => Ok(None),
        Err(Errno::ACCESS) => {
            rustix::fs::chmodat(&dir, name, Mode::RWXU, AtFlags::empty()).context("open", label)?;
            let fd = rustix::fs::openat(&dir, name, flags, Mode::empty()).context("open", label)?;
            Ok(Some(fd))
        }
        Err(e) => Err(Error::new("open", label, e)),
    }
}

fn open_raw(dir: &OwnedFd, name: &std::ffi::CStr) -> rustix::io::Result<OwnedFd> {
    let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    match rustix::fs::openat(dir, name, flags, Mode::empty()) {
        Err(Errno::ACCESS) => {
            rustix::fs::chmodat(dir, name, Mode::RWXU, AtFlags::empty())?;
            rustix::fs::openat(dir, name, flags, Mode::empty())
        }
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn deep_trees_and_links_go_and_targets_stay() {
        let dir = std::env::temp_dir().join(format!("cove-fs-tree-{}", std::process::id()));
        let mut deep = dir.join("gone");
        for _ in 0..300 {
            deep.push("d");
        }
        std::fs::create_dir_all(&deep).unwrap();
        std::fs::write(dir.join("kept"), "").unwrap();
        std::os::unix::fs::symlink(dir.join("kept"), deep.join("l")).unwrap();
        std::os::unix::fs::symlink(&dir, dir.join("gone/up")).unwrap();
        remove_tree(&dir.join("gone")).unwrap();
        remove_tree(&dir.join("gone")).unwrap();
        assert!(dir.join("kept").exists() && !dir.join("gone").exists());
        remove_tree(&dir).unwrap();
        assert!(!dir.exists());
    }
}
