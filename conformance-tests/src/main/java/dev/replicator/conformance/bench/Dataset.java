package dev.replicator.conformance.bench;

import dev.replicator.conformance.http.Answer;
import java.io.IOException;

/**
 * The documents that reading workloads find: those of the numbers 0 to {@code documents} − 1, each with one revision.
 * They arrive as a replicator brings them, so that the tool knows their revisions without asking.
 */
record Dataset(Database database, int documents) {
    private static final int BATCH = 1000;

    void load() throws IOException {
        database.create();
        try (var connection = database.endpoint().connect()) {
            for (int first = 0; first < documents; first += BATCH) {
                Answer answer = connection.exchange(batch(first, Math.min(BATCH, documents - first)));
                if (answer.status() != 201) {
                    throw new IOException("loading failed: " + answer.status() + " " + answer.text());
                }
            }
        }
    }

    private byte[] batch(int first, int count) {
        Template template = Bulk.bulkDocs(database, false, SampleDocument.replicated(), count);
        for (int i = 0; i < count; i++) {
            template.put(2 * i, Identity.ofDocument(first + i));
            template.put(2 * i + 1, Identity.ofRevision(first + i));
        }
        return template.bytes();
    }
}
