package dev.replicator.multipart;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * A header's value that parameters follow, {@code value; name=text; name="quoted text"}: {@code Content-Type} and
 * {@code Content-Disposition} (RFC 9110, section 5.6.6). Parameters that are not well-formed are left out, so that any
 * text can be read; of repeated ones the first stays.
 *
 * @param value in lower case
 * @param parameters their names in lower case, their values unquoted
 */
record HeaderValue(String value, Map<String, String> parameters) {
    HeaderValue {
        parameters = Map.copyOf(parameters);
    }

    static HeaderValue parse(String text) {
        int end = until(text, 0, ';');
        Map<String, String> parameters = new LinkedHashMap<>();
        int at = end;
        while (at < text.length()) {
            at = parameter(text, at + 1, parameters);
        }
        return new HeaderValue(trimmed(text.substring(0, end)).toLowerCase(Locale.ROOT), parameters);
    }

    /** Reads a parameter and says where the next semicolon is, or the end. */
    private static int parameter(String text, int from, Map<String, String> parameters) {
        int end = until(text, from, ';');
        int equals = until(text, from, '=');
        if (equals >= end) {
            return end;
        }
        String name = trimmed(text.substring(from, equals)).toLowerCase(Locale.ROOT);
        int value = equals + 1;
        while (value < end && isBlank(text.charAt(value))) {
            value++;
        }
        if (value < end && text.charAt(value) == '"') {
            return quoted(text, value + 1, name, parameters);
        }
        parameters.putIfAbsent(name, trimmed(text.substring(value, end)));
        return end;
    }

    private static int quoted(String text, int from, String name, Map<String, String> parameters) {
        StringBuilder value = new StringBuilder();
        for (int at = from; at < text.length(); at++) {
            char c = text.charAt(at);
            if (c == '"') {
                parameters.putIfAbsent(name, value.toString());
                return until(text, at, ';');
            }
            if (c == '\\' && at + 1 < text.length()) {
                c = text.charAt(++at);
            }
            value.append(c);
        }
        return text.length();
    }

    private static int until(String text, int from, char c) {
        int at = text.indexOf(c, from);
        return at < 0 ? text.length() : at;
    }

    /** A text without the white space around it, as headers know it: spaces and tabs. */
    static String trimmed(String text) {
        int from = 0;
        int end = text.length();
        while (from < end && isBlank(text.charAt(from))) {
            from++;
        }
        while (from < end && isBlank(text.charAt(end - 1))) {
            end--;
        }
        return text.substring(from, end);
    }

    private static boolean isBlank(char c) {
        return c == ' ' || c == '\t';
    }
}
