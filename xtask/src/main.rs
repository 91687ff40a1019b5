//! Development tasks.
//!
//! `cargo xtask bench [--runs N] [CASE…]` times whole commands of Cove against
//! the Debian packages of the other engines, in pairs, and prints a table.
//! `cargo xtask vm` boots Debian's own kernel with Cove in it, for cgroup v2.

use std::process::ExitCode;

mod bench;
mod cases;
mod peers;
mod vm;

fn main() -> ExitCode {
    let mut args = std::env::args().skip(1);
    let outcome = match args.next().as_deref() {
        Some("bench") => bench::main(&args.collect::<Vec<_>>()),
        Some("vm") => vm::main(&args.collect::<Vec<_>>()),
        _ => Err("usage: cargo xtask bench [--runs N] [CASE…] | cargo xtask vm".to_owned()),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("xtask: {message}");
            ExitCode::FAILURE
        }
    }
}
