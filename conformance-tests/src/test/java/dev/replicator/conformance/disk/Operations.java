package dev.replicator.conformance.disk;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Does what the kernel asks for. What is not here is answered by {@code ENOSYS}: the kernel does without, or does it
 * itself, as the locks of files. Thread-safe.
 */
final class Operations {
    private static final int LOOKUP = 1;
    private static final int FORGET = 2;
    private static final int GETATTR = 3;
    private static final int SETATTR = 4;
    private static final int MKNOD = 8;
    private static final int MKDIR = 9;
    private static final int UNLINK = 10;
    private static final int RMDIR = 11;
    private static final int RENAME = 12;
    private static final int OPEN = 14;
    private static final int READ = 15;
    private static final int WRITE = 16;
    private static final int STATFS = 17;
    private static final int RELEASE = 18;
    private static final int FSYNC = 20;
    private static final int FLUSH = 25;
    private static final int INIT = 26;
    private static final int OPENDIR = 27;
    private static final int READDIR = 28;
    private static final int RELEASEDIR = 29;
    private static final int FSYNCDIR = 30;
    private static final int ACCESS = 34;
    private static final int CREATE = 35;
    private static final int INTERRUPT = 36;
    private static final int DESTROY = 38;
    private static final int BATCH_FORGET = 42;
    private static final int RENAME2 = 45;

    private static final int SET_MODE = 1;
    private static final int SET_SIZE = 8;
    private static final int NO_REPLACE = 1;
    private static final int MAY_WRITE = 2;
    private static final int FOLDER_TYPE = 0040000;

    /** What a disk has that nothing limits. */
    private static final long PLENTY = (64L << 30) / Contents.PAGE;

    private final Tree tree;
    private final Map<Long, List<Inode>> listings = new ConcurrentHashMap<>();
    private final AtomicLong handles = new AtomicLong();

    Operations(Tree tree) {
        this.tree = tree;
    }

    /**
     * Answers a request.
     *
     * @param out left behind the answer
     * @return whether the kernel waits for one
     */
    boolean answer(ByteBuffer in, ByteBuffer out) {
        Frames.Header header = Frames.header(in);
        out.clear().position(Frames.OUT_HEADER);
        int error = 0;
        try {
            if (!perform(header, in, out)) {
                return false;
            }
        } catch (DiskError e) {
            error = e.number();
        }
        Frames.finish(out, header.unique(), error);
        return true;
    }

    private boolean perform(Frames.Header header, ByteBuffer in, ByteBuffer out) throws DiskError {
        long node = header.node();
        switch (header.operation()) {
            case INIT -> Frames.initialised(in, out);
            case LOOKUP -> Frames.entry(out, tree.lookUp(node, Frames.name(in)));
            case GETATTR -> Frames.attributesAnswer(out, tree.get(node));
            case SETATTR -> setAttributes(node, in, out);
            case MKNOD -> make(node, 16, in, out);
            case MKDIR -> make(node, 8, in, out);
            case CREATE -> {
                make(node, 16, in, out);
                Frames.opened(out, 0);
            }
            case UNLINK -> tree.remove(node, Frames.name(in), false);
            case RMDIR -> tree.remove(node, Frames.name(in), true);
            case RENAME -> move(node, in.getLong(), 0, in);
            case RENAME2 -> {
                long target = in.getLong();
                int flags = in.getInt();
                in.getInt();
                move(node, target, flags, in);
            }
            case OPEN -> {
                Inode _ = tree.get(node);
                Frames.opened(out, 0);
            }
            case READ -> {
                in.getLong();
                tree.read(node, in.getLong(), in.getInt(), out);
            }
            case WRITE -> write(node, in, out);
            case STATFS -> space(out);
            case FSYNC, FSYNCDIR -> tree.sync(node);
            case FLUSH, RELEASE -> {}
            case OPENDIR -> {
                long handle = handles.incrementAndGet();
                listings.put(handle, tree.list(node));
                Frames.opened(out, handle);
            }
            case READDIR -> list(in, out);
            case RELEASEDIR -> listings.remove(in.getLong());
            case ACCESS -> {
                if ((in.getInt() & MAY_WRITE) != 0) {
                    tree.requireWritable();
                }
            }
            case FORGET -> {
                tree.forget(node, in.getLong());
                return false;
            }
            case BATCH_FORGET -> {
                int count = in.getInt();
                in.getInt();
                for (int i = 0; i < count; i++) {
                    tree.forget(in.getLong(), in.getLong());
                }
                return false;
            }
            case INTERRUPT, DESTROY -> {
                return false;
            }
            default -> throw new DiskError(DiskError.ENOSYS);
        }
        return true;
    }

    /** @param before the bytes before the name, of which the second or first four are the mode */
    private void make(long parent, int before, ByteBuffer in, ByteBuffer out) throws DiskError {
        int start = in.position();
        int first = in.getInt();
        int second = in.getInt();
        in.position(start + before);
        String name = Frames.name(in);
        int operation = in.getInt(4);
        int mode = switch (operation) {
            case MKDIR -> first | FOLDER_TYPE;
            case MKNOD -> first;
            default -> second;
        };
        Frames.entry(out, tree.make(parent, name, mode));
    }

    private void move(long parent, long target, int flags, ByteBuffer in) throws DiskError {
        if ((flags & ~NO_REPLACE) != 0) {
            throw new DiskError(DiskError.EINVAL);
        }
        String name = Frames.name(in);
        tree.move(parent, name, target, Frames.name(in), flags == 0);
    }

    private void setAttributes(long node, ByteBuffer in, ByteBuffer out) throws DiskError {
        int start = in.position();
        int valid = in.getInt();
        if ((valid & SET_SIZE) != 0) {
            tree.resize(node, in.getLong(start + 16));
        }
        if ((valid & SET_MODE) != 0) {
            tree.chmod(node, in.getInt(start + 68));
        }
        Frames.attributesAnswer(out, tree.get(node));
    }

    private void write(long node, ByteBuffer in, ByteBuffer out) throws DiskError {
        int start = in.position();
        long offset = in.getLong(start + 8);
        int size = in.getInt(start + 16);
        Frames.written(out, tree.write(node, offset, in.slice(start + Frames.WRITE_HEADER, size)));
    }

    private void space(ByteBuffer out) {
        long taken = tree.takenPages();
        long free = Math.min(PLENTY, Math.max(0, tree.freePages()));
        Frames.space(out, taken + free, free, taken);
    }

    private void list(ByteBuffer in, ByteBuffer out) {
        List<Inode> listing = listings.getOrDefault(in.getLong(), List.of());
        long from = in.getLong();
        int limit = Frames.OUT_HEADER + in.getInt();
        for (long i = from; i < listing.size(); i++) {
            Inode inode = listing.get((int) i);
            if (!Frames.listed(out, inode, inode.name, i + 1, limit)) {
                return;
            }
        }
    }
}
