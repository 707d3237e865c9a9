package dev.replicator.conformance.disk;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;

/**
 * The files in two states: as they were written, which is what everybody sees, and as they were synced, which is what a
 * cut of the power leaves, with some, none or all of the rest.
 *
 * <p>It is as strict as POSIX lets a file system be. A sync of a file makes its contents and its size durable, not its
 * name. Names (made, moved, taken away) are durable once their folder was synced, and a folder's name once the folder
 * above was. Before that they survive a cut or not, in any order. The one thing granted is that a move is one change:
 * there is never neither name, nor both.
 *
 * <p>Thread-safe.
 */
final class Tree {
    static final long ROOT = 1;

    private static final int FOLDER_MODE = 0040755;
    private static final int TYPE = 0170000;
    private static final int FOLDER_TYPE = 0040000;
    private static final int FILE_TYPE = 0100000;

    /** Names that change together. */
    private record Change(List<Step> steps) {
        /** @param target what has the name from then on; null for nothing */
        record Step(Inode folder, String name, Inode target) {}

        boolean isIn(Inode folder) {
            return steps.stream().anyMatch(step -> step.folder.equals(folder));
        }

        void apply() {
            for (Step step : steps) {
                if (step.target == null) {
                    step.folder.synced.remove(step.name);
                } else {
                    step.folder.synced.put(step.name, step.target);
                }
            }
        }
    }

    private final Map<Long, Inode> inodes = new HashMap<>();
    private final Deque<Change> unsynced = new ArrayDeque<>();
    private final Inode root = new Inode(ROOT, FOLDER_MODE, true);
    private final Faults faults = new Faults();
    private long lastNumber = ROOT;
    private Runnable cut = () -> {};

    Tree() {
        inodes.put(ROOT, root);
    }

    /** What a test has the disk refuse. */
    interface FaultChange {
        void to(Faults faults);
    }

    synchronized void change(FaultChange change) {
        change.to(faults);
    }

    /** Has the power cut instead of the next change or sync but so many. */
    synchronized void cutAfter(long changes, Runnable cutting) {
        faults.untilCut = changes;
        cut = cutting;
    }

    /** The power may go at this moment. */
    private void tick() throws DiskError {
        if (faults.untilCut > 0 && --faults.untilCut == 0) {
            cut.run();
        }
        faults.requirePower();
    }

    private void requireChange() throws DiskError {
        tick();
        faults.requireWritable();
    }

    synchronized Inode get(long number) throws DiskError {
        faults.requirePower();
        Inode inode = inodes.get(number);
        if (inode == null) {
            throw new DiskError(DiskError.ENOENT);
        }
        return inode;
    }

    private Inode folder(long number) throws DiskError {
        Inode inode = get(number);
        if (!inode.isFolder()) {
            throw new DiskError(DiskError.ENOTDIR);
        }
        return inode;
    }

    private Contents contents(long number) throws DiskError {
        Inode inode = get(number);
        if (inode.isFolder()) {
            throw new DiskError(DiskError.EISDIR);
        }
        return inode.contents;
    }

    synchronized Inode lookUp(long parent, String name) throws DiskError {
        return counted(named(folder(parent), name));
    }

    private static Inode named(Inode folder, String name) throws DiskError {
        Inode inode = folder.names.get(name);
        if (inode == null) {
            throw new DiskError(DiskError.ENOENT);
        }
        return inode;
    }

    private static Inode counted(Inode inode) {
        inode.lookups++;
        return inode;
    }

    synchronized void forget(long number, long lookups) {
        Inode inode = inodes.get(number);
        if (inode != null) {
            inode.lookups -= lookups;
            dropIfUnused(inode);
        }
    }

    private void dropIfUnused(Inode inode) {
        if (inode.unlinked && inode.lookups <= 0) {
            inodes.remove(inode.number);
        }
    }

    synchronized Inode make(long parent, String name, int mode) throws DiskError {
        Inode folder = folder(parent);
        requireChange();
        if (folder.names.containsKey(name)) {
            throw new DiskError(DiskError.EEXIST);
        }
        if (freePages() < 1) {
            throw new DiskError(DiskError.ENOSPC);
        }
        boolean isFolder = (mode & TYPE) == FOLDER_TYPE;
        Inode made = new Inode(++lastNumber, isFolder ? mode : (mode & ~TYPE) | FILE_TYPE, isFolder);
        inodes.put(made.number, made);
        name(folder, name, made);
        unsynced.add(new Change(List.of(new Change.Step(folder, name, made))));
        return counted(made);
    }

    private static void name(Inode folder, String name, Inode inode) {
        folder.names.put(name, inode);
        folder.touch();
        inode.name = name;
    }

    synchronized void remove(long parent, String name, boolean wantsFolder) throws DiskError {
        Inode folder = folder(parent);
        requireChange();
        Inode gone = named(folder, name);
        if (gone.isFolder() != wantsFolder) {
            throw new DiskError(wantsFolder ? DiskError.ENOTDIR : DiskError.EISDIR);
        }
        requireEmpty(gone);
        folder.names.remove(name);
        folder.touch();
        unlink(gone);
        unsynced.add(new Change(List.of(new Change.Step(folder, name, null))));
    }

