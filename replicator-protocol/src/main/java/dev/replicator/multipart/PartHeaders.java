package dev.replicator.multipart;

import dev.replicator.error.CouchException;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The headers of a part; there may be none. Of repeated ones the last stays, as in CouchDB.
 *
 * @param values by name, in lower case
 */
public record PartHeaders(Map<String, String> values) {
    public PartHeaders {
        values = values.entrySet().stream()
                .collect(Collectors.toUnmodifiableMap(
                        header -> header.getKey().toLowerCase(Locale.ROOT), Map.Entry::getValue));
    }

    /**
     * Reads headers. A line that begins with white space continues the one before it (RFC 5322, section 2.2.3).
     *
     * @param text lines that end with CRLF, but for the last
     * @param error makes an error of what is wrong
     */
    static PartHeaders parse(String text, Function<String, CouchException> error) {
        Map<String, String> values = new HashMap<>();
        if (!text.isEmpty()) {
            for (String line : text.replaceAll("\r\n(?=[ \t])", "").split("\r\n", -1)) {
                int colon = line.indexOf(':');
                if (colon < 0) {
                    throw error.apply("a line of its headers lacks a colon: " + Excerpt.of(line));
                }
                String name = line.substring(0, colon);
                if (!isName(name)) {
                    throw error.apply("a line of its headers begins with no name: " + Excerpt.of(line));
                }
                values.put(name.toLowerCase(Locale.ROOT), HeaderValue.trimmed(line.substring(colon + 1)));
            }
        }
        return new PartHeaders(values);
    }

    private static boolean isName(String name) {
        return !name.isEmpty() && name.chars().allMatch(c -> c > ' ' && c < 0x7f);
    }

    /** @param name in any case */
    public Optional<String> value(String name) {
        return Optional.ofNullable(values.get(name.toLowerCase(Locale.ROOT)));
    }

    /** {@code Content-Type}, taken apart; as it was sent it is a {@link #value}. */
    public Optional<MediaType> contentType() {
        return value("Content-Type").map(MediaType::parse);
    }

    /** {@code Content-Length}, if it is there and a number. */
    public OptionalLong contentLength() {
        String length = value("Content-Length").orElse("");
        return length.matches("[0-9]{1,18}") ? OptionalLong.of(Long.parseLong(length)) : OptionalLong.empty();
    }

    /**
     * The name that {@code Content-Disposition} gives the part: an attachment's. Not every writer escapes what stands
     * in quotation marks, so a name with such a mark or a backslash may not be what it was; the order of the parts is.
     */
    public Optional<String> filename() {
        Optional<Map<String, String>> parameters = value("Content-Disposition")
                .map(disposition -> HeaderValue.parse(disposition).parameters());
        return parameters
                .flatMap(given -> Optional.ofNullable(given.get("filename*")).flatMap(ExtendedValue::decode))
                .or(() -> parameters.map(given -> given.get("filename")));
    }
}
