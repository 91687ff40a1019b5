//! Files, safely: paths anchored in a root that somebody else may control,
//! files that are whole or absent, locks that end with their holder, and errors
//! that say what was tried where.

mod atomic;
mod error;
mod lock;
mod root;
mod tree;

pub use atomic::{
    Durability, private_dir, publish_link, read_bounded, read_link, sync_parent, write_atomic,
};
pub use error::{Context, Error, Result};
pub use lock::Lock;
pub use root::Root;
pub use tree::{remove_tree, remove_tree_at};