    private static void requireEmpty(Inode inode) throws DiskError {
        if (inode.isFolder() && !inode.names.isEmpty()) {
            throw new DiskError(DiskError.ENOTEMPTY);
        }
    }

    private void unlink(Inode inode) {
        inode.unlinked = true;
        dropIfUnused(inode);
    }

    /** @param replace whether what has the new name may go */
    synchronized void move(long parent, String name, long newParent, String newName, boolean replace) throws DiskError {
        Inode from = folder(parent);
        Inode to = folder(newParent);
        requireChange();
        Inode moved = named(from, name);
        Inode replaced = to.names.get(newName);
        if (moved.equals(replaced)) {
            return;
        }
        if (replaced != null) {
            if (!replace) {
                throw new DiskError(DiskError.EEXIST);
            }
            requireEmpty(replaced);
            unlink(replaced);
        }
        from.names.remove(name);
        from.touch();
        name(to, newName, moved);
        unsynced.add(new Change(List.of(new Change.Step(from, name, null), new Change.Step(to, newName, moved))));
    }

    synchronized void resize(long number, long size) throws DiskError {
        Contents contents = contents(number);
        requireChange();
        contents.resize(size);
        get(number).touch();
    }

    synchronized void chmod(long number, int mode) throws DiskError {
        Inode inode = get(number);
        faults.requireWritable();
        inode.mode = (inode.mode & TYPE) | (mode & ~TYPE);
    }

    synchronized void read(long number, long offset, int length, ByteBuffer into) throws DiskError {
        contents(number).read(offset, length, into);
    }

    /** Writes what there is room for; returns how much that was. */
    synchronized int write(long number, long offset, ByteBuffer from) throws DiskError {
        Contents contents = contents(number);
        requireChange();
        int length = from.remaining();
        long free = freePages();
        while (length > 0 && contents.taking(offset, length) > free) {
            // To the end of the page before: what a full disk takes is whole pages.
            length = (int) Math.max(0, (offset + length - 1) / Contents.PAGE * Contents.PAGE - offset);
        }
        if (length == 0) {
            throw new DiskError(DiskError.ENOSPC);
        }
        contents.write(offset, from.slice(from.position(), length));
        get(number).touch();
        return length;
    }

    synchronized void sync(long number) throws DiskError {
        Inode inode = get(number);
        tick();
        if (faults.failsSync(inode.name)) {
            if (!inode.isFolder()) {
                inode.contents.failSync();
            }
            throw new DiskError(DiskError.EIO);
        }
        if (!inode.isFolder()) {
            inode.contents.sync();
            return;
        }
        for (Iterator<Change> changes = unsynced.iterator(); changes.hasNext(); ) {
            Change change = changes.next();
            if (change.isIn(inode)) {
                change.apply();
                changes.remove();
            }
        }
    }

    synchronized List<Inode> list(long number) throws DiskError {
        return new ArrayList<>(folder(number).names.values());
    }

    /** Whether files may be changed now. */
    synchronized void requireWritable() throws DiskError {
        faults.requireWritable();
    }

    /** How many pages may be taken yet. */
    synchronized long freePages() {
        return faults.capacityPages == Long.MAX_VALUE ? Long.MAX_VALUE : faults.capacityPages - takenPages(root);
    }

    synchronized long takenPages() {
        return takenPages(root);
    }

    private static long takenPages(Inode inode) {
        if (!inode.isFolder()) {
            return inode.contents.taken();
        }
        long taken = 0;
        for (Inode within : inode.names.values()) {
            taken += takenPages(within);
        }
        return taken;
    }

    /** Answers nothing from now on, and leaves what a cut at this moment leaves. */
    synchronized Survival cut(long seed) {
        faults.dead = true;
        SplittableRandom random = new SplittableRandom(seed);
        Survival survival = Survival.random(random);
        int first = survival.prefix(unsynced.size(), random);
        int place = 0;
        for (Change change : unsynced) {
            if (survival.survives(place, first, random)) {
                change.apply();
            }
            place++;
        }
        unsynced.clear();
        inodes.clear();
        settle(root, survival, random);
        return survival;
    }

    private void settle(Inode inode, Survival survival, SplittableRandom random) {
        inodes.put(inode.number, inode);
        inode.lookups = 0;
        inode.unlinked = false;
        if (!inode.isFolder()) {
            inode.contents.cut(survival, random);
            return;
        }
        inode.names = new TreeMap<>(inode.synced);
        inode.names.forEach((name, within) -> {
            within.name = name;
            settle(within, survival, random);
        });
    }

    /** The power is back, for a new mount. */
    synchronized void powerOn() {
        faults.dead = false;
    }

    /** Changes one bit of a file, as a worn disk does. */
    synchronized void flip(Path path, long offset, int bit) throws DiskError {
        Inode inode = root;
        for (Path name : path) {
            inode = named(inode, name.toString());
        }
        inode.contents.flip(offset, bit);
    }
}
