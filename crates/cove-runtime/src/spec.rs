//! The complete, resolved description of one container's isolation: what the
//! engine decides and the runtime carries out without inventing anything.

use std::collections::BTreeMap;
use std::path::PathBuf;

use cove_cgroup::Resources;
use serde::{Deserialize, Serialize};

/// Everything the runtime needs to create a container's environment and start
/// its first process. Plain data: two specs can be compared.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Spec {
    /// The first process.
    pub process: Process,
    /// Where the root file system comes from.
    pub rootfs: Rootfs,
    /// Mount the root file system read-only (`--read-only`).
    pub readonly_rootfs: bool,
    /// UTS host name; `None` leaves the namespace's own.
    pub hostname: Option<String>,
    /// NIS domain name.
    pub domainname: Option<String>,
    /// Which namespaces are private, the host's, or another container's.
    pub namespaces: Namespaces,
    /// Id ranges of a private user namespace; empty means no user namespace.
    pub id_map: IdMap,
    /// Mounts above the root file system, in the order they are made.
    pub mounts: Vec<Mount>,
    /// Device nodes bound into `/dev` besides the standard ones.
    pub devices: Vec<Device>,
    /// Paths hidden from the container.
    pub masked_paths: Vec<String>,
    /// Paths made read-only inside the container.
    pub readonly_paths: Vec<String>,
    /// Kernel parameters written inside the container's namespaces.
    pub sysctl: BTreeMap<String, String>,
    /// cgroup path below the engine's parent (for example `cove/<id>`); `None`
    /// where no cgroup can be had (rootless without delegation).
    pub cgroup: Option<PathBuf>,
    /// Limits written before the process starts.
    pub resources: Resources,
}

/// The program and its privileges (`process` of the OCI runtime spec).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Process {
    /// Program and arguments; never empty.
    pub args: Vec<String>,
    /// Environment as `KEY=value`.
    pub env: Vec<String>,
    /// Absolute working directory; created when absent.
    pub cwd: String,
    /// `user[:group]` as typed, resolved in the container's own files.
    pub user: String,
    /// Supplementary groups as typed (`--group-add`).
    pub additional_groups: Vec<String>,
    /// Allocate a pseudo terminal.
    pub terminal: bool,
    /// Initial terminal size as (rows, columns).
    pub console_size: Option<(u16, u16)>,
    /// Capabilities kept, by name (`CAP_CHOWN`).
    pub capabilities: Vec<String>,
    /// Set no_new_privs.
    pub no_new_privileges: bool,
    /// System call filter.
    pub seccomp: Seccomp,
    /// AppArmor profile to enter, where the kernel has AppArmor.
    pub apparmor: Option<String>,
    /// Resource limits, by name (`RLIMIT_NOFILE`).
    pub rlimits: Vec<Rlimit>,
    /// `oom_score_adj`, if set.
    pub oom_score_adj: Option<i32>,
    /// Run Cove's own small init as pid 1 (`--init`).
    pub init: bool,
}

/// One resource limit (getrlimit(2)).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rlimit {
    /// Upper-case name with prefix, such as `RLIMIT_NOFILE`.
    pub kind: String,
    /// Soft limit; `u64::MAX` means unlimited.
    pub soft: u64,
    /// Hard limit; `u64::MAX` means unlimited.
    pub hard: u64,
}

/// The system call filter a process runs under.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Seccomp {
    /// Cove's built-in allow-list.
    Default,
    /// No filter: an explicit loosening.
    Unconfined,
    /// A profile in Docker's JSON format, as its text.
    Profile(String),
}

/// Where the root file system comes from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rootfs {
    /// Unpacked layers, lowest first, under a writable directory that holds
    /// `upper/` and `work/`.
    Overlay {
        /// Layer directories, lowest first.
        layers: Vec<PathBuf>,
        /// Directory with `upper/` and `work/`.
        writable: PathBuf,
    },
    /// A plain directory, used as it is (`--rootfs DIR`).
    Directory(PathBuf),
}

/// One namespace's kind of sharing.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sharing {
    /// A new namespace for this container.
    #[default]
    Private,
    /// The host's: an explicit loosening.
    Host,
    /// That of the running container with this full id. The engine resolves it to a
    /// namespace descriptor when the container starts.
    Container(String),
}

/// The namespaces of a container. The mount namespace is always private.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Namespaces {
    /// User namespace.
    pub user: Sharing,
    /// Network namespace; private ones have the loopback interface up.
    pub net: Sharing,
    /// IPC namespace.
    pub ipc: Sharing,
    /// PID namespace.
    pub pid: Sharing,
    /// UTS namespace.
    pub uts: Sharing,
    /// cgroup namespace.
    pub cgroup: Sharing,
}

/// Id ranges of a user namespace.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct IdMap {
    /// uid ranges.
    pub uid: Vec<IdRange>,
    /// gid ranges.
    pub gid: Vec<IdRange>,
}

/// One contiguous id range (user_namespaces(7)).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct IdRange {
    /// First id inside.
    pub inside: u32,
    /// First id outside.
    pub outside: u32,
    /// Number of ids.
    pub count: u32,
}

/// A mount above the root file system.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mount {
    /// Absolute path in the container, resolved in-root.
    pub target: String,
    /// What is mounted.
    pub source: MountSource,
    /// Read-only, applied recursively.
    pub readonly: bool,
    /// Forbid set-user-ID programs.
    pub nosuid: bool,
    /// Forbid device nodes.
    pub nodev: bool,
    /// Forbid program execution.
    pub noexec: bool,
}

/// What a mount shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MountSource {
    /// A host file or directory.
    Bind {
        /// Absolute host path.
        path: PathBuf,
        /// Include the mounts below it.
        recursive: bool,
        /// Map ids through the container's user namespace.
        idmap: bool,
        /// `private`, `rprivate`, `slave`, `rslave`, `shared` or `rshared`.
        propagation: String,
    },
    /// A private procfs.
    Proc,
    /// sysfs.
    Sysfs,
    /// A new devpts instance with ptmx.
    Devpts,
    /// POSIX message queues.
    Mqueue,
    /// The cgroup tree.
    Cgroup,
    /// The `/dev` tmpfs with the standard nodes.
    Dev,
    /// A tmpfs.
    Tmpfs {
        /// Size limit in bytes.
        size: Option<u64>,
        /// Permission bits of the root directory.
        mode: u32,
        /// Copy what the image has at the target.
        copy_up: bool,
        /// uid and gid inside of the tmpfs's root directory.
        owner: (u32, u32),
    },
}

/// A host device made available in the container.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Device {
    /// Host device node.
    pub host_path: PathBuf,
    /// Path in the container, below `/dev`.
    pub container_path: String,
    /// cgroup permissions, a subset of `rwm`.
    pub permissions: String,
}

/// A further process in a running container (`cove exec`).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ExecSpec {
    /// The program and its privileges.
    pub process: Process,
}
