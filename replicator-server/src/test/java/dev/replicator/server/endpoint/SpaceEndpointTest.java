package dev.replicator.server.endpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SpaceEndpointTest {
    private static final Pattern REVISION = Pattern.compile("\"rev\":\"([^\"]+)\"");

    @TempDir
    private Path folder;

    @Test
    void tellsClassByClassWhatIsKept() throws IOException {
        try (Served served = new Served(folder)) {
            // An attachment of 5 bytes that two revisions have, of which one is superseded.
            String first = revision(served.put("/db/a", "{\"v\":1,\"_attachments\":{\"f\":{\"data\":\"AQIDBAU=\"}}}")
                    .body());
            revision(served.put(
                            "/db/a", "{\"v\":22,\"_rev\":\"" + first + "\",\"_attachments\":{\"f\":{\"stub\":true}}}")
                    .body());
            served.delete("/db/b?rev=" + revision(served.put("/db/b", "{}").body()));
            served.put("/db/_local/c", "{\"n\":1}");
            // Superseded: {"v":1} and {}; a tombstone: {}.
            assertEquals(
                    "{\"live\":{\"bodies\":8,\"attachments\":5},\"old\":{\"bodies\":9,\"attachments\":5},"
                            + "\"tombstones\":{\"bodies\":2,\"attachments\":0},\"trees\":88,"
                            + "\"local\":{\"documents\":1,\"bodies\":7},\"attachments\":5,\"derived\":0,\"files\":0}\n",
                    served.get("/db/_space").body());
        }
    }

    private static String revision(String answer) {
        Matcher matcher = REVISION.matcher(answer);
        if (!matcher.find()) {
            throw new AssertionError(answer);
        }
        return matcher.group(1);
    }
}
