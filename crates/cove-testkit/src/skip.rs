//! Skips that are named and counted: a test may be left out only for a reason
//! on this list, so that a missing ability never passes in silence.

use std::path::Path;

/// Every reason for which a test may be skipped.
const REASONS: &[(&str, &str)] = &[
    ("not-root", "needs root"),
    ("no-busybox", "needs Debian's busybox-static"),
    ("no-skopeo", "needs skopeo"),
    ("no-mmdebstrap", "needs mmdebstrap and a Debian mirror"),
    ("no-i386", "needs a compiler for i386 programs"),
    ("no-ordinary-user", "needs an ordinary user to become"),
];

/// Prints the named skip, in a form that a script can count. The reason has to be on the list.
///
/// # Panics
/// When the reason is unknown, or when `COVE_NO_SKIP` is set (as CI does).
#[expect(
    clippy::print_stdout,
    reason = "a skip has to be seen in the test's output"
)]
pub fn skip(reason: &str) {
    let known = REASONS.iter().find(|(name, _)| *name == reason);
    let (name, text) = known.expect("a skip needs a reason from the list in skip.rs");
    assert!(
        std::env::var_os("COVE_NO_SKIP").is_none(),
        "skip {name} ({text}) where skips are forbidden"
    );
    println!("SKIP {name}: {text}");
}

/// Whether a program is on the PATH.
#[must_use]
pub fn have(program: &str) -> bool {
    std::env::var_os("PATH").is_some_and(|path| {
        std::env::split_paths(&path).any(|dir| Path::new(&dir).join(program).exists())
    })
}
