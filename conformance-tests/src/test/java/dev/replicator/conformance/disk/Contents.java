package dev.replicator.conformance.disk;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * The bytes of a file in two states: what was written, which everybody reads, and what was synced, which a cut leaves.
 * Not thread-safe.
 */
final class Contents {
    static final int PAGE = 4096;

    /** What a disk writes as a whole, even as the power goes. */
    private static final int SECTOR = 512;

    private static final byte[] ZEROS = new byte[PAGE];

    /** As written; null for a page of zeros that takes no room. */
    private final List<byte[]> pages = new ArrayList<>();

    /** What the disk holds in place of the pages that were written since the last sync. */
    private final Map<Integer, byte[]> synced = new HashMap<>();

    /**
     * The same for pages that a failed sync has forgotten: as on Linux, which takes them for clean from then on, no
     * later sync brings them to the disk unless they are written again.
     */
    private final Map<Integer, byte[]> forgotten = new HashMap<>();

    private long size;
    private long syncedSize;
    private int taken;

    long size() {
        return size;
    }

    /** How many pages it takes. */
    int taken() {
        return taken;
    }

    /** How many more pages a write would take. */
    int taking(long offset, int length) {
        int more = 0;
        for (int page = (int) (offset / PAGE); page <= (offset + length - 1) / PAGE; page++) {
            more += page < pages.size() && pages.get(page) != null ? 0 : 1;
        }
        return more;
    }

    void read(long offset, int length, ByteBuffer into) {
        long end = Math.min(size, offset + length);
        for (long at = offset; at < end; ) {
            int within = (int) (at % PAGE);
            int count = (int) Math.min(PAGE - within, end - at);
            byte[] page = pages.get((int) (at / PAGE));
            into.put(page == null ? ZEROS : page, within, count);
            at += count;
        }
    }

    void write(long offset, ByteBuffer from) {
        for (long at = offset; from.hasRemaining(); ) {
            int within = (int) (at % PAGE);
            int count = Math.min(PAGE - within, from.remaining());
            from.get(changing((int) (at / PAGE)), within, count);
            at += count;
            size = Math.max(size, at);
        }
    }

    /** A page that is about to be changed. */
    private byte[] changing(int number) {
        while (pages.size() <= number) {
            pages.add(null);
        }
        byte[] page = pages.get(number);
        remember(number, page);
        byte[] changed = page == null ? new byte[PAGE] : page.clone();
        taken += page == null ? 1 : 0;
        pages.set(number, changed);
        return changed;
    }

    private void remember(int number, byte[] page) {
        byte[] onDisk = forgotten.containsKey(number) ? forgotten.remove(number) : page;
        if (!synced.containsKey(number)) {
            synced.put(number, onDisk);
        }
    }

    void resize(long newSize) {
        int kept = (int) ((newSize + PAGE - 1) / PAGE);
        for (int number = pages.size() - 1; number >= kept; number--) {
            byte[] page = pages.remove(number);
            remember(number, page);
            taken -= page == null ? 0 : 1;
        }
        if (newSize < size && newSize % PAGE != 0) {
            int within = (int) (newSize % PAGE);
            byte[] last = changing(kept - 1);
            System.arraycopy(ZEROS, 0, last, within, PAGE - within);
        }
        while (pages.size() < kept) {
            pages.add(null);
        }
        size = newSize;
    }

    /** All that was written is on the disk from now on. */
    void sync() {
        synced.clear();
        syncedSize = size;
    }

    /** A sync that failed: what was written stays to be read, but no later sync has it. */
    void failSync() {
        synced.forEach(forgotten::putIfAbsent);
        synced.clear();
    }

    /** Leaves what was synced, and of what was written since as much as {@code survival} has it. */
    void cut(Survival survival, SplittableRandom random) {
        long end = survival.size(syncedSize, size, random);
        List<Integer> written = synced.keySet().stream().sorted().toList();
        int first = survival.prefix(written.size(), random);
        for (int i = 0; i < written.size(); i++) {
            int number = written.get(i);
            if (!survival.survives(i, first, random)) {
                lose(number, synced.get(number), survival.tears() ? random : null);
            }
        }
        forgotten.forEach((number, page) -> lose(number, page, null));
        synced.clear();
        forgotten.clear();
        resize(end);
        synced.clear();
        syncedSize = end;
    }

    /** @param tearing where the page may be lost in part; or null */
    private void lose(int number, byte[] onDisk, SplittableRandom tearing) {
        while (pages.size() <= number) {
            pages.add(null);
        }
        byte[] written = pages.get(number);
        byte[] left = onDisk;
        if (tearing != null && written != null && tearing.nextInt(4) == 0) {
            left = onDisk == null ? new byte[PAGE] : onDisk.clone();
            int sectors = tearing.nextInt(PAGE / SECTOR);
            System.arraycopy(written, 0, left, 0, sectors * SECTOR);
        }
        taken += (left == null ? 0 : 1) - (written == null ? 0 : 1);
        pages.set(number, left);
    }

    /** Changes one bit of what is on the disk, and of what is read. */
    void flip(long offset, int bit) {
        byte[] page = pages.get((int) (offset / PAGE));
        page[(int) (offset % PAGE)] ^= (byte) (1 << bit);
    }
}
