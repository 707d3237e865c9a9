package dev.replicator.peer;

import dev.replicator.document.JsonScanner;
import java.util.Optional;

/** The elements of an array, taken as they are asked for. */
final class JsonElements {
    private final JsonScanner scanner;
    private boolean begun;
    private boolean ended;

    /** @param scanner where the array comes next */
    JsonElements(JsonScanner scanner) {
        this.scanner = scanner;
    }

    /** Whether there is a further element; it must be taken then. */
    boolean hasNext() {
        if (ended) {
            return false;
        }
        if (!begun) {
            begun = true;
            scanner.expect('[');
            ended = scanner.take(']');
            return !ended;
        }
        if (scanner.take(',')) {
            return true;
        }
        scanner.expect(']');
        ended = true;
        return false;
    }

    /** The next element as compact JSON. */
    Optional<byte[]> next() {
        return hasNext() ? Optional.of(scanner.taken()) : Optional.empty();
    }
}
