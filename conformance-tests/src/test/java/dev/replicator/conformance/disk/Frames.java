package dev.replicator.conformance.disk;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * How the kernel's requests and their answers are laid out: version 7.31 of the protocol of {@code linux/fuse.h}, in
 * the machine's byte order. A newer kernel keeps to the version it is answered.
 */
final class Frames {
    static final int MAJOR = 7;
    static final int MINOR = 31;
    static final int IN_HEADER = 40;
    static final int OUT_HEADER = 16;
    /** What a write brings beside its bytes. */
    static final int WRITE_HEADER = 40;

    static final int MAX_WRITE = 1 << 20;

    /**
     * Reads that overlap, writes of more than a page, looking up names side by side, and more than 32 pages at once.
     */
    private static final int FEATURES = 1 | 1 << 5 | 1 << 18 | 1 << 22;

    /**
     * Nobody else changes the files: the kernel may keep what it was told. Bytes it keeps only while a file is open.
     */
    private static final long VALID_SECONDS = 3600;

    private static final int MOST_BACKGROUND = 64;
    private static final int CONGESTED_BACKGROUND = 48;
    private static final int MAX_NAME = 255;
    private static final int FOLDER_ENTRY = 4;
    private static final int FILE_ENTRY = 8;
    private static final long BLOCKS_PER_PAGE = Contents.PAGE / 512;
    private static final long NANOS = 1_000_000_000;

    private Frames() {}

    /**
     * What every request begins with.
     *
     * @param node the file or folder it is about
     */
    record Header(int operation, long unique, long node) {}

    /** Reads the header of a request and leaves the buffer behind it. */
    static Header header(ByteBuffer in) {
        in.getInt();
        Header header = new Header(in.getInt(), in.getLong(), in.getLong());
        in.position(IN_HEADER);
        return header;
    }

    /** A name, which ends with a zero. */
    static String name(ByteBuffer in) {
        int start = in.position();
        int length = 0;
        while (in.get() != 0) {
            length++;
        }
        byte[] name = new byte[length];
        in.get(start, name);
        return new String(name, StandardCharsets.UTF_8);
    }

    /** Writes the header before an answer that is complete. */
    static void finish(ByteBuffer out, long unique, int error) {
        int length = error == 0 ? out.position() : OUT_HEADER;
        out.putInt(0, length).putInt(4, -error).putLong(8, unique);
        out.position(length);
    }

    static void initialised(ByteBuffer in, ByteBuffer out) {
        in.getInt();
        in.getInt();
        int readAhead = in.getInt();
        int offered = in.getInt();
        out.putInt(MAJOR).putInt(MINOR).putInt(readAhead).putInt(offered & FEATURES);
        out.putShort((short) MOST_BACKGROUND).putShort((short) CONGESTED_BACKGROUND);
        out.putInt(MAX_WRITE).putInt(1).putShort((short) (MAX_WRITE / Contents.PAGE));
        while (out.position() < OUT_HEADER + 64) {
            out.put((byte) 0);
        }
    }

    static void entry(ByteBuffer out, Inode inode) {
        out.putLong(inode.number).putLong(0);
        out.putLong(VALID_SECONDS).putLong(VALID_SECONDS).putInt(0).putInt(0);
        attributes(out, inode);
    }

    static void attributesAnswer(ByteBuffer out, Inode inode) {
        out.putLong(VALID_SECONDS).putLong(0);
        attributes(out, inode);
    }

    private static void attributes(ByteBuffer out, Inode inode) {
        long seconds = inode.changedNanos / NANOS;
        int nanos = (int) (inode.changedNanos % NANOS);
        out.putLong(inode.number);
        out.putLong(inode.isFolder() ? Contents.PAGE : inode.contents.size());
        out.putLong(inode.isFolder() ? BLOCKS_PER_PAGE : inode.contents.taken() * BLOCKS_PER_PAGE);
        out.putLong(seconds).putLong(seconds).putLong(seconds);
        out.putInt(nanos).putInt(nanos).putInt(nanos);
        out.putInt(inode.mode).putInt(inode.isFolder() ? 2 : 1);
        // The owner and the group are root's, and it is no device.
        out.putInt(0).putInt(0).putInt(0);
        out.putInt(Contents.PAGE).putInt(0);
    }

    static void opened(ByteBuffer out, long handle) {
        out.putLong(handle).putInt(0).putInt(0);
    }

    static void written(ByteBuffer out, int count) {
        out.putInt(count).putInt(0);
    }

    static void space(ByteBuffer out, long pages, long free, long files) {
        out.putLong(pages).putLong(free).putLong(free).putLong(files + free).putLong(free);
        out.putInt(Contents.PAGE).putInt(MAX_NAME).putInt(Contents.PAGE).putInt(0);
        for (int i = 0; i < 6; i++) {
            out.putInt(0);
        }
    }

    /**
     * Adds a name of a folder, where there is room.
     *
     * @param next the offset to go on from behind it
     * @param limit how long the answer may get
     * @return whether there was
     */
    static boolean listed(ByteBuffer out, Inode inode, String name, long next, int limit) {
        byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
        int length = 24 + (bytes.length + 7) / 8 * 8;
        if (out.position() + length > limit) {
            return false;
        }
        int end = out.position() + length;
        out.putLong(inode.number).putLong(next).putInt(bytes.length);
        out.putInt(inode.isFolder() ? FOLDER_ENTRY : FILE_ENTRY).put(bytes);
        while (out.position() < end) {
            out.put((byte) 0);
        }
        return true;
    }
}
