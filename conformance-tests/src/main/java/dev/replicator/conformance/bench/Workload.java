package dev.replicator.conformance.bench;

import dev.replicator.conformance.http.Answer;
import java.util.List;

/**
 * One kind of work.
 *
 * @param unit what is counted, in the plural
 * @param reads whether it needs the documents of the {@link Dataset}; otherwise it fills an empty database
 * @param unitsPerRequest how much work one request is; 0 when it is all documents of the dataset
 * @param bytesPerUnit what an answer has at least for each unit: a shorter one did not do the work
 * @param connections the numbers of connections it is measured with unless the user says otherwise
 * @param maker makes the requests
 */
record Workload(
        String name,
        String unit,
        boolean reads,
        int unitsPerRequest,
        int bytesPerUnit,
        List<Integer> connections,
        Maker maker) {

    /** Makes the requests of one connection. */
    @FunctionalInterface
    interface Maker {
        /** @param connection 0 for the first one: no two make the same new ids */
        Requests requests(Dataset dataset, int connection);
    }

    long units(Dataset dataset) {
        return unitsPerRequest == 0 ? dataset.documents() : unitsPerRequest;
    }

    /** @throws IllegalStateException when the server did not do what was asked */
    void check(Answer answer, Dataset dataset) {
        boolean whole = answer.bytes() >= units(dataset) * bytesPerUnit;
        if (!answer.isSuccess() || !whole || answer.text().contains("\"error\"")) {
            String text = answer.text();
            throw new IllegalStateException(name + " answered " + answer.status() + " with " + answer.bytes()
                    + " bytes: " + text.substring(0, Math.min(text.length(), 500)));
        }
    }
}
