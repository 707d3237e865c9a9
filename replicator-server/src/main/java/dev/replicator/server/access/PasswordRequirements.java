package dev.replicator.server.access;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * What new passwords must be like, by CouchDB's {@code password_regexp}.
 *
 * @param all of which each must be found in a password
 */
public record PasswordRequirements(List<Requirement> all) {
    /** Any password will do. */
    public static final PasswordRequirements NONE = new PasswordRequirements(List.of());

    /** CouchDB's words. */
    private static final String OBJECTION = "Password does not conform to requirements.";

    /** A string of Erlang, with backslashes before what would end it otherwise. */
    private static final String STRING = "\"((?:[^\"\\\\]|\\\\.)*+)\"";

    private static final Pattern ITEM =
            Pattern.compile("\\s*(?:" + STRING + "|\\{\\s*" + STRING + "\\s*(?:,\\s*" + STRING + "\\s*)?\\})\\s*(,|$)");

    private static final Pattern LIST = Pattern.compile("\\s*\\[(.*)\\]\\s*", Pattern.DOTALL);

    public PasswordRequirements {
        all = List.copyOf(all);
    }

    /**
     * One of them.
     *
     * @param reason that is given where a password is not so
     */
    public record Requirement(Pattern pattern, String reason) {}

    /**
     * Reads a list of Erlang such as {@code [{".{10,}", "Min length is 10 chars."}, "[A-Z]+", "\\d+"]}: regular
     * expressions, in which backslashes are doubled, some with a reason.
     *
     * @throws IllegalArgumentException for what is none
     */
    public static PasswordRequirements parse(String text) {
        if (text.isBlank()) {
            return NONE;
        }
        Matcher list = LIST.matcher(text);
        if (!list.matches()) {
            throw new IllegalArgumentException("no list");
        }
        String items = list.group(1);
        List<Requirement> all = new ArrayList<>();
        Matcher item = ITEM.matcher(items);
        int at = 0;
        boolean more = !items.isBlank();
        while (more && item.region(at, items.length()).lookingAt()) {
            String pattern = item.group(1) == null ? item.group(2) : item.group(1);
            all.add(new Requirement(
                    compiled(unescaped(pattern)),
                    unescaped(Optional.ofNullable(item.group(3)).orElse(""))));
            more = item.group(4).equals(",");
            at = item.end();
        }
        if (more) {
            throw new IllegalArgumentException("no item");
        }
        return new PasswordRequirements(all);
    }

    private static Pattern compiled(String pattern) {
        try {
            return Pattern.compile(pattern);
        } catch (PatternSyntaxException e) {
            throw new IllegalArgumentException("no regular expression", e);
        }
    }

    /**
     * What a string means. Erlang makes a delete character of a lone {@code \d}, and others of others, which nobody
     * means: they are refused.
     */
    private static String unescaped(String string) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < string.length(); i++) {
            char c = string.charAt(i);
            if (c == '\\') {
                i++;
                c = string.charAt(i);
                if (c != '\\' && c != '"') {
                    throw new IllegalArgumentException("a lone backslash");
                }
            }
            text.append(c);
        }
        return text.toString();
    }

    /** Why a password is not taken, in CouchDB's words; empty where it is. */
    public Optional<String> objection(String password) {
        return all.stream()
                .filter(requirement -> !requirement.pattern().matcher(password).find())
                .findFirst()
                .map(requirement -> (OBJECTION + " " + requirement.reason()).strip());
    }
}
