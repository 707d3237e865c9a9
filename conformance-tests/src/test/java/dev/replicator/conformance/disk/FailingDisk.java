package dev.replicator.conformance.disk;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.junit.jupiter.api.Assumptions;

/**
 * A disk mounted at a folder, to be tormented by a test. Starts empty, sound, and with plenty of room.
 *
 * <p>Thread-safe. This process must not map its files into memory: it would wait for itself.
 */
public final class FailingDisk implements AutoCloseable {
    private final Tree tree = new Tree();
    private final Path folder;
    private volatile CountDownLatch cut = new CountDownLatch(1);
    private volatile String left = "EVERYTHING";
    private Mount mount;

    private FailingDisk(Path folder) {
        this.folder = folder;
        this.mount = new Mount(tree, folder);
    }

    /**
     * Mounts an empty disk. Skips the calling test where this machine cannot; in continuous integration
     * ({@code CI=true}), where nothing may be skipped unseen, it fails.
     *
     * @param folder an empty one
     */
    public static FailingDisk at(Path folder) {
        Optional<String> missing = whatIsMissing();
        if (missing.isPresent()) {
            if ("true".equals(System.getenv("CI"))) {
                throw new AssertionError(missing.get());
            }
            Assumptions.abort(missing.get());
        }
        return new FailingDisk(folder.toAbsolutePath());
    }

    private static Optional<String> whatIsMissing() {
        if (!Files.isReadable(Mount.DEVICE) || !Files.isWritable(Mount.DEVICE)) {
            return Optional.of("a disk that fails needs Linux and " + Mount.DEVICE);
        }
        return "root".equals(System.getProperty("user.name"))
                ? Optional.empty()
                : Optional.of("a disk that fails is mounted by root only");
    }

    public Path folder() {
        return folder;
    }

    /**
     * Cuts the power: from now on everything fails, and of what was not synced a part is lost that the seed decides.
     */
    public void cut(long seed) {
        left = tree.cut(seed).toString();
        cut.countDown();
    }

    /** Has the power cut by itself, in place of the next change or sync but so many. */
    public void cutAfter(long changes, long seed) {
        tree.cutAfter(changes, () -> cut(seed));
    }

    /**
     * Returns when the power is cut.
     *
     * @throws AssertionError when it is not in time
     */
    public void awaitCut(Duration deadline) throws InterruptedException {
        if (!cut.await(deadline.toMillis(), TimeUnit.MILLISECONDS)) {
            throw new AssertionError("the power was not cut within " + deadline.toSeconds() + " s");
        }
    }

    /**
     * Mounts it again, with the power on; of those who had files open nobody has them any more.
     *
     * @return how much was left of what was not synced, for messages
     */
    public synchronized String mountAgain() {
        mount.close();
        tree.powerOn();
        cut = new CountDownLatch(1);
        mount = new Mount(tree, folder);
        return left;
    }

    /** How many bytes its files take. */
    public long takenBytes() {
        return tree.takenPages() * Contents.PAGE;
    }

    /** Leaves so much room for more: writes beyond it are told that there is no space. */
    public void leaveRoom(long bytes) {
        long pages = tree.takenPages() + bytes / Contents.PAGE;
        tree.change(faults -> faults.capacityPages = pages);
    }

    /** Has plenty of room again. */
    public void leavePlenty() {
        tree.change(faults -> faults.capacityPages = Long.MAX_VALUE);
    }

    /** Refuses every change, or takes them again. */
    public void readOnly(boolean refuses) {
        tree.change(faults -> faults.readOnly = refuses);
    }

    /**
     * Has syncs fail with an I/O error, as Linux does: what was written is read all the same, and later syncs succeed
     * without bringing it to the disk.
     *
     * @param files which, by name
     * @param times how many of them; 0 for no more
     */
    public void failSyncs(Predicate<String> files, long times) {
        tree.change(faults -> {
            faults.unsynced = files;
            faults.failingSyncs = times;
        });
    }

    /** Changes one bit of a file. Those who have it open may not see it. */
    public void flip(Path file, long offset, int bit) {
        try {
            tree.flip(folder.relativize(file.toAbsolutePath()), offset, bit);
        } catch (DiskError e) {
            throw new AssertionError(file.toString(), e);
        }
    }

    @Override
    public synchronized void close() {
        mount.close();
    }
}
