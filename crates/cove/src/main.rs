//! The `cove` command.
fn main() {}
