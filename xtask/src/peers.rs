//! Private set-ups of the engines that are compared: own roots, own socket,
//! own mount and network namespaces; everything goes when the benchmark ends.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use crate::bench::{shell, timed, words};

/// Everything the cases run against.
pub struct Bench {
    /// Counted runs of each pair.
    pub runs: usize,
    /// Private directory.
    pub dir: PathBuf,
    /// `cove --root … --run-root …`, ready for a verb.
    pub cove: String,
    /// `docker -H …`, if a Docker engine could be started.
    pub docker: Option<String>,
    /// `crun` on the bundle, if there is one.
    pub crun: Option<String>,
    /// `runc` on the bundle, if there is one.
    pub runc: Option<String>,
    dockerd: Option<Child>,
}

impl Bench {
    /// Builds Cove, makes the image and the bundle, and starts a private dockerd.
    pub fn set_up(runs: usize) -> Result<Self, String> {
        if std::env::var_os("COVE_BENCH_INSIDE").is_none() {
            return Err(reenter());
        }
        timed(&words("cargo build --release --locked -p cove"))?;
        let dir = PathBuf::from(format!("/var/tmp/cove-bench-{}", std::process::id()));
        shell(&format!(
            "mkdir -p {0}/rootfs/bin && cp /bin/busybox {0}/rootfs/bin/ && {0}/rootfs/bin/busybox --install -s {0}/rootfs/bin 2>/dev/null; for a in true sh cat sleep dd; do ln -sf busybox {0}/rootfs/bin/$a; done; tar -C {0}/rootfs -cf {0}/busybox.tar .",
            dir.display()
        ))?;
        let target = std::env::current_dir()
            .map_err(|e| e.to_string())?
            .join(std::env::var("CARGO_TARGET_DIR").unwrap_or_else(|_| "target".to_owned()));
        let cove = format!(
            "{}/release/cove --root {1}/cove --run-root {1}/cove-run",
            target.display(),
            dir.display()
        );
        shell(&format!(
            "{cove} import {}/busybox.tar bench",
            dir.display()
        ))?;
        let mut bench = Self {
            runs,
            cove,
            docker: None,
            crun: None,
            runc: None,
            dockerd: None,
            dir,
        };
        bench.start_dockerd()?;
        bench.crun = bench.bundle("crun")?;
        bench.runc = bench.bundle("runc")?;
        Ok(bench)
    }

    fn start_dockerd(&mut self) -> Result<(), String> {
        if !on_path("dockerd") {
            eprintln!("no dockerd: its rows are left out");
            return Ok(());
        }
        let dir = self.dir.display();
        let log = std::fs::File::create(self.dir.join("dockerd.log")).map_err(|e| e.to_string())?;
        let child = Command::new("dockerd")
            .args(words(&format!("--data-root {dir}/docker --exec-root {dir}/docker-run --pidfile {dir}/docker.pid -H unix://{dir}/docker.sock --bridge none --iptables=false --ip6tables=false")))
            .stdout(Stdio::null())
            .stderr(log)
            .spawn()
            .map_err(|e| format!("cannot start dockerd: {e}"))?;
        self.dockerd = Some(child);
        let docker = format!("docker -H unix://{dir}/docker.sock");
        for _ in 0..200 {
            if shell(&format!("{docker} version")).is_ok() {
                shell(&format!("{docker} import {dir}/busybox.tar bench"))?;
                self.docker = Some(docker);
                return Ok(());
            }
            std::thread::sleep(Duration::from_millis(100));
        }
        Err(format!(
            "dockerd did not answer within 20 s; see {dir}/dockerd.log"
        ))
    }

    /// A bundle for one OCI runtime: its own `spec`, without a terminal, running `true`.
    fn bundle(&self, runtime: &str) -> Result<Option<String>, String> {
        if !on_path(runtime) {
            eprintln!("no {runtime}: its rows are left out");
            return Ok(None);
        }
        let dir = self.dir.join(runtime);
        shell(&format!(
            "mkdir -p {0} && cd {0} && ln -s ../rootfs rootfs && {runtime} spec && sed -i 's/\"terminal\": true/\"terminal\": false/; s/\"sh\"/\"true\"/' config.json",
            dir.display()
        ))?;
        // The rlimit of the default spec may be above this machine's hard limit.
        shell(&format!(
            "python3 - {}/config.json <<'P'\nimport json,sys\np=sys.argv[1];c=json.load(open(p));c['process'].pop('rlimits',None);json.dump(c,open(p,'w'))\nP",
            dir.display()
        ))?;
        Ok(Some(format!(
            "{runtime} --root {0}/state run --bundle {0}",
            dir.display()
        )))
    }
}

impl Drop for Bench {
    fn drop(&mut self) {
        if let Some(child) = &mut self.dockerd {
            // SIGTERM lets it end its own containerd; by its pid, nothing else.
            let _ = Command::new("kill").arg(child.id().to_string()).status();
            let _ = child.wait();
        }
        let _ = shell(&format!("rm -rf {}", self.dir.display()));
    }
}

fn on_path(program: &str) -> bool {
    std::env::var_os("PATH").is_some_and(|path| {
        std::env::split_paths(&path).any(|d| Path::new(&d).join(program).exists())
    })
}

/// Runs the benchmark again in private mount and network namespaces without the unified
/// hierarchy of a hybrid host, on which crun refuses to run. Ends the process; returns only an error.
fn reenter() -> String {
    use std::os::unix::process::CommandExt;
    let exe = match std::env::current_exe() {
        Ok(exe) => exe,
        Err(e) => return format!("cannot find this program: {e}"),
    };
    let error = Command::new("unshare")
        .args(["--mount", "--net", "--pid", "--fork", "--mount-proc", "sh", "-c", "if mountpoint -q /sys/fs/cgroup/unified; then umount /sys/fs/cgroup/unified; fi; ip link set lo up 2>/dev/null; exec \"$0\" \"$@\""])
        .arg(exe)
        .args(std::env::args().skip(1))
        .env("COVE_BENCH_INSIDE", "1")
        .exec();
    format!("cannot run unshare: {error}")
}
