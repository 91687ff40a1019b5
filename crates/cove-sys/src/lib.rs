//! The kernel calls that rustix lacks; the only crate where unsafe compiles.
