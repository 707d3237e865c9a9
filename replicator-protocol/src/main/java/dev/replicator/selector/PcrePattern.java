package dev.replicator.selector;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.regex.PatternSyntaxException;

/**
 * Writes a pattern of PCRE, which CouchDB has, as one of java.util.regex where both would read the same text
 * differently: brackets and ampersands in character classes, POSIX classes, braces that are no quantifier,
 * {@code (?P<name>…)}, {@code (?#…)}, {@code \N}. Flags other than {@code i}, {@code m} and {@code s}, and the escapes
 * {@code \g} and {@code \o}, are refused; what Java does not know (recursion, conditions, verbs) it refuses by itself.
 *
 * <p>On the way it finds the pattern's {@link #weight}.
 */
final class PcrePattern {
    private static final int MAX_REPEAT = 65_535; // PCRE's own limits, both
    private static final int MAX_GROUP_DEPTH = 250;
    private static final long MAX_WEIGHT = 10_000;
    private static final int LIGHT_EMPTY_ATOMS = 16;

    private final String regex;
    private final StringBuilder java = new StringBuilder();
    private final Deque<Group> groups = new ArrayDeque<>();
    private int at;
    private int emptyAtoms;
    private long weight = 1;

    private PcrePattern(String regex) {
        this.regex = regex;
    }

    /** @throws PatternSyntaxException see the class; of what is no pattern at all, much is left to Java to refuse */
    static PcrePattern translate(String regex) {
        PcrePattern pattern = new PcrePattern(regex);
        pattern.groups.push(new Group(false));
        while (pattern.at < regex.length()) {
            pattern.item();
        }
        if (pattern.groups.size() != 1) {
            throw pattern.error("unclosed group");
        }
        pattern.weigh(pattern.groups.pop().end());
        pattern.weigh(1 + pattern.emptyAtoms / LIGHT_EMPTY_ATOMS);
        return pattern;
    }

    String java() {
        return java.toString();
    }

    /**
     * In how many ways, at most, the pattern can match nothing at one place without looking at a character:
     * alternatives that may be empty, times optional or repeated parts that may be empty. 1 for nearly all patterns.
     */
    long weight() {
        return weight;
    }

    private void item() {
        char c = regex.charAt(at++);
        switch (c) {
            case '\\' -> escape();
            case '[' -> {
                at = CharacterClass.translate(regex, at, java);
                atom(false);
            }
            case '(' -> open();
            case ')' -> close();
            case '|' -> {
                groups.element().nextAlternative();
                java.append(c);
            }
            case '^', '$' -> {
                java.append(c);
                atom(true);
            }
            case '{' -> {
                at--;
                if (quantifier() != null) {
                    throw error("nothing to repeat");
                }
                at++;
                java.append("\\{");
                atom(false);
            }
            default -> {
                java.append(c);
                atom(false);
            }
        }
    }

    /** An atom has been written; reads the quantifier behind it. */
    private void atom(boolean mayBeEmpty) {
        int start = at;
        Integer least = quantifier();
        if (least != null) {
            if (at < regex.length() && (regex.charAt(at) == '?' || regex.charAt(at) == '+')) {
                at++;
            }
            java.append(regex, start, at);
            if (mayBeEmpty) {
                weigh(Math.max(2, least + 1));
            }
            int end = at;
            if (quantifier() != null) {
                throw error("a quantifier behind a quantifier");
            }
            at = end;
        }
        if (mayBeEmpty) {
            emptyAtoms++;
        }
        groups.element().add(mayBeEmpty || (least != null && least == 0));
    }

    /** Passes a quantifier, if there is one; its least number of repetitions, or null. */
    private Integer quantifier() {
        if (at == regex.length()) {
            return null;
        }
        return switch (regex.charAt(at)) {
            case '*', '?' -> {
                at++;
                yield 0;
            }
            case '+' -> {
                at++;
                yield 1;
            }
            case '{' -> braces();
            default -> null;
        };
    }

    private Integer braces() {
        int end = regex.indexOf('}', at);
        if (end < 0) {
            return null;
        }
        String[] bounds = regex.substring(at + 1, end).split(",", -1);
        boolean open = bounds.length == 2 && bounds[1].isEmpty();
        if (bounds.length > 2 || !isNumber(bounds[0]) || (bounds.length == 2 && !open && !isNumber(bounds[1]))) {
            return null; // PCRE takes it literally
        }
        at = end + 1;
        int least = repeat(bounds[0]);
        if (bounds.length == 2 && !open) {
            repeat(bounds[1]);
        }
        return least;
    }

    private static boolean isNumber(String text) {
        return !text.isEmpty() && text.chars().allMatch(c -> c >= '0' && c <= '9');
    }

