//! `state.json`: where a container is in its life.
//!
//! ```text
//! Reserved -> Prepared -> Created -> Running <-> Paused
//!                            ^          |
//!                            |          v
//!                            +------ Exited <-> Restarting (-> Running)
//!                                       |
//!                any but Running -> Removing -> gone
//! ```
//! The only writer is the holder of the container's lock: the engine while it
//! creates or removes, then the supervisor.

use std::collections::BTreeMap;

use cove_cgroup::Resources;
use serde::{Deserialize, Serialize};

use crate::intent::RestartPolicy;

/// Where a container is in its life.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Phase {
    /// Its id is taken; nothing else exists yet.
    Reserved,
    /// Its directories exist, its intent is being written.
    Prepared,
    /// It can be started.
    Created,
    /// Its first process runs.
    Running,
    /// Its cgroup is frozen.
    Paused,
    /// Its first process has ended.
    Exited,
    /// Its supervisor waits to start it again.
    Restarting,
    /// It is being removed.
    Removing,
}

/// The mutable state of a container.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Record {
    /// Phase.
    pub phase: Phase,
    /// Host pid of the first process, while it runs.
    pub pid: Option<i32>,
    /// Start time of that process in clock ticks since boot (proc(5), field 22).
    pub pid_start: Option<u64>,
    /// Host pid of the supervisor, for display only.
    pub supervisor_pid: Option<i32>,
    /// `/proc/sys/kernel/random/boot_id` of the boot the pids belong to.
    pub boot_id: String,
    /// Last start, RFC 3339 with nanoseconds.
    pub started_at: Option<String>,
    /// Last end, RFC 3339 with nanoseconds.
    pub finished_at: Option<String>,
    /// Exit code of the last run: the program's, or 128 + signal.
    pub exit_code: Option<i32>,
    /// Why it could not run, if so.
    pub error: String,
    /// The kernel killed a process of it for memory.
    pub oom_killed: bool,
    /// Restarts by policy since the user last started it.
    pub restart_count: u32,
    /// The user asked for the last stop; `unless-stopped` and boot look at it.
    pub stopped_by_user: bool,
    /// Health state, if there is a check.
    pub health: Option<Health>,
    /// Limits changed by `update`, replacing the intent's.
    pub resources: Option<Resources>,
    /// Restart policy changed by `update`.
    pub restart: Option<RestartPolicy>,
    /// What lists need without reading the intent.
    pub summary: Summary,
}

/// The part of an intent that lists show.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Summary {
    /// Image as named.
    pub image: String,
    /// Image id.
    pub image_id: String,
    /// Command line as shown.
    pub command: String,
    /// Creation time.
    pub created: String,
    /// Labels.
    pub labels: BTreeMap<String, String>,
    /// Mount names or sources.
    pub mounts: Vec<String>,
    /// Network mode.
    pub network: String,
    /// Exposed ports.
    pub ports: Vec<String>,
    /// Loosenings.
    pub loosened: Vec<String>,
}

/// Health as the supervisor sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Health {
    /// `starting`, `healthy` or `unhealthy`.
    pub status: String,
    /// Failures in a row.
    pub failing_streak: u32,
    /// The last five results, oldest first.
    pub log: Vec<HealthResult>,
}

/// One run of a health check.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HealthResult {
    /// Start, RFC 3339.
    pub start: String,
    /// End, RFC 3339.
    pub end: String,
    /// Exit code; -1 is a timeout.
    pub exit_code: i32,
    /// First 4096 bytes of output.
    pub output: String,
}
