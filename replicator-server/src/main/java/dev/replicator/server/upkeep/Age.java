package dev.replicator.server.upkeep;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A time as people write it: {@code 30d}, {@code 12h}, {@code 90m}, {@code 45s}. */
public final class Age {
    private static final Pattern WRITTEN = Pattern.compile("([0-9]{1,9})([smhd])");

    private Age() {}

    /** Whether a text has that form. */
    public static boolean is(String text) {
        return WRITTEN.matcher(text).matches();
    }

    /** @throws IllegalArgumentException for a text that has not */
    public static Duration parse(String text) {
        Matcher matcher = WRITTEN.matcher(text);
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
}
