package dev.replicator.revision;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Histories of a document as peers might send them: paths through one forest, in part and in any order. */
final class RandomHistories {
    private record Made(Revision revision, int parent) {}

    private final Random random;
    private final boolean honest;
    private final List<Made> forest = new ArrayList<>();

    /** @param honest whether a revision has one parent, as ids that are digests ensure */
    RandomHistories(long seed, int revisions, boolean honest) {
        this.random = new Random(seed);
        this.honest = honest;
        for (int i = 0; i < revisions; i++) {
            // Mostly from a recent one, so that there are long lines beside bushes.
            int parent = i == 0 || random.nextInt(12) == 0 ? -1 : random.nextBoolean() ? i - 1 : random.nextInt(i);
            long generation =
                    parent < 0 ? random.nextInt(4) : forest.get(parent).revision.generation() + 1;
            forest.add(new Made(Revision.of(generation, id()), parent));
        }
    }

    private String id() {
        return switch (random.nextInt(3)) {
            case 0 -> "%016x%016x".formatted(random.nextLong(), random.nextLong());
            case 1 -> "%032x".formatted(random.nextInt(1 << 20));
            default -> "odd" + random.nextInt(1 << 20);
        };
    }

    /** A revision of the forest with some of its history. */
    RevisionPath path() {
        List<Revision> path = new ArrayList<>();
        int longest = 1 + random.nextInt(random.nextInt(4) == 0 ? 100 : 6);
        int at = random.nextInt(forest.size());
        while (at >= 0 && path.size() < longest) {
            Revision revision = forest.get(at).revision;
            path.add(revision);
            at = honest || random.nextInt(5) > 0 ? forest.get(at).parent : anyBelow(revision.generation());
        }
        return new RevisionPath(path);
    }

    private int anyBelow(long generation) {
        List<Integer> found = new ArrayList<>();
        for (int i = 0; i < forest.size(); i++) {
            if (forest.get(i).revision.generation() == generation - 1) {
                found.add(i);
            }
        }
        return found.isEmpty() ? -1 : found.get(random.nextInt(found.size()));
    }

    List<RevisionPath> paths(int count) {
        List<RevisionPath> paths = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            paths.add(path());
        }
        return paths;
    }

    /** Whether a revision is a tombstone: a fact of the revision, the same wherever it comes from. */
    static boolean deleted(Revision revision) {
        return revision.hashCode() % 3 == 0;
    }
}
