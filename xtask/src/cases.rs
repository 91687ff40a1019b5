//! What is measured. Each case is whole commands, as a user types them.

use std::time::Duration;

use crate::bench::{Row, pair, shell, timed, words};
use crate::peers::Bench;

/// The cases, in the order of the table.
pub const NAMES: &[&str] = &["run", "exec", "import", "drain", "parallel", "ps"];

/// Runs one case against every peer that is there.
pub fn run(name: &str, bench: &Bench) -> Result<Vec<Row>, String> {
    match name {
        "run" => run_true(bench),
        "exec" => exec(bench),
        "import" => import(bench),
        "drain" => drain(bench),
        "parallel" => parallel(bench),
        _ => ps(bench),
    }
}

fn run_true(bench: &Bench) -> Result<Vec<Row>, String> {
    let ours = words(&format!(
        "{} run --rm --network none bench true",
        bench.cove
    ));
    let mut rows = Vec::new();
    let mut peers = Vec::new();
    if let Some(docker) = &bench.docker {
        peers.push((
            "docker",
            format!("{docker} run --rm --network none bench true"),
        ));
    }
    for (peer, runtime) in [("crun", &bench.crun), ("runc", &bench.runc)] {
        if let Some(command) = runtime {
            peers.push((peer, format!("{command} bench-{}", std::process::id())));
        }
    }
    for (peer, command) in peers {
        let theirs = words(&command);
        rows.push(pair(
            "`run --rm IMG true`",
            peer,
            bench.runs,
            || timed(&ours),
            || timed(&theirs),
        )?);
    }
    Ok(rows)
}

fn exec(bench: &Bench) -> Result<Vec<Row>, String> {
    let Some(docker) = &bench.docker else {
        return Ok(vec![]);
    };
    for engine in [&bench.cove, docker] {
        shell(&format!(
            "{engine} run -d --network none --name bench-exec bench sleep 600"
        ))?;
    }
    let ours = words(&format!("{} exec bench-exec true", bench.cove));
    let theirs = words(&format!("{docker} exec bench-exec true"));
    let row = pair(
        "`exec C true`",
        "docker",
        bench.runs,
        || timed(&ours),
        || timed(&theirs),
    );
    for engine in [&bench.cove, docker] {
        shell(&format!("{engine} rm -f bench-exec"))?;
    }
    Ok(vec![row?])
}

/// A Debian root file system of about 170 MB, made once from Debian's packages.
fn debian(bench: &Bench) -> Result<String, String> {
    let tar = "/var/tmp/cove-bench-debian.tar.gz";
    shell(&format!(
        "[ -s {tar} ] || {{ mmdebstrap --variant=minbase bookworm {0}/debian.tar && gzip -c {0}/debian.tar > {tar}.new && mv {tar}.new {tar}; }}",
        bench.dir.display()
    ))?;
    Ok(tar.to_owned())
}

fn import(bench: &Bench) -> Result<Vec<Row>, String> {
    let tar = debian(bench)?;
    let dir = bench.dir.display();
    // A new root each time: a layer that is already there would not be unpacked.
    let fresh = bench
        .cove
        .replace("/cove ", "/cove-import ")
        .replace("/cove-run", "/cove-import-run");
    let ours = || {
        shell(&format!(
            "rm -rf {dir}/cove-import {dir}/cove-import-run; sync"
        ))?;
        shell(&format!("{fresh} import {tar} debian"))
    };
    let runs = bench.runs.min(5);
    let mut rows = vec![pair(
        "import Debian (gzip)",
        "gzip -dc \\| tar -x",
        runs,
        ours,
        || {
            shell(&format!("rm -rf {dir}/untar; mkdir {dir}/untar; sync"))?;
            shell(&format!("gzip -dc {tar} | tar -x -C {dir}/untar"))
        },
    )?];
    if let Some(docker) = &bench.docker {
        rows.push(pair(
            "import Debian (gzip)",
            "docker import",
            runs,
            ours,
            || {
                shell(&format!(
                    "{docker} rmi -f debian-import >/dev/null 2>&1 || true; sync"
                ))?;
                shell(&format!("{docker} import {tar} debian-import"))
            },
        )?);
    }
    Ok(rows)
}

fn drain(bench: &Bench) -> Result<Vec<Row>, String> {
    let Some(docker) = &bench.docker else {
        return Ok(vec![]);
    };
    let job = "run --rm --network none --name bench-drain bench sh -c \"yes 0123456789012345678901234567890123456789012345678901234567890 | dd bs=64k count=16384 iflag=fullblock 2>/dev/null\" >/dev/null";
    let ours = format!("{} {job}", bench.cove);
    let theirs = format!("{docker} {job}");
    Ok(vec![pair(
        "1 GiB to stdout",
        "docker (json-file)",
        bench.runs.min(3),
        || shell(&ours),
        || shell(&theirs),
    )?])
}

fn parallel(bench: &Bench) -> Result<Vec<Row>, String> {
    let Some(docker) = &bench.docker else {
        return Ok(vec![]);
    };
    let start = |engine: &str| -> Result<Duration, String> {
        shell(&format!(
            "pids=; for i in $(seq 30); do {engine} run -d --network none --name par-$i bench sleep 600 & pids=\"$pids $!\"; done; for p in $pids; do wait $p; done"
        ))
    };
    let remove = |engine: &str| shell(&format!("{engine} rm -f $(seq -f par-%g 30)"));
    let runs = bench.runs.min(3);
    // Each measurement needs the other's work undone outside the clock.
    let started = pair(
        "30 parallel `run -d`",
        "docker",
        runs,
        || {
            let t = start(&bench.cove)?;
            remove(&bench.cove)?;
            Ok(t)
        },
        || {
            let t = start(docker)?;
            remove(docker)?;
            Ok(t)
        },
    )?;
    let removed = pair(
        "`rm -f` of 30",
        "docker",
        runs,
        || {
            start(&bench.cove)?;
            remove(&bench.cove)
        },
        || {
            start(docker)?;
            remove(docker)
        },
    )?;
    Ok(vec![started, removed])
}

fn ps(bench: &Bench) -> Result<Vec<Row>, String> {
    let Some(docker) = &bench.docker else {
        return Ok(vec![]);
    };
    for engine in [&bench.cove, docker] {
        shell(&format!(
            "for i in $(seq 1000); do {engine} create --network none --name ps-$i bench true; done"
        ))?;
    }
    let ours = words(&format!("{} ps -a", bench.cove));
    let theirs = words(&format!("{docker} ps -a"));
    let row = pair(
        "`ps -a`, 1,000 containers",
        "docker",
        bench.runs,
        || timed(&ours),
        || timed(&theirs),
    )?;
    for engine in [&bench.cove, docker] {
        shell(&format!("{engine} rm $(seq -f ps-%g 1000)"))?;
    }
    Ok(vec![row])
}
