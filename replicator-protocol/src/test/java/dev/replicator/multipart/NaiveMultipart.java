package dev.replicator.multipart;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a multipart body holds, found in the whole of it; a character is a byte, and all of them ASCII in headers. */
final class NaiveMultipart {
    private NaiveMultipart() {}

    /** The parts as the parser is to give them, or nothing for a body that is none. */
    static Optional<List<CollectedParts.Part>> parts(String boundary, String body) {
        Pattern delimiter = Pattern.compile("\r\n--" + Pattern.quote(boundary) + "(--|[ \t]{0,64}\r\n)");
        List<CollectedParts.Part> parts = new ArrayList<>();
        String text = "\r\n" + body;
        Matcher found = delimiter.matcher(text);
        boolean more = found.find();
        while (more && !found.group(1).equals("--")) {
            int start = found.end();
            int end = text.startsWith("\r\n", start) ? start : text.indexOf("\r\n\r\n", start);
            if (end < 0) {
                return Optional.empty();
            }
            Map<String, String> headers = new TreeMap<>();
            for (String line : end == start
                    ? new String[0]
                    : text.substring(start, end).replaceAll("\r\n([ \t])", "$1").split("\r\n", -1)) {
                Matcher header =
                        Pattern.compile("([!-9;-~]+):[ \t]*([^\r\n]*?)[ \t]*").matcher(line);
                if (!header.matches()) {
                    return Optional.empty();
                }
                headers.put(header.group(1).toLowerCase(Locale.ROOT), header.group(2));
            }
            int lastLine = end == start ? start : end + 2;
            more = found.find(lastLine);
            if (more) {
                String bytes = text.substring(Math.min(lastLine + 2, found.start()), found.start());
                parts.add(new CollectedParts.Part(new PartHeaders(headers), found.start() < lastLine + 2 ? "" : bytes));
            }
        }
        return more ? Optional.of(parts) : Optional.empty();
    }
}
