//! A Cove of the test's own: both state roots in a temporary directory that
//! goes, with every container in it, when the test ends.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};

/// A private engine.
#[derive(Debug)]
pub struct Engine {
    binary: PathBuf,
    dir: PathBuf,
}

/// What a command did.
#[derive(Debug, Clone)]
pub struct Outcome {
    /// Exit code; 128 + n for a signal.
    pub code: i32,
    /// Standard output.
    pub stdout: String,
    /// Standard error.
    pub stderr: String,
    line: String,
}

impl Outcome {
    /// Expects success and returns standard output without its last line end.
    ///
    /// # Panics
    /// When the command failed.
    #[track_caller]
    pub fn ok(&self) -> String {
        assert_eq!(self.code, 0, "`{}`: {self:#?}", self.line);
        self.stdout.trim_end().to_owned()
    }

    /// Expects this exit code and one clear line that contains `words`.
    ///
    /// # Panics
    /// When it went otherwise.
    #[track_caller]
    pub fn refused(&self, code: i32, words: &str) {
        assert_eq!(self.code, code, "`{}`: {self:#?}", self.line);
        assert!(
            self.stderr.contains(words),
            "`{}` does not say \"{words}\": {self:#?}",
            self.line
        );
        assert!(
            !self.stderr.contains("panicked"),
            "`{}`: {self:#?}",
            self.line
        );
    }
}

impl Engine {
    /// A fresh engine around this `cove` binary.
    ///
    /// # Panics
    /// When the temporary directory cannot be made.
    #[must_use]
    pub fn new(binary: &str) -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let n = NEXT.fetch_add(1, Ordering::Relaxed);
        let dir = PathBuf::from(format!("/var/tmp/cove-test-{}-{n}", std::process::id()));
        std::fs::create_dir_all(&dir).expect("temporary directory");
        Self {
            binary: binary.into(),
            dir,
        }
    }

    /// A fresh engine with an image `busybox` made from the host's static busybox.
    ///
    /// # Panics
    /// When the image cannot be made.
    #[must_use]
    pub fn with_busybox(binary: &str) -> Self {
        let engine = Self::new(binary);
        engine.add_busybox("busybox");
        engine
    }

    /// Imports the host's static busybox under `name`.
    ///
    /// # Panics
    /// When the image cannot be made.
    pub fn add_busybox(&self, name: &str) {
        let tree = self.busybox_tree();
        let tar = self.dir.join("busybox.tar");
        run_host(&format!(
            "tar -C {} --numeric-owner --owner=0 --group=0 -cf {} .",
            tree.display(),
            tar.display()
        ));
        self.run(&["import", tar.to_str().expect("utf-8"), name])
            .ok();
    }

    /// A directory with busybox, its applets as links, and a small `/etc`.
    ///
    /// # Panics
    /// When it cannot be made.
    #[must_use]
    pub fn busybox_tree(&self) -> PathBuf {
        let tree = self.dir.join("busybox-tree");
        run_host(&format!(
            "mkdir -p {0}/bin {0}/etc {0}/tmp {0}/root {0}/var; cp /bin/busybox {0}/bin/busybox; \
             for a in $(/bin/busybox --list); do ln -sf busybox {0}/bin/$a; done; chmod 1777 {0}/tmp; \
             printf 'root:x:0:0:root:/root:/bin/sh\\nuser:x:1000:1000::/tmp:/bin/sh\\n' > {0}/etc/passwd; \
             printf 'root:x:0:\\nuser:x:1000:\\nextra:x:2000:user\\n' > {0}/etc/group",
            tree.display()
        ));
        tree
    }

    /// The private directory, for files of the test.
    #[must_use]
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// A command on this engine.
    #[must_use]
    pub fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(&self.binary);
        command
            .arg("--root")
            .arg(self.dir.join("root"))
            .arg("--run-root")
            .arg(self.dir.join("run"));
        command.args(args).stdin(Stdio::null());
        command
    }

    /// Runs a command to its end.
    ///
    /// # Panics
    /// When it cannot be started.
    #[must_use]
    pub fn run(&self, args: &[&str]) -> Outcome {
        outcome(
            args,
            &self.command(args).output().expect("cove can be started"),
        )
    }

    /// Runs a command with this standard input.
    ///
    /// # Panics
    /// When it cannot be started.
    #[must_use]
    pub fn run_with(&self, args: &[&str], input: &[u8]) -> Outcome {
        let mut child = self
            .command(args)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("cove can be started");
        let mut stdin = child.stdin.take().expect("stdin");
        let bytes = input.to_vec();
        let writer = std::thread::spawn(move || {
            let _ = stdin.write_all(&bytes);
        });
        let out = child.wait_with_output().expect("cove ends");
        writer.join().expect("writer");
        outcome(args, &out)
    }
}

impl Drop for Engine {
    fn drop(&mut self) {
        let ids = self.run(&["ps", "-aq", "--no-trunc"]).stdout;
        for id in ids.split_whitespace() {
            let _ = self.run(&["rm", "-f", "-v", id]);
        }
        let _ = std::fs::remove_dir_all(&self.dir);
    }
}

fn outcome(args: &[&str], out: &std::process::Output) -> Outcome {
    use std::os::unix::process::ExitStatusExt;
    Outcome {
        code: out
            .status
            .code()
            .or(out.status.signal().map(|s| 128 + s))
            .unwrap_or(-1),
        stdout: String::from_utf8_lossy(&out.stdout).into_owned(),
        stderr: String::from_utf8_lossy(&out.stderr).into_owned(),
        line: format!("cove {}", args.join(" ")),
    }
}

/// Runs a shell line on the host.
fn run_host(line: &str) {
    let status = Command::new("sh")
        .args(["-ec", line])
        .status()
        .expect("sh runs");
    assert!(status.success(), "host command failed: {line}");
}
