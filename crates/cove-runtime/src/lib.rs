//! The runtime: pure launch plans, the parent, and the steps of the child
//! between clone3 and execve.

pub mod spec;
