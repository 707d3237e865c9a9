package dev.replicator.conformance.bench;

import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;

/** The workloads that CouchDB's figures were measured with. */
final class Workloads {
    private static final int BATCH = 1000;
    private static final List<Integer> FEW = List.of(1, 4);
    private static final List<Integer> MANY = List.of(1, 16, 64);
    private static final List<Integer> ONE = List.of(1);

    /** All of them, in the order they are run in. */
    static final List<Workload> ALL = List.of(
            new Workload("bulk_docs", "docs", false, BATCH, 70, FEW, Workloads::bulkDocs),
            new Workload("bulk_docs_ascending", "docs", false, BATCH, 70, ONE, ascending()),
            new Workload("bulk_docs_replicated", "docs", false, BATCH, 0, FEW, Workloads::bulkDocsReplicated),
            new Workload("put", "docs", false, 1, 70, MANY, Workloads::put),
            new Workload("get", "docs", true, 1, SampleDocument.BYTES, MANY, Workloads::get),
            new Workload("changes", "rows", true, 0, 70, ONE, feed("/_changes?since=0")),
            new Workload("changes_docs", "rows", true, 0, 350, ONE, feed("/_changes?since=0&include_docs=true")),
            new Workload("all_docs", "rows", true, 0, 70, ONE, feed("/_all_docs")),
            new Workload("all_docs_docs", "rows", true, 0, 350, ONE, feed("/_all_docs?include_docs=true")),
            new Workload("bulk_get", "docs", true, BATCH, SampleDocument.BYTES, FEW, Workloads::bulkGet),
            new Workload("revs_diff", "ids", true, BATCH, 35, FEW, Workloads::revsDiff));

    private Workloads() {}

    /** New documents, the id of each after all that were made before; with several connections nearly so. */
    private static Workload.Maker ascending() {
        AtomicLong counter = new AtomicLong();
        return (dataset, connection) -> {
            Template template = Bulk.bulkDocs(dataset.database(), true, SampleDocument.created(), BATCH);
            return () -> {
                long first = counter.getAndAdd(BATCH);
                for (int i = 0; i < BATCH; i++) {
                    template.put(i, Identity.ascending(first + i));
                }
                return template.bytes();
            };
        };
    }

    /** New documents with ids in no order. */
    private static Requests bulkDocs(Dataset dataset, int connection) {
        Template template = Bulk.bulkDocs(dataset.database(), true, SampleDocument.created(), BATCH);
        Numbers numbers = Numbers.of(connection);
        return () -> {
            for (int i = 0; i < BATCH; i++) {
                template.put(i, Identity.ofDocument(numbers.next()));
            }
            return template.bytes();
        };
    }

    /** Third revisions with their histories, of documents that are not there, as a push replication sends them. */
    private static Requests bulkDocsReplicated(Dataset dataset, int connection) {
        String document = SampleDocument.replicatedWithHistory();
        Template template = Bulk.bulkDocs(dataset.database(), false, document, BATCH);
        Numbers numbers = Numbers.of(connection);
        return () -> {
            for (int i = 0, place = 0; i < BATCH; i++) {
                long number = numbers.next();
                Identity hash = Identity.ofRevision(number);
                template.put(place++, Identity.ofDocument(number));
                template.put(place++, hash);
                template.put(place++, hash);
                template.put(place++, Identity.ofRevision(~number));
                template.put(place++, Identity.ofRevision(-number << 20));
            }
            return template.bytes();
        };
    }

    /** One new document a request. */
    private static Requests put(Dataset dataset, int connection) {
        Database database = dataset.database();
        String path = database.path() + "/" + Template.PLACE;
        byte[] body = Template.utf8(SampleDocument.withoutId());
        Template template = Template.of(database.endpoint().request("PUT", path, body));
        Numbers numbers = Numbers.of(connection);
        return () -> {
            template.put(0, Identity.ofDocument(numbers.next()));
            return template.bytes();
        };
    }

    /** One document a request, any of them. */
    private static Requests get(Dataset dataset, int connection) {
        Database database = dataset.database();
        Template template = Template.of(database.endpoint().request("GET", database.path() + "/" + Template.PLACE));
        var random = new SplittableRandom(connection);
        return () -> {
            template.put(0, Identity.ofDocument(random.nextInt(dataset.documents())));
            return template.bytes();
        };
    }

    /** All rows in one answer. */
    private static Workload.Maker feed(String resource) {
        return (dataset, connection) -> {
            Database database = dataset.database();
            byte[] request = database.endpoint().request("GET", database.path() + resource);
            return () -> request;
        };
    }

    private static Requests bulkGet(Dataset dataset, int connection) {
        return known(dataset, connection, Bulk.bulkGet(dataset.database(), BATCH));
    }

    private static Requests revsDiff(Dataset dataset, int connection) {
        return known(dataset, connection, Bulk.revsDiff(dataset.database(), BATCH));
    }

    /** Fills in ids and hashes of a run of documents, no two the same; their ids are in no order. */
    private static Requests known(Dataset dataset, int connection, Template template) {
        var random = new SplittableRandom(connection);
        return () -> {
            int first = random.nextInt(dataset.documents());
            for (int i = 0; i < BATCH; i++) {
                int number = (first + i) % dataset.documents();
                template.put(2 * i, Identity.ofDocument(number));
                template.put(2 * i + 1, Identity.ofRevision(number));
            }
            return template.bytes();
        };
    }

    /** Numbers for new documents that no other connection and no dataset uses. */
    private static final class Numbers {
        private long next;

        private Numbers(long first) {
            next = first;
        }

        static Numbers of(int connection) {
            return new Numbers((connection + 1L) << 40);
        }

        long next() {
            return next++;
        }
    }
}
