package dev.replicator.server.config;

import java.util.ArrayList;
import java.util.List;

/**
 * Reads CouchDB's dialect of INI: {@code [section]}, {@code key = value} or {@code key=value} (an equals sign with
 * spaces around it parts the two before one without, so that keys may have some), comments from a semicolon at the
 * start of a line or after white space; lines that begin with {@code #} are comments too.
 */
final class IniFile {
    /** One line that sets something. */
    record Entry(int line, String section, String key, String value) {}

    private IniFile() {}

    /** @param name of the file, for messages */
    static List<Entry> parse(String name, List<String> lines) {
        return parse(name, null, lines);
    }

    /**
     * As above.
     *
     * @param begun the section that the first line is in; null where that is none
     */
    static List<Entry> parse(String name, String begun, List<String> lines) {
        List<Entry> entries = new ArrayList<>();
        String section = begun;
        for (int i = 0; i < lines.size(); i++) {
            String line = withoutComment(lines.get(i)).strip();
            int spaced = line.indexOf(" = ");
            int equals = spaced < 0 ? line.indexOf('=') : spaced + 1;
            if (line.isEmpty()) {
                continue;
            }
            if (line.startsWith("[") && line.endsWith("]")) {
                section = line.substring(1, line.length() - 1).strip();
            } else if (equals <= 0) {
                throw new SettingsException(name + ", line " + (i + 1) + ": expected [section] or key = value");
            } else if (section == null) {
                throw new SettingsException(name + ", line " + (i + 1) + ": a key before the first [section]");
            } else {
                entries.add(new Entry(
                        i + 1,
                        section,
                        line.substring(0, equals).strip(),
                        line.substring(equals + 1).strip()));
            }
        }
        return entries;
    }

    private static String withoutComment(String line) {
        if (line.startsWith("#")) {
            return "";
        }
        for (int i = line.indexOf(';'); i >= 0; i = line.indexOf(';', i + 1)) {
            if (i == 0 || Character.isWhitespace(line.charAt(i - 1))) {
                return line.substring(0, i);
            }
        }
        return line;
    }
}
