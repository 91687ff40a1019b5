//! Limits as plain data, in Docker's units; which controller files they become
//! is the concern of the hierarchy modules.

use serde::{Deserialize, Serialize};

/// The limits of one container. `None` leaves the kernel's default.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Resources {
    /// Memory limit in bytes.
    pub memory: Option<u64>,
    /// Memory plus swap in bytes; -1 is unlimited swap.
    pub memory_swap: Option<i64>,
    /// Soft memory limit in bytes.
    pub memory_reservation: Option<u64>,
    /// v1 swappiness, 0 to 100.
    pub memory_swappiness: Option<u8>,
    /// v1 only: do not kill when out of memory.
    pub oom_kill_disable: bool,
    /// Relative CPU weight in Docker's 2 to 262144 scale.
    pub cpu_shares: Option<u64>,
    /// CFS quota in microseconds for each period; -1 is unlimited.
    pub cpu_quota: Option<i64>,
    /// CFS period in microseconds.
    pub cpu_period: Option<u64>,
    /// Real-time runtime in microseconds (v1).
    pub cpu_rt_runtime: Option<i64>,
    /// Real-time period in microseconds (v1).
    pub cpu_rt_period: Option<u64>,
    /// CPUs allowed, as a kernel list (`0-2,4`).
    pub cpuset_cpus: Option<String>,
    /// Memory nodes allowed, as a kernel list.
    pub cpuset_mems: Option<String>,
    /// Maximum number of tasks; -1 is unlimited.
    pub pids: Option<i64>,
    /// Block I/O weight, 10 to 1000.
    pub blkio_weight: Option<u16>,
    /// Weights for single devices.
    pub blkio_weight_device: Vec<BlkioDevice>,
    /// Read limits in bytes a second.
    pub device_read_bps: Vec<BlkioDevice>,
    /// Write limits in bytes a second.
    pub device_write_bps: Vec<BlkioDevice>,
    /// Read limits in operations a second.
    pub device_read_iops: Vec<BlkioDevice>,
    /// Write limits in operations a second.
    pub device_write_iops: Vec<BlkioDevice>,
    /// Device rules, applied in order after "deny all".
    pub devices: Vec<DeviceRule>,
}

/// A block device and a number for it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BlkioDevice {
    /// Major number.
    pub major: u32,
    /// Minor number.
    pub minor: u32,
    /// Weight, bytes a second or operations a second.
    pub value: u64,
}

/// One rule of the device allow-list (cgroup-v1 devices controller syntax).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeviceRule {
    /// Allow or deny.
    pub allow: bool,
    /// `a` (all), `b` (block) or `c` (character).
    pub kind: char,
    /// Major number; `None` is any.
    pub major: Option<u32>,
    /// Minor number; `None` is any.
    pub minor: Option<u32>,
    /// Subset of `rwm`.
    pub access: String,
}
