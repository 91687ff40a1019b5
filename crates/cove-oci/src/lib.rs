//! OCI digests, references, media types, platforms and image types, without I/O.
