//! Messages on a supervisor's control socket: one JSON object in one
//! SOCK_SEQPACKET datagram of at most [`MAX_MESSAGE`] bytes, descriptors beside
//! it as SCM_RIGHTS. Replies carry the `seq` of their request and may come out
//! of order (a `Wait` answers when the container ends).
//!
//! An attach or exec stream is a SOCK_STREAM pair made by the supervisor, whose
//! client end comes with the reply. To the client: raw bytes with a terminal,
//! else frames of 8 bytes header (`[1 stdout | 2 stderr, 0, 0, 0, len_be32]`) and payload,
//! as Docker has them. From the client: raw stdin bytes; shutdown(SHUT_WR) is end of file.

use cove_cgroup::Resources;
use cove_runtime::spec::ExecSpec;
use serde::{Deserialize, Serialize};

use crate::intent::RestartPolicy;

/// Largest message in bytes.
pub const MAX_MESSAGE: usize = 128 * 1024;

/// A request with its sequence number, chosen by the client.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Request {
    /// Echoed in the reply.
    pub seq: u32,
    /// What is asked.
    pub op: Op,
}

/// What can be asked of a supervisor.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Op {
    /// Start the container (first message of a new supervisor). Reply: [`Answer::Started`] or an error.
    Start,
    /// Join the container's streams. Reply: [`Answer::Attached`] and one descriptor.
    Attach {
        /// Forward stdin.
        stdin: bool,
        /// Receive stdout.
        stdout: bool,
        /// Receive stderr.
        stderr: bool,
    },
    /// Start a further process. Reply: [`Answer::ExecStarted`] and, if attached, one descriptor.
    Exec {
        /// The process.
        spec: Box<ExecSpec>,
        /// Forward stdin.
        stdin: bool,
        /// Connect output (else it is dropped).
        attach: bool,
    },
    /// Answer with [`Answer::Exited`] when that exec ends.
    ExecWait {
        /// Exec id.
        exec: String,
    },
    /// Set a terminal's size.
    Resize {
        /// Exec id; `None` is the container's own terminal.
        exec: Option<String>,
        /// Rows.
        rows: u16,
        /// Columns.
        cols: u16,
    },
    /// Send a signal to the first process.
    Signal {
        /// Signal number.
        signal: i32,
    },
    /// Stop: send `signal`, then SIGKILL after `timeout` seconds (-1: never). Reply [`Answer::Exited`].
    Stop {
        /// Signal number; `None` is the container's own.
        signal: Option<i32>,
        /// Seconds; `None` is the container's own.
        timeout: Option<i64>,
    },
    /// Stop if running, then start again under the same supervisor. Reply [`Answer::Started`].
    Restart {
        /// Signal number; `None` is the container's own.
        signal: Option<i32>,
        /// Seconds; `None` is the container's own.
        timeout: Option<i64>,
    },
    /// Freeze the cgroup.
    Pause,
    /// Thaw the cgroup.
    Unpause,
    /// Change limits or the restart policy.
    Update {
        /// Limits that replace those in force.
        resources: Option<Box<Resources>>,
        /// Restart policy.
        restart: Option<RestartPolicy>,
    },
    /// Answer with [`Answer::Exited`] when the container is not running.
    Wait {
        /// Wait for the next exit even if it is not running now.
        next: bool,
        /// Answer only once it is removed (the peer then sees end of file after the answer).
        removed: bool,
    },
    /// Descriptors of the container: reply [`Answer::Ok`] with root directory (O_PATH) and init pidfd.
    Handles,
    /// Remove after stopping (`rm -f`). Reply [`Answer::Ok`] once everything is gone.
    Remove {
        /// Remove anonymous volumes too.
        volumes: bool,
    },
}

/// A reply.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reply {
    /// The request's number.
    pub seq: u32,
    /// The answer.
    pub answer: Answer,
}

/// What a supervisor answers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Answer {
    /// Done.
    Ok,
    /// Streams are attached; one descriptor comes along.
    Attached {
        /// Raw bytes, no frames.
        terminal: bool,
    },
    /// The container runs.
    Started {
        /// Host pid.
        pid: i32,
    },
    /// The exec runs.
    ExecStarted {
        /// Exec id, 64 hexadecimal digits.
        exec: String,
        /// Host pid.
        pid: i32,
    },
    /// The process ended.
    Exited {
        /// Exit code or 128 + signal.
        code: i32,
        /// Killed for memory.
        oom_killed: bool,
        /// Why it did not run, if so.
        error: String,
    },
    /// Refused or failed; nothing changed.
    Failed {
        /// One line.
        message: String,
        /// 125 engine, 126 not executable, 127 not found.
        exit_code: i32,
    },
}
