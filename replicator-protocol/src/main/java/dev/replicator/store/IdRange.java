package dev.replicator.store;

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

    /** The rest of this range after an id that was read. */
    public IdRange after(String id) {
        return new IdRange(Optional.of(id), false, to, toInclusive, descending);
    }
}
