package dev.replicator.server.http;

import dev.replicator.error.CouchError;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes the bytes of one body as they arrive and becomes a {@link RequestBody}. One thread at a time; whoever makes one
 * ends it with {@link #complete} or {@link #discard}.
 */
final class BodyCollector implements BodyDestination {
    private static final Logger LOG = LoggerFactory.getLogger(BodyCollector.class);
    private static final int FIRST_SIZE = 1024;

    private final BodyLimits limits;
    private byte[] memory = {};
    private FileChannel file;
    private long length;

    BodyCollector(BodyLimits limits) {
        this.limits = limits;
    }

    /** Where they stay in memory. */
    @Override
    public boolean takesAtOnce(int more) {
        return file == null && reserve(length + more);
    }

    /**
     * Adds bytes; may block on a file where {@link #takesAtOnce} says no.
     *
     * @throws dev.replicator.error.CouchException 413 when the body becomes too large
     * @throws IOException when the file cannot be written
     */
    @Override
    public void write(ByteBuffer bytes) throws IOException {
        int more = bytes.remaining();
        if (more > limits.mostBytes() - length) {
            throw tooLarge(limits.mostBytes());
        }
        if (takesAtOnce(more)) {
            bytes.get(memory, (int) length, more);
        } else {
            spool(bytes);
        }
        length += more;
    }

    static RuntimeException tooLarge(long most) {
        return CouchError.tooLarge("the request entity is too large: more than " + most
                        + " bytes ([chttpd] max_http_request_size)")
                .asException();
    }

    RequestBody complete() {
        if (file != null) {
            FileChannel spooled = file;
            return RequestBody.inFile(spooled, length, () -> closeQuietly(spooled));
        }
        int reserved = memory.length;
        byte[] exact = reserved == length ? memory : Arrays.copyOf(memory, (int) length);
        return RequestBody.inMemory(exact, once(() -> limits.budget().release(reserved)));
    }

    @Override
    public void discard() {
        if (file != null) {
            closeQuietly(file);
        }
        limits.budget().release(memory.length);
        memory = new byte[0];
        file = null;
    }

    /** Makes room for {@code size} bytes in memory, if so much may be there. */
    private boolean reserve(long size) {
        if (size <= memory.length) {
            return true;
        }
        if (size > limits.inMemoryBytes()) {
            return false;
        }
        long doubled = Math.max(FIRST_SIZE, 2L * memory.length);
        int grown = (int) Math.min(limits.inMemoryBytes(), Math.max(size, doubled));
        if (!limits.budget().tryReserve(grown - memory.length)) {
            grown = (int) size;
            if (!limits.budget().tryReserve(grown - memory.length)) {
                return false;
            }
        }
        memory = Arrays.copyOf(memory, grown);
        return true;
    }

    private void spool(ByteBuffer bytes) throws IOException {
        if (file == null) {
            file = open();
            ByteBuffer before = ByteBuffer.wrap(memory, 0, (int) length);
            while (before.hasRemaining()) {
                file.write(before);
            }
            limits.budget().release(memory.length);
            memory = new byte[0];
        }
        while (bytes.hasRemaining()) {
            file.write(bytes);
        }
    }

    private FileChannel open() throws IOException {
        Files.createDirectories(limits.spoolFolder());
        Path path = Files.createTempFile(limits.spoolFolder(), "body-", ".part");
        try {
            return FileChannel.open(
                    path, StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.DELETE_ON_CLOSE);
        } catch (IOException e) {
            Files.deleteIfExists(path);
            throw e;
        }
    }

    private static Runnable once(Runnable release) {
        return new Runnable() {
            private boolean done;

            @Override
            public synchronized void run() {
                if (!done) {
                    done = true;
                    release.run();
                }
            }
        };
    }

    private static void closeQuietly(FileChannel file) {
        try {
            file.close();
        } catch (IOException e) {
            // Nothing was to be kept of it; the descriptor is gone either way.
            LOG.debug("closing a spooled body", e);
        }
    }
}
