package dev.replicator.server.config;

import dev.replicator.revision.Retention;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How long bodies of superseded revisions are kept, as it is configured: for a time, or so many.
 *
 * @param age since they were superseded; empty where they are counted
 * @param count how many of each leaf's history; of no meaning beside an age
 */
public record KeptBodies(Optional<Duration> age, int count) {
    private static final Pattern TIME = Pattern.compile("([0-9]{1,9})([smhd])");
    private static final String FOREVER = "forever";

    /** @throws IllegalArgumentException for a text that is none */
    static KeptBodies parse(String text) {
        if (text.equals(FOREVER)) {
            return new KeptBodies(Optional.empty(), Integer.MAX_VALUE);
        }
        return TIME.matcher(text).matches()
                ? new KeptBodies(Optional.of(time(text)), 0)
                : new KeptBodies(Optional.empty(), (int) Key.bounded(text, 0, 1_000_000));
    }

    /**
     * A time such as {@code 30d}, in days, hours, minutes or seconds.
     *
     * @throws IllegalArgumentException for a text that is none
     */
    public static Duration time(String text) {
        Matcher matcher = TIME.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException(text);
        }
        long number = Long.parseLong(matcher.group(1));
        return switch (matcher.group(2)) {
            case "s" -> Duration.ofSeconds(number);
            case "m" -> Duration.ofMinutes(number);
            case "h" -> Duration.ofHours(number);
            default -> Duration.ofDays(number);
        };
    }

    /** What is kept at a moment. */
    public Retention at(long now) {
        return age.<Retention>map(time -> new Retention.Since(now - time.toMillis()))
                .orElseGet(() -> new Retention.Newest(count));
    }
}
