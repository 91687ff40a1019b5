//! OCI's words as types: digests, references, media types, platforms, manifests
//! and image configs. No I/O happens here.

mod digest;
mod image;
mod json;
mod names;
mod reference;

pub use digest::{Digest, DigestError, Hasher};
pub use image::{
    ContainerConfig, Descriptor, Healthcheck, HistoryEntry, ImageConfig, Index, Manifest, Platform,
    RootFs, media,
};
pub use json::{JsonError, parse_strict};
pub use names::{NameError, short_id, validate_id, validate_name};
pub use reference::{Reference, ReferenceError};
