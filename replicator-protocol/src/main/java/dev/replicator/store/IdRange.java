package dev.replicator.store;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Optional;

/**
 * A range of document ids in the order of their UTF-8 bytes.
 *
 * @param from where reading begins, in the direction of reading; empty: at that end
 * @param fromInclusive whether {@code from} itself is read
 * @param to where it ends, in the direction of reading
 * @param toInclusive whether {@code to} itself is read
 * @param descending whether it is read from the greatest id down
 */
public record IdRange(
        Optional<String> from, boolean fromInclusive, Optional<String> to, boolean toInclusive, boolean descending) {
    public static final IdRange ALL = new IdRange(Optional.empty(), true, Optional.empty(), true, false);

    /** The order of ids: that of their UTF-8 bytes, unsigned. */
    public static final Comparator<String> ORDER =
            Comparator.comparing(id -> id.getBytes(StandardCharsets.UTF_8), Arrays::compareUnsigned);

    /** From one id on, itself included, and before another; where one is empty, to that end. */
    public static IdRange between(Optional<String> from, Optional<String> before) {
        return new IdRange(from, true, before, false, false);
    }

    /** The rest of this range after an id that was read. */
    public IdRange after(String id) {
        return new IdRange(Optional.of(id), false, to, toInclusive, descending);
    }
}
