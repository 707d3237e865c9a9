package dev.replicator.store;

import dev.replicator.document.Blob;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** The attachments of a {@link MemoryDatabase}, and who holds them. */
final class MemoryBlobs {
    private final MemoryDatabase database;
    private final Map<Long, byte[]> bytes = new HashMap<>();
    private final Map<ByteBuffer, Long> numbersByDigest = new HashMap<>();
    private final Set<Lease> leases = new HashSet<>();
    private long lastNumber;

    MemoryBlobs(MemoryDatabase database) {
        this.database = database;
    }

    void putAll(MemoryBlobs origin) {
        bytes.putAll(origin.bytes);
        numbersByDigest.putAll(origin.numbersByDigest);
        lastNumber = origin.lastNumber;
    }

    AttachmentLease lease() {
        Lease lease = new Lease();
        leases.add(lease);
        return lease;
    }

    int read(Blob blob, long offset, byte[] into) {
        byte[] stored = bytes.get(blob.number());
        if (stored == null) {
            throw new StoreException.Corrupt("attachment " + blob.number() + " is not there", null);
        }
        if (offset >= stored.length) {
            return 0;
        }
        int count = Math.min(into.length, stored.length - (int) offset);
        System.arraycopy(stored, (int) offset, into, 0, count);
        return count;
    }

    /** How many are stored, referred to or not. */
    long bytes() {
        return bytes.values().stream().mapToLong(stored -> stored.length).sum();
    }

    int count() {
        return bytes.size();
    }

    long sweep() {
        return drop(Set.copyOf(bytes.keySet()));
    }

    /** Drops, of some, what no revision refers to and no lease holds; returns how many. */
    private long drop(Set<Long> numbers) {
        Set<Long> dropped = new HashSet<>(numbers);
        dropped.removeAll(database.referredBlobs());
        leases.forEach(lease -> dropped.removeAll(lease.held));
        bytes.keySet().removeAll(dropped);
        numbersByDigest.values().removeAll(dropped);
        return dropped.size();
    }

    private Blob store(byte[] written, Blob.Encoding encoding, long length, Lease lease) {
        ByteBuffer digest = ByteBuffer.wrap(digest("SHA-256", written));
        long number = numbersByDigest.computeIfAbsent(digest, _ -> ++lastNumber);
        bytes.put(number, written);
        lease.held.add(number);
        return new Blob(number, digest("MD5", written), written.length, length, encoding);
    }

    private static byte[] digest(String algorithm, byte[] bytes) {
        try {
            return MessageDigest.getInstance(algorithm).digest(bytes);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private final class Lease implements AttachmentLease {
        private final Set<Long> held = new HashSet<>();

        @Override
        public Upload upload() {
            return new MemoryUpload(this);
        }

        @Override
        public boolean keep(Blob blob) {
            return database.locked(() -> {
                boolean there = bytes.containsKey(blob.number());
                if (there) {
                    held.add(blob.number());
                }
                return there;
            });
        }

        @Override
        public void close() {
            synchronized (database.lock()) {
                leases.remove(this);
                drop(held);
            }
        }
    }

    private final class MemoryUpload extends AttachmentLease.Upload {
        private final Lease lease;
        private final ByteArrayOutputStream written = new ByteArrayOutputStream();

        MemoryUpload(Lease lease) {
            this.lease = lease;
        }

        @Override
        public void write(int b) {
            written.write(b);
        }

        @Override
        public void write(byte[] part, int offset, int length) {
            written.write(part, offset, length);
        }

        @Override
        public Blob finish(Blob.Encoding encoding, long length) {
            return database.locked(() -> store(written.toByteArray(), encoding, length, lease));
        }

        @Override
        public void close() {
            // Nothing was stored yet.
        }
    }
}
