package dev.replicator.selector;

/**
 * How far a selector may go, so that no client can hang or crash the server with one.
 *
 * @param maxDepth how deep a selector's JSON may nest, and of how many names a field's path may consist; at least 1
 *     (configuration key {@code [mango] selector_max_depth})
 * @param maxRegexSteps how many times {@code $regex} may look at a character of one value; at least 1 (configuration
 *     key {@code [mango] regex_max_steps}). Ten million, the default, is PCRE's own number of steps, takes about a
 *     tenth of a second, and lets any sane pattern read the largest document there is.
 */
public record SelectorLimits(int maxDepth, long maxRegexSteps) {
    public static final SelectorLimits DEFAULT = new SelectorLimits(200, 10_000_000);

    public SelectorLimits {
        if (maxDepth < 1 || maxRegexSteps < 1) {
            throw new IllegalArgumentException("limits of a selector are at least 1");
        }
    }
}
