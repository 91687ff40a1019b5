//! Layers: tar in and out, whiteouts, diffs and overlay plans.
