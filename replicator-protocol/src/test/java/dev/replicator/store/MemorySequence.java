package dev.replicator.store;

import java.math.BigInteger;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A number, and the epoch of the history that gave it. */
record MemorySequence(long number, String epoch) implements Sequence {
    private static final Pattern TOKEN = Pattern.compile("([0-9]+)(?:-([0-9A-Za-z_-]+))?");

    static final MemorySequence BEGINNING = new MemorySequence(0, "0");

    @Override
    public String token() {
        return number + "-" + epoch;
    }

    /** The last point that a token's history and that of the given epochs share. */
    static Optional<MemorySequence> parse(String token, NavigableMap<Long, String> epochs, long last) {
        Matcher matcher = TOKEN.matcher(token);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        long number =
                new BigInteger(matcher.group(1)).min(BigInteger.valueOf(last)).longValueExact();
        String epoch = matcher.group(2);
        return Optional.of(of(epoch == null ? number : Math.min(number, lastOf(epoch, epochs, last)), epochs));
    }

    private static long lastOf(String epoch, NavigableMap<Long, String> epochs, long last) {
        for (Map.Entry<Long, String> known : epochs.entrySet()) {
            if (known.getValue().equals(epoch)) {
                Long next = epochs.higherKey(known.getKey());
                return next == null ? last : next - 1;
            }
        }
        return 0;
    }

    /** The sequence of a number, with the epoch it was given in. */
    static MemorySequence of(long number, NavigableMap<Long, String> epochs) {
        Map.Entry<Long, String> epoch = epochs.floorEntry(number);
        return epoch == null ? BEGINNING : new MemorySequence(number, epoch.getValue());
    }

    static String newEpoch() {
        return UUID.randomUUID().toString().substring(0, 8);
    }
}
