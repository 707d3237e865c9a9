package dev.replicator.document;

import java.util.Arrays;

/**
 * The members of the objects that a scanner is inside of, to find those whose key comes again.
 *
 * <p>Keys are known by where they stand in the scanner's copy and by a hash; a hash of 0 means that the key holds
 * escapes and is compared decoded.
 */
final class MemberStack {
    /** Up to this many members are compared with each other; more are sorted by hash first. */
    private static final int FEW = 16;

    private int[] starts = new int[32];
    private int[] hashes = new int[32];
    private int count;

    /** For each container from the outermost: where its members begin, or -1 - that for an array. */
    private int[] frames = new int[16];

    private int depth;

    void push(boolean object) {
        if (depth == frames.length) {
            frames = Arrays.copyOf(frames, depth * 2);
        }
        frames[depth++] = object ? count : -1 - count;
    }

    void pop() {
        int frame = frames[--depth];
        count = frame >= 0 ? frame : -1 - frame;
    }

    boolean isObject() {
        return frames[depth - 1] >= 0;
    }

    /** Adds a member to the innermost object: where its key begins in the copy, and the key's hash. */
    void add(int start, int hash) {
        if (count == starts.length) {
            starts = Arrays.copyOf(starts, count * 2);
            hashes = Arrays.copyOf(hashes, count * 2);
        }
        starts[count] = start;
        hashes[count++] = hash;
    }

    /**
     * Removes from the copy the members of the innermost object, complete but for its closing brace, whose key comes
     * again later: the last stays, in its own place, as in CouchDB.
     *
     * @return the length of the copy afterwards
     */
    int dropRepeated(byte[] copy, int length) {
        int base = frames[depth - 1];
        if (count - base < 2 || !mayRepeat(base)) {
            return length;
        }
        int end = length;
        for (int i = count - 2; i >= base; i--) {
            if (comesAgain(copy, i)) {
                // The member and the comma behind it; there is one, since a later member follows.
                int next = starts[i + 1];
                System.arraycopy(copy, next, copy, starts[i], end - next);
                int removed = next - starts[i];
                for (int later = i + 1; later < count; later++) {
                    starts[later - 1] = starts[later] - removed;
                    hashes[later - 1] = hashes[later];
                }
                count--;
                end -= removed;
            }
        }
        return end;
    }

    private boolean mayRepeat(int base) {
        if (count - base > FEW) {
            int[] sorted = Arrays.copyOfRange(hashes, base, count);
            Arrays.sort(sorted);
            for (int i = 1; i < sorted.length; i++) {
                if (sorted[i] == sorted[i - 1] || sorted[i - 1] == 0) {
                    return true;
                }
            }
            return sorted[sorted.length - 1] == 0;
        }
        for (int i = base; i < count; i++) {
            if (hashes[i] == 0) {
                return true;
            }
            for (int j = i + 1; j < count; j++) {
                if (hashes[i] == hashes[j]) {
                    return true;
                }
            }
        }
        return false;
    }

    private boolean comesAgain(byte[] copy, int member) {
        for (int later = member + 1; later < count; later++) {
            boolean mayEqual = hashes[member] == hashes[later] || hashes[member] == 0 || hashes[later] == 0;
            if (mayEqual && JsonText.sameString(copy, starts[member], starts[later])) {
                return true;
            }
        }
        return false;
    }
}
