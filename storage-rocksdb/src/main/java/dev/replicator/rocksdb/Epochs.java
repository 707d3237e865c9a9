package dev.replicator.rocksdb;

import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Optional;

/**
 * The epochs of a database: its history, cut where the store was opened anew. Each has a random name and the first
 * sequence number it gave, so that a token from a history that was rewound is recognised.
 *
 * <p>Immutable.
 *
 * @param firsts the first sequence numbers, strictly ascending, the first of them 0
 * @param names the names
 */
record Epochs(long[] firsts, String[] names) {
    private static final int NAME_LENGTH = 8;
    private static final int LETTERS = 36;

    /** What tokens may hold, also those of other servers, such as CouchDB's: points of histories that are not ours. */
    private static final String OF_TOKENS = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_-";

    private static final SecureRandom RANDOM = new SecureRandom();

    /** A name that no other history has: 36^8 of them, a number of opens of a few thousand. */
    static String newName() {
        StringBuilder name = new StringBuilder(NAME_LENGTH);
        for (int i = 0; i < NAME_LENGTH; i++) {
            name.append(Character.forDigit(RANDOM.nextInt(LETTERS), LETTERS));
        }
        return name.toString();
    }

    /** These epochs and a further one, which begins behind them. */
    Epochs with(long first, String name) {
        int count = firsts.length;
        // One that began at the same number gave none: nobody was shown it.
        int kept = count > 0 && firsts[count - 1] >= first ? count - 1 : count;
        long[] moreFirsts = Arrays.copyOf(firsts, kept + 1);
        String[] moreNames = Arrays.copyOf(names, kept + 1);
        moreFirsts[kept] = first;
        moreNames[kept] = name;
        return new Epochs(moreFirsts, moreNames);
    }

    /** The epoch that gave a sequence number. */
    RocksSequence sequence(long number) {
        int at = Arrays.binarySearch(firsts, number);
        return new RocksSequence(number, names[at >= 0 ? at : -at - 2]);
    }

    /**
     * The point that a token names in this history.
     *
     * @param last the last sequence number
     * @return empty where the text is no token
     */
    Optional<RocksSequence> parse(String token, long last) {
        int digits = 0;
        while (digits < token.length() && isDigit(token.charAt(digits))) {
            digits++;
        }
        boolean plain = digits == token.length();
        if (digits == 0 || (!plain && !isEpoch(token, digits))) {
            return Optional.empty();
        }
        long end = plain ? last : lastOf(token.substring(digits + 1), last);
        return Optional.of(sequence(Math.min(number(token, digits), end)));
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    private static boolean isEpoch(String token, int dash) {
        if (token.charAt(dash) != '-' || dash + 1 == token.length()) {
            return false;
        }
        for (int i = dash + 1; i < token.length(); i++) {
            if (OF_TOKENS.indexOf(token.charAt(i)) < 0) {
                return false;
            }
        }
        return true;
    }

    private static long number(String token, int digits) {
        long number = 0;
        for (int i = 0; i < digits; i++) {
            if (number > Long.MAX_VALUE / 10 - 1) {
                return Long.MAX_VALUE;
            }
            number = number * 10 + (token.charAt(i) - '0');
        }
        return number;
    }

    /** The last number that an epoch gave here; 0 where it is not of this history. */
    private long lastOf(String name, long last) {
        for (int i = 0; i < names.length; i++) {
            if (names[i].equals(name)) {
                return i + 1 < firsts.length ? Math.min(firsts[i + 1] - 1, last) : last;
            }
        }
        return 0;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Epochs that && Arrays.equals(firsts, that.firsts) && Arrays.equals(names, that.names);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(firsts) * 31 + Arrays.hashCode(names);
    }

    @Override
    public String toString() {
        return Arrays.toString(firsts) + Arrays.toString(names);
    }
}
