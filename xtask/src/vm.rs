//! Boots a stock Debian kernel with Cove in it, for what this host's kernel
//! does not offer: cgroup v2 alone, and the layers mounted the older way that
//! kernels before 6.5 need. Software emulation: no /dev/kvm is used.

use std::path::Path;
use std::process::{Command, Stdio};

use crate::bench::{shell, timed, words};

const GUEST: &str = include_str!("guest.sh");

/// Builds the guest, boots it, and fails unless every check in `guest.sh` held.
pub fn main(args: &[String]) -> Result<(), String> {
    if !args.is_empty() {
        return Err("usage: cargo xtask vm".to_owned());
    }
    timed(&words("cargo build --release --locked -p cove"))?;
    let dir = format!("/var/tmp/cove-vm-{}", std::process::id());
    let outcome = boot(&dir);
    shell(&format!("rm -rf {dir}"))?;
    outcome
}

fn boot(dir: &str) -> Result<(), String> {
    let target = std::env::var("CARGO_TARGET_DIR").unwrap_or_else(|_| "target".to_owned());
    let kernel = kernel()?;
    shell(&format!(
        "mkdir -p {dir}/r/bin {dir}/r/proc {dir}/r/sys {dir}/r/dev {dir}/r/tmp {dir}/r/lib/modules
         cp /bin/busybox {dir}/r/bin/ && for a in $(/bin/busybox --list); do ln -sf busybox {dir}/r/bin/$a; done
         cp {target}/release/cove {dir}/r/bin/
         for f in $(ldd {target}/release/cove | grep -o '/[^ ]*'); do mkdir -p {dir}/r$(dirname $f); cp -L $f {dir}/r$f; done
         dpkg-deb -x {kernel} {dir}/k && cp {dir}/k/boot/vmlinuz-* {dir}/vmlinuz
         for m in overlay; do find {dir}/k -name $m.ko* -exec cp {{}} {dir}/r/lib/modules/ \\;; done",
    ))?;
    std::fs::write(format!("{dir}/r/init"), GUEST)
        .map_err(|e| format!("cannot write the guest's init: {e}"))?;
    shell(&format!(
        "chmod +x {dir}/r/init; cd {dir}/r && find . | cpio -o -H newc --quiet | gzip -1 > ../initrd"
    ))?;
    let out = Command::new("timeout")
        .args([
            "300",
            "qemu-system-x86_64",
            "-M",
            "microvm,acpi=off",
            "-accel",
            "tcg",
            "-cpu",
            "max",
            "-m",
            "1024",
            "-nographic",
            "-no-reboot",
            "-kernel",
        ])
        .arg(format!("{dir}/vmlinuz"))
        .arg("-initrd")
        .arg(format!("{dir}/initrd"))
        .args(["-append", "console=ttyS0 quiet panic=-1 cgroup_no_v1=all"])
        .stdin(Stdio::null())
        .output()
        .map_err(|e| format!("cannot run qemu-system-x86_64: {e}"))?;
    let text = String::from_utf8_lossy(&out.stdout);
    let results: Vec<&str> = text
        .lines()
        .map(str::trim)
        .filter(|l| l.starts_with("ok ") || l.starts_with("not ok "))
        .collect();
    for line in &results {
        println!("{line}");
    }
    if results.is_empty()
        || !text.contains("guest done")
        || results.iter().any(|l| l.starts_with("not ok"))
    {
        return Err(format!("the guest's checks did not all hold:\n{text}"));
    }
    println!("{} passed, 0 failed", results.len());
    Ok(())
}

/// The package of Debian's newest cloud kernel, downloaded once.
fn kernel() -> Result<String, String> {
    let cache = "/var/tmp/cove-vm-kernel";
    let package = format!("{cache}/kernel.deb");
    if !Path::new(&package).exists() {
        shell(&format!(
            "mkdir -p {cache} && cd {cache} && apt-get download -q $(apt-cache depends linux-image-cloud-amd64 | awk '/Depends: linux-image/{{print $2}}') && mv linux-image-*.deb kernel.deb"
        ))?;
    }
    Ok(package)
}
