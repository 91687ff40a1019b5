//! Layers: unpacking, overlays, and reading changes back out.

pub mod overlay;
pub mod userns;
