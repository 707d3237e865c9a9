package dev.replicator.document;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** An intake that keeps what it is given, and checks that it is used as it must be. */
final class CollectedAttachments implements AttachmentIntake {
    private final List<byte[]> finished = new ArrayList<>();
    private long written;
    private int begun;
    private int abandoned;
    private Optional<One> open = Optional.empty();

    @Override
    public Incoming begin(String name, Optional<String> contentType) {
        if (open.isPresent()) {
            throw new AssertionError("another is open");
        }
        begun++;
        One one = new One();
        open = Optional.of(one);
        return one;
    }

    /** The bytes that a blob of this intake stands for. */
    byte[] bytes(Blob blob) {
        return finished.get((int) blob.number());
    }

    /** All the bytes that came, of whatever attachment. */
    long written() {
        return written;
    }

    int begun() {
        return begun;
    }

    int abandoned() {
        return abandoned;
    }

    /** All that was begun has been closed. */
    void checkClosed() {
        if (open.isPresent()) {
            throw new AssertionError("an attachment was left open");
        }
    }

    private final class One implements Incoming {
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        private boolean ended;

        @Override
        public void write(byte[] from, int offset, int count) {
            checkOpen();
            bytes.write(from, offset, count);
            written += count;
        }

        @Override
        public Blob finish(String contentType) {
            checkOpen();
            ended = true;
            finished.add(bytes.toByteArray());
            return new Blob(finished.size() - 1, new byte[16], bytes.size(), bytes.size(), Blob.Encoding.IDENTITY);
        }

        private void checkOpen() {
            if (ended || open.filter(this::equals).isEmpty()) {
                throw new AssertionError("ended already");
            }
        }

        @Override
        public void close() {
            open = open.filter(one -> one != this);
            if (!ended) {
                abandoned++;
                ended = true;
            }
        }
    }
}
