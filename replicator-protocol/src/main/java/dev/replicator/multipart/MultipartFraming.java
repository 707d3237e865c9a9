package dev.replicator.multipart;

import dev.replicator.document.JsonBuffer;
import java.nio.charset.StandardCharsets;

/**
 * Writes what stands between the parts of one multipart body, to the byte as CouchDB does: no line before the first
 * boundary, none behind the last. The calls come in this order: {@link #begin}; for each part its headers,
 * {@link #body}, its bytes, {@link #endPart}; {@link #end}.
 *
 * @param boundary occurs in no part: random letters and digits, at most 70
 */
public record MultipartFraming(String boundary) {
    /** The media type of a body whose parts stand for themselves. */
    public String mixed() {
        return "multipart/mixed; boundary=\"" + boundary + "\"";
    }

    /** The media type of a body whose first part refers to the others. */
    public String related() {
        return "multipart/related; boundary=\"" + boundary + "\"";
    }

    /** The media type of a body whose parts are ranges of one thing. */
    public String byteRanges() {
        return "multipart/byteranges; boundary=\"" + boundary + "\"";
    }

    public void begin(JsonBuffer out) {
        out.raw("--").raw(boundary);
    }

    /**
     * Writes a header of a part.
     *
     * @param value clients may have chosen it: control characters, which would end the header, become spaces
     */
    public void header(JsonBuffer out, String name, String value) {
        out.raw("\r\n").raw(name).raw(": ");
        out.raw(withoutControls(value).getBytes(StandardCharsets.UTF_8));
    }

    /** Ends the headers of a part. */
    public void body(JsonBuffer out) {
        out.raw("\r\n\r\n");
    }

    public void endPart(JsonBuffer out) {
        out.raw("\r\n--").raw(boundary);
    }

    /** Behind the last part, or in place of any. */
    public void end(JsonBuffer out) {
        out.raw("--");
    }

    /** The {@code Content-Disposition} of an attachment, its name as a quoted string. */
    public static String attachment(String name) {
        return "attachment; filename=\"" + name.replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
    }

    private static String withoutControls(String value) {
        StringBuilder text = new StringBuilder(value);
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) < 0x20 || text.charAt(i) == 0x7f) {
                text.setCharAt(i, ' ');
            }
        }
        return text.toString();
    }
}
