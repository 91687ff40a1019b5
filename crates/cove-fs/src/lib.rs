//! Paths anchored in a root, atomic files, locks, and I/O errors that carry their path.
