package dev.replicator.server.endpoint;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a {@code Range} header asks for of so many bytes (RFC 9110, section 14). Pure. */
sealed interface RequestedRanges {
    /** As in CouchDB: who asks for more ranges than this gets the whole. */
    int MOST = 9;

    /** All of it: the header names no ranges of bytes, or is not understood. */
    record Whole() implements RequestedRanges {}

    /** @param ranges at least one and at most {@value #MOST}, in the order asked; they may overlap */
    record Parts(List<ByteRange> ranges) implements RequestedRanges {}

    /** Bytes that there are none of. */
    record Unsatisfiable() implements RequestedRanges {}

    /**
     * Reads a header. Of several ranges those that cannot be had are left out. One that ends before it begins cannot be
     * had, as in CouchDB.
     *
     * @param length at least 0; of nothing there are no ranges, so that is always whole
     */
    static RequestedRanges of(String header, long length) {
        String[] unit = header.split("=", 2);
        if (unit.length < 2 || !unit[0].strip().equalsIgnoreCase("bytes") || length == 0) {
            return new Whole();
        }
        List<ByteRange> ranges = new ArrayList<>();
        int named = 0;
        for (String element : unit[1].split(",", -1)) {
            String text = element.strip();
            if (text.isEmpty()) {
                // RFC 9110, section 5.6.1: recipients of lists pass over these.
                continue;
            }
            Matcher spec = Spec.PATTERN.matcher(text);
            if (!spec.matches() || ++named > MOST) {
                return new Whole();
            }
            range(spec, length).ifPresent(ranges::add);
        }
        if (named == 0) {
            return new Whole();
        }
        return ranges.isEmpty() ? new Unsatisfiable() : new Parts(List.copyOf(ranges));
    }

    private static Optional<ByteRange> range(Matcher spec, long length) {
        if (spec.group("suffix") != null) {
            long wanted = Math.min(number(spec.group("suffix")), length);
            return wanted == 0 ? Optional.empty() : Optional.of(new ByteRange(length - wanted, length - 1));
        }
        long first = number(spec.group("first"));
        long last = spec.group("last").isEmpty() ? length - 1 : Math.min(number(spec.group("last")), length - 1);
        return first > last ? Optional.empty() : Optional.of(new ByteRange(first, last));
    }

    /** Numbers beyond a long are as good as the greatest. */
    private static long number(String digits) {
        try {
            return Long.parseLong(digits);
        } catch (NumberFormatException e) {
            return Long.MAX_VALUE;
        }
    }

    /** Holds the form of one range. */
    final class Spec {
        private static final Pattern PATTERN = Pattern.compile("(?<first>[0-9]+)-(?<last>[0-9]*)|-(?<suffix>[0-9]+)");

        private Spec() {}
    }
}
