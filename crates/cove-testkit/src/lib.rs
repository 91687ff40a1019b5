//! What the tests share: private engines, images made from the host's own
//! busybox, and the layer table. Never a dependency of the product.

mod engine;
mod skip;

pub use engine::{Engine, Outcome};
pub use skip::{have, skip};

/// The crates, lowest layer first: a crate may use only those before it.
pub const LAYERS: &[&str] = &[
    "cove-sys",
    "cove-oci",
    "cove-fs",
    "cove-cgroup",
    "cove-store",
    "cove-layer",
    "cove-runtime",
    "cove-state",
    "cove-supervisor",
    "cove-engine",
    "cove",
];
