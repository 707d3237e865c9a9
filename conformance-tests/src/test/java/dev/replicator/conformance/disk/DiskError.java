package dev.replicator.conformance.disk;

/** What a system call on the disk fails with: a number of Linux's {@code errno.h}. */
final class DiskError extends Exception {
    private static final long serialVersionUID = 1L;

    static final int ENOENT = 2;
    static final int EIO = 5;
    static final int EEXIST = 17;
    static final int ENOTDIR = 20;
    static final int EISDIR = 21;
    static final int EINVAL = 22;
    static final int ENOSPC = 28;
    static final int EROFS = 30;
    static final int ENOSYS = 38;
    static final int ENOTEMPTY = 39;

    private final int number;

    DiskError(int number) {
        super("errno " + number, null, false, false);
        this.number = number;
    }

    int number() {
        return number;
    }
}
