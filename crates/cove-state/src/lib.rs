//! Container and volume records, phases, names, the event journal and the
//! control messages between the engine and a supervisor.

pub mod control;
pub mod intent;
pub mod record;
