//! cgroup v1, hybrid and v2 behind one type.

mod resources;

pub use resources::{BlkioDevice, DeviceRule, Resources};
