package dev.replicator.store;

import java.io.IOException;
import java.util.List;

/**
 * Copies of a whole store, all in one place outside of it. Those that follow share with those before what did not
 * change. Thread-safe; one at a time is made.
 */
public interface Backups {
    /** Of a store that makes none. */
    Backups NONE = new Backups() {
        @Override
        public Backup make(BackupProgress progress) throws IOException {
            throw new IOException("this store makes no backups");
        }

        @Override
        public void keep(int newest) {}

        @Override
        public List<Backup> list() {
            return List.of();
        }
    };

    /**
     * Makes a copy while the store is in use. It holds at least all that was durable when this was called; it counts
     * once it is on the disk and what was written was read back.
     *
     * <p>An interrupt ends it. Whatever ends it before its end leaves the copies before as they are.
     *
     * @throws IOException where it cannot be written, or does not read as it was written
     * @throws StoreException where the store cannot be read
     */
    Backup make(BackupProgress progress) throws IOException, InterruptedException;

    /**
     * Deletes the oldest copies.
     *
     * @param newest how many stay, at least 1
     */
    void keep(int newest) throws IOException, InterruptedException;

    /** The copies there are, the oldest first. */
    List<Backup> list() throws IOException;
}
