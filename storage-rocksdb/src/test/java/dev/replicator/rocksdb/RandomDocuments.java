package dev.replicator.rocksdb;

import dev.replicator.document.Attachment;
import dev.replicator.document.Blob;
import dev.replicator.document.Provenance;
import dev.replicator.document.RevisionContent;
import dev.replicator.revision.Retention;
import dev.replicator.revision.Revision;
import dev.replicator.revision.RevisionNode;
import dev.replicator.revision.RevisionPath;
import dev.replicator.revision.RevisionTree;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Trees and contents from a seed. */
final class RandomDocuments {
    private final Random random;

    RandomDocuments(Random random) {
        this.random = random;
    }

    Revision revision(long generation) {
        if (random.nextInt(4) > 0) {
            byte[] digest = new byte[16];
            random.nextBytes(digest);
            return Revision.ofDigest(generation, digest);
        }
        return Revision.of(generation, "odd" + random.nextInt(1000) + "é");
    }

    RevisionTree tree(int merges) {
        RevisionTree tree = RevisionTree.EMPTY;
        for (int i = 0; i < merges; i++) {
            List<Revision> path = new ArrayList<>();
            List<RevisionNode> known = tree.nodes();
            if (known.isEmpty() || random.nextInt(4) == 0) {
                long generation = random.nextInt(10) == 0 ? random.nextLong(1L << 50) + 5 : 5 + random.nextInt(5);
                for (int length = random.nextInt(4); length >= 0; length--) {
                    path.add(revision(generation--));
                }
            } else {
                Revision from = known.get(random.nextInt(known.size())).revision();
                path.add(revision(from.generation() + 1));
                path.add(from);
            }
            long size = random.nextInt(3) == 0 ? random.nextLong(1L << 40) : random.nextInt(300);
            long attachments = random.nextBoolean() ? 0 : random.nextLong(size + 1);
            tree = tree.merge(new RevisionPath(path), random.nextInt(3) == 0, size, attachments, 1000)
                    .tree();
        }
        return random.nextInt(3) == 0 ? tree.withoutBodies(Retention.NONE.expired(tree, _ -> 0)) : tree;
    }

    RevisionContent content() {
        byte[] body = new byte[2 + random.nextInt(random.nextInt(5) == 0 ? 9000 : 200)];
        random.nextBytes(body);
        List<Attachment> attachments = new ArrayList<>();
        for (int i = random.nextInt(3); i > 0; i--) {
            byte[] md5 = new byte[16];
            random.nextBytes(md5);
            Blob.Encoding encoding = random.nextBoolean() ? Blob.Encoding.GZIP : Blob.Encoding.IDENTITY;
            Blob blob = new Blob(random.nextLong(1L << 60), md5, random.nextLong(1L << 50), random.nextInt(), encoding);
            attachments.add(new Attachment("é" + i, random.nextBoolean() ? "" : "text/plain", random.nextInt(9), blob));
        }
        String user = random.nextBoolean() ? "" : "ann/ü";
        Provenance.Origin origin = random.nextBoolean() ? Provenance.Origin.EDIT : Provenance.Origin.REPLICATION;
        return new RevisionContent(body, attachments, new Provenance(random.nextLong(), user, origin));
    }
}
