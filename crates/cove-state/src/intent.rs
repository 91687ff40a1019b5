//! `intent.json`: what a container was asked to be. Written once, at create.

use std::collections::BTreeMap;

use cove_runtime::spec::Spec;
use serde::{Deserialize, Serialize};

/// The resolved request a container is made from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Intent {
    /// Full id: 64 lower-case hexadecimal digits.
    pub id: String,
    /// Creation time, RFC 3339 with nanoseconds.
    pub created: String,
    /// Image as the user named it; empty for `--rootfs`.
    pub image: String,
    /// Image id (`sha256:…`, the config's digest); empty for `--rootfs`.
    pub image_id: String,
    /// What the runtime carries out.
    pub spec: Spec,
    /// The entrypoint part of `spec.process.args`, for `inspect`.
    pub entrypoint: Vec<String>,
    /// The command part of `spec.process.args`, for `inspect`.
    pub cmd: Vec<String>,
    /// Labels of image and request, inert.
    pub labels: BTreeMap<String, String>,
    /// Annotations, inert.
    pub annotations: BTreeMap<String, String>,
    /// Keep stdin open (`-i`).
    pub open_stdin: bool,
    /// Remove everything at exit (`--rm`).
    pub auto_remove: bool,
    /// Restart policy.
    pub restart: RestartPolicy,
    /// Signal for `stop`, by number.
    pub stop_signal: i32,
    /// Seconds between `stop_signal` and SIGKILL; -1 waits for ever.
    pub stop_timeout: i64,
    /// Log driver and its options.
    pub log: LogConfig,
    /// Health check, if any.
    pub health: Option<HealthCheck>,
    /// Volumes in use, for reference counting and `rm -v`.
    pub volumes: Vec<VolumeUse>,
    /// Ports the image exposes or the user asked for (`80/tcp`).
    pub exposed_ports: Vec<String>,
    /// Index of the reserved id range (`idmaps/<index>`), if one is held.
    pub id_range: Option<u32>,
    /// Every explicit loosening of the defaults, in words, shown by `inspect` and `ps`.
    pub loosened: Vec<String>,
    /// Docker's `HostConfig` as asked for, kept for `inspect`.
    pub host_config: serde_json::Value,
}

/// When a supervisor starts the program again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RestartPolicy {
    /// Never.
    #[default]
    No,
    /// On a non-zero exit, at most this often (0: no bound).
    OnFailure(u32),
    /// Always, also at boot.
    Always,
    /// Always, unless stopped by the user.
    UnlessStopped,
    /// When the health check says unhealthy, at most this often (0: no bound).
    OnUnhealthy(u32),
}

/// Log driver and options (`--log-driver`, `--log-opt`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogConfig {
    /// `json-file`, `none` or `journald`.
    pub driver: String,
    /// Options, such as `max-size`, `max-file`, `compress`, `tag`, `labels`, `env`.
    pub options: BTreeMap<String, String>,
}

/// Health check, times in nanoseconds as in Docker's image config.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HealthCheck {
    /// `["CMD", …]`, `["CMD-SHELL", "…"]`.
    pub test: Vec<String>,
    /// Time between checks.
    pub interval: u64,
    /// Time one check may take.
    pub timeout: u64,
    /// Grace after start.
    pub start_period: u64,
    /// Time between checks during the start period.
    pub start_interval: u64,
    /// Failures in a row until unhealthy.
    pub retries: u32,
}

/// A named or anonymous volume mounted in a container.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct VolumeUse {
    /// Volume name.
    pub name: String,
    /// Where it is mounted.
    pub target: String,
    /// Made for this container alone: removed by `rm -v` and `--rm`.
    pub anonymous: bool,
    /// Mounted read-only.
    pub readonly: bool,
}