    private int repeat(String digits) {
        if (digits.length() <= 5 && Integer.parseInt(digits) <= MAX_REPEAT) {
            return Integer.parseInt(digits);
        }
        throw error("number too big in {} quantifier");
    }

    private void open() {
        if (!regex.startsWith("?", at)) {
            java.append('(');
            push(false);
        } else if (regex.startsWith("?#", at)) {
            at = passBehind(')');
        } else if (regex.startsWith("?P=", at)) {
            int name = at + 3;
            at = passBehind(')');
            java.append("\\k<").append(regex, name, at - 1).append('>');
            atom(true);
        } else if (regex.startsWith("?P<", at)) {
            java.append("(?<");
            at += 3;
            push(false);
        } else if (startsWithAny("?=", "?!", "?<=", "?<!")) {
            java.append('(').append(regex, at, at + (regex.charAt(at + 1) == '<' ? 3 : 2));
            at += regex.charAt(at + 1) == '<' ? 3 : 2;
            push(true);
        } else if (startsWithAny("?:", "?>", "?<")) {
            java.append('(').append(regex, at, at + 2);
            at += 2;
            push(false);
        } else {
            flags();
        }
    }

    private void flags() {
        int start = at++;
        while (at < regex.length() && "ims-".indexOf(regex.charAt(at)) >= 0) {
            at++;
        }
        if (at == regex.length() || (regex.charAt(at) != ')' && regex.charAt(at) != ':')) {
            throw error("unsupported group or flag");
        }
        at++;
        java.append('(').append(regex, start, at);
        if (regex.charAt(at - 1) == ':') {
            push(false);
        }
    }

    private boolean startsWithAny(String... prefixes) {
        for (String prefix : prefixes) {
            if (regex.startsWith(prefix, at)) {
                return true;
            }
        }
        return false;
    }

    private int passBehind(char end) {
        int found = regex.indexOf(end, at);
        if (found < 0) {
            throw error("missing " + end);
        }
        return found + 1;
    }

    private void push(boolean lookAround) {
        if (groups.size() > MAX_GROUP_DEPTH) {
            throw error("parentheses are too deeply nested");
        }
        groups.push(new Group(lookAround));
    }

    private void close() {
        if (groups.size() == 1) {
            throw error("unmatched )");
        }
        Group group = groups.pop();
        int empty = group.end();
        weigh(empty);
        java.append(')');
        atom(empty > 0 || group.lookAround);
    }

    private void escape() {
        if (at == regex.length()) {
            throw error("\\ at end of pattern");
        }
        char c = regex.charAt(at++);
        switch (c) {
            case 'Q' -> quoted();
            case 'E' -> {} // ends no quotation: PCRE ignores it
            case 'N' -> {
                java.append("[^\\n]");
                atom(false);
            }
            case 'b', 'B', 'A', 'Z', 'z', 'G' -> {
                java.append('\\').append(c);
                atom(true);
            }
            case 'k', 'g', 'o' -> {
                if (c != 'k' || !regex.startsWith("<", at)) {
                    throw error("unsupported escape \\" + c);
                }
                int start = at;
                at = passBehind('>');
                java.append("\\k").append(regex, start, at);
                atom(true);
            }
            case 'p', 'P', 'x' -> {
                int start = at;
                at = regex.startsWith("{", at) ? passBehind('}') : at;
                java.append('\\').append(c).append(regex, start, at);
                // The digit or letter behind a short form is written as an item of its own: it is the same text.
                if (at > start) {
                    atom(false);
                }
            }
            default -> {
                java.append('\\').append(c);
                boolean backReference = c >= '1' && c <= '9';
                atom(backReference);
            }
        }
    }

    private void quoted() {
        int end = regex.indexOf("\\E", at);
        int stop = end < 0 ? regex.length() : end;
        boolean any = at < stop;
        for (; at < stop; at++) {
            CharacterClass.literal(regex.charAt(at), java);
        }
        at = end < 0 ? stop : end + 2;
        if (any) {
            atom(false);
        }
    }

    private void weigh(long ways) {
        weight *= Math.max(1, ways);
        if (weight > MAX_WEIGHT) {
            throw error("too many ways to match nothing");
        }
    }

    private PatternSyntaxException error(String what) {
        return new PatternSyntaxException(what, regex, at);
    }

    /** What is known of a group that is still open. */
    private static final class Group {
        private final boolean lookAround;
        private int emptyAlternatives;
        private boolean mayBeEmpty = true;

        Group(boolean lookAround) {
            this.lookAround = lookAround;
        }

        void add(boolean atomMayBeEmpty) {
            mayBeEmpty &= atomMayBeEmpty;
        }

        void nextAlternative() {
            if (mayBeEmpty) {
                emptyAlternatives++;
            }
            mayBeEmpty = true;
        }

        /** How many of its alternatives may match nothing. */
        int end() {
            nextAlternative();
            return emptyAlternatives;
        }
    }
}
