/**
 * A disk that can fail: a small file system of which the power can be cut, and that can be full, read-only, worn, or
 * refuse to sync.
 *
 * <p>It lives in the memory of the tests' own process and speaks to Linux by {@code /dev/fuse}; a server in another
 * process keeps its data folder on it. {@link dev.replicator.conformance.disk.FailingDisk} is where to start;
 * {@link dev.replicator.conformance.disk.Tree} says what a cut leaves.
 */
package dev.replicator.conformance.disk;
