package dev.replicator.selector;

import java.util.Map;
import java.util.regex.PatternSyntaxException;

/** Writes a character class of PCRE as one of java.util.regex, where {@code [} and {@code &&} would mean more. */
final class CharacterClass {
    private static final Map<String, String> POSIX = Map.ofEntries(
            Map.entry("alpha", "\\p{Alpha}"),
            Map.entry("digit", "\\p{Digit}"),
            Map.entry("alnum", "\\p{Alnum}"),
            Map.entry("upper", "\\p{Upper}"),
            Map.entry("lower", "\\p{Lower}"),
            Map.entry("space", "\\s"),
            Map.entry("punct", "\\p{Punct}"),
            Map.entry("print", "\\p{Print}"),
            Map.entry("graph", "\\p{Graph}"),
            Map.entry("cntrl", "\\p{Cntrl}"),
            Map.entry("xdigit", "\\p{XDigit}"),
            Map.entry("blank", "\\p{Blank}"),
            Map.entry("word", "\\w"),
            Map.entry("ascii", "\\p{ASCII}"));

    private final String regex;
    private final StringBuilder java;
    private int at;

    private CharacterClass(String regex, int at, StringBuilder java) {
        this.regex = regex;
        this.at = at;
        this.java = java;
    }

    /**
     * @param start behind the opening bracket
     * @return where the pattern goes on, behind the closing bracket
     */
    static int translate(String regex, int start, StringBuilder java) {
        CharacterClass characters = new CharacterClass(regex, start, java);
        characters.translate();
        return characters.at;
    }

    /** Writes a character that stands for itself. */
    static void literal(char c, StringBuilder java) {
        if (c < 0x80 && !Character.isLetterOrDigit(c)) {
            java.append('\\');
        }
        java.append(c);
    }

    private void translate() {
        java.append('[');
        if (regex.startsWith("^", at)) {
            java.append('^');
            at++;
        }
        for (boolean first = true; ; first = false) {
            if (at == regex.length()) {
                throw new PatternSyntaxException("missing terminating ] for character class", regex, at);
            }
            char c = regex.charAt(at++);
            if (c == ']' && !first) {
                java.append(']');
                return;
            }
            switch (c) {
                case '[' -> bracket();
                case '\\' -> escape();
                case ']', '&' -> literal(c, java);
                default -> java.append(c);
            }
        }
    }

    private void bracket() {
        int end = regex.startsWith(":", at) ? regex.indexOf(":]", at + 1) : -1;
        String name = end < 0 ? "" : regex.substring(at + 1, end);
        if (!name.chars().allMatch(c -> c == '^' || (c >= 'a' && c <= 'z')) || name.isEmpty()) {
            java.append("\\[");
            return;
        }
        boolean negated = name.startsWith("^");
        String posix = POSIX.get(negated ? name.substring(1) : name);
        if (posix == null) {
            throw new PatternSyntaxException("unknown POSIX class name", regex, at);
        }
        java.append(negated ? "\\" + Character.toUpperCase(posix.charAt(1)) + posix.substring(2) : posix);
        at = end + 2;
    }

    private void escape() {
        if (at == regex.length()) {
            throw new PatternSyntaxException("\\ at end of pattern", regex, at);
        }
        char c = regex.charAt(at++);
        switch (c) {
            case 'b' -> java.append("\\x08"); // a backspace, in a class
            case 'E' -> {}
            case 'Q' -> {
                int end = regex.indexOf("\\E", at);
                int stop = end < 0 ? regex.length() : end;
                for (; at < stop; at++) {
                    literal(regex.charAt(at), java);
                }
                at = end < 0 ? stop : end + 2;
            }
            default -> java.append('\\').append(c);
        }
    }
}
