//! The engine: verbs, policy and defaults, and reconciliation.
