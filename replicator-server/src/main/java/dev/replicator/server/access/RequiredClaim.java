package dev.replicator.server.access;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Something that a token has to claim.
 *
 * @param value that the claim must have, or one of its list; empty where it need only be there
 */
public record RequiredClaim(String name, Optional<String> value) {
    private static final Pattern FORM =
            Pattern.compile("\\s*(?:([A-Za-z_]+)|\\{\\s*([A-Za-z_]+)\\s*,\\s*\"([^\"]+)\"\\s*})\\s*(,|$)");

    /**
     * Reads CouchDB's list: names, and pairs such as {@code {iss, "https://example.org"}}, separated by commas.
     *
     * @throws IllegalArgumentException for what is no such list
     */
    public static List<RequiredClaim> parseList(String text) {
        List<RequiredClaim> claims = new ArrayList<>();
        Matcher form = FORM.matcher(text);
        int at = 0;
        boolean more = !text.isBlank();
        while (more && form.region(at, text.length()).lookingAt()) {
            claims.add(
                    form.group(1) == null
                            ? new RequiredClaim(form.group(2), Optional.of(form.group(3)))
                            : new RequiredClaim(form.group(1), Optional.empty()));
            more = form.group(4).equals(",");
            at = form.end();
        }
        if (more) {
            throw new IllegalArgumentException(text);
        }
        return List.copyOf(claims);
    }
}
