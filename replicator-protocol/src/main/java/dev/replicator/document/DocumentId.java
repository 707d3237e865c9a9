package dev.replicator.document;

import dev.replicator.error.CouchError;
import java.nio.charset.StandardCharsets;

/** Which ids documents may have. */
public final class DocumentId {
    /** The longest id, in bytes of UTF-8. */
    public static final int MAX_BYTES = 8192;

    public static final String DESIGN_PREFIX = "_design/";
    public static final String LOCAL_PREFIX = "_local/";

    private DocumentId() {}

    /**
     * Checks an id.
     *
     * @throws dev.replicator.error.CouchException 400 {@code illegal_docid}, in CouchDB's words
     */
    public static String check(String id) {
        if (id.isEmpty()) {
            throw CouchError.illegalDocumentId("Document id must not be empty").asException();
        }
        if (id.charAt(0) == '_') {
            boolean reserved = (id.startsWith(DESIGN_PREFIX) && id.length() > DESIGN_PREFIX.length())
                    || (id.startsWith(LOCAL_PREFIX) && id.length() > LOCAL_PREFIX.length());
            if (!reserved) {
                throw CouchError.illegalDocumentId("Only reserved document ids may start with underscore.")
                        .asException();
            }
        }
        if (id.length() > MAX_BYTES / 4 && id.getBytes(StandardCharsets.UTF_8).length > MAX_BYTES) {
            throw CouchError.illegalDocumentId("Document id is longer than " + MAX_BYTES + " bytes")
                    .asException();
        }
        return id;
    }

    /** Whether an id is a design document's. */
    public static boolean isDesign(String id) {
        return id.startsWith(DESIGN_PREFIX);
    }

    /** Whether a document of this id stays on its server. */
    public static boolean isLocal(String id) {
        return id.startsWith(LOCAL_PREFIX);
    }
}
