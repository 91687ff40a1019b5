//! Content-addressed blobs, refs, leases, garbage collection and fsck.
