package dev.replicator.selector;

import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * A regular expression that cannot hang the server. Matching by backtracking can take time exponential in the length of
 * a string; this counts how often a character is looked at and gives up at a limit.
 *
 * <p>Between two characters the matcher may still try many ways to match nothing, uncounted: {@link PcrePattern#weight}
 * says how many, and a pattern has that many times fewer steps.
 */
final class BoundedPattern {
    private final Pattern pattern;
    private final long weight;
    private final long maxSteps;

    private BoundedPattern(Pattern pattern, long weight, long maxSteps) {
        this.pattern = pattern;
        this.weight = weight;
        this.maxSteps = maxSteps;
    }

    /** @throws PatternSyntaxException when it is no pattern, or one with features that are not supported */
    static BoundedPattern compile(String regex, long maxSteps) {
        PcrePattern translated = PcrePattern.translate(regex);
        try {
            // Of line ends, PCRE as CouchDB uses it knows only \n.
            Pattern pattern = Pattern.compile(translated.java(), Pattern.UNIX_LINES);
            return new BoundedPattern(pattern, translated.weight(), maxSteps);
        } catch (StackOverflowError e) {
            throw new PatternSyntaxException("too long", regex, -1);
        }
    }

    /** @throws GaveUp when the limit of steps is reached, or the stack's end, which is another way to backtrack far */
    boolean isFoundIn(String text) {
        long steps = maxSteps / weight;
        if (text.length() < steps) {
            try {
                return pattern.matcher(new CountedText(text, steps)).find();
            } catch (StackOverflowError e) {
                throw new GaveUp("the $regex " + pattern + " backtracks too far into the stack");
            }
        }
        throw outOfSteps();
    }

    private GaveUp outOfSteps() {
        return new GaveUp("the $regex " + pattern + " takes more than " + maxSteps + " steps (mango/regex_max_steps)");
    }

    private final class CountedText implements CharSequence {
        private final String text;
        private long stepsLeft;

        CountedText(String text, long stepsLeft) {
            this.text = text;
            this.stepsLeft = stepsLeft;
        }

        @Override
        public char charAt(int index) {
            if (stepsLeft-- == 0) {
                throw outOfSteps();
            }
            return text.charAt(index);
        }

        @Override
        public int length() {
            return text.length();
        }

        @Override
        public CharSequence subSequence(int start, int end) {
            return text.subSequence(start, end);
        }

        @Override
        public String toString() {
            return text;
        }
    }

    /** Whether the pattern matches is not known. */
    static final class GaveUp extends RuntimeException {
        private static final long serialVersionUID = 1L;

        GaveUp(String message) {
            super(message, null, false, false); // no stack trace: the answer to a bad request
        }
    }
}
