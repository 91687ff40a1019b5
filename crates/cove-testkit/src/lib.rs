//! What the tests share. Never a dependency of the product.

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
