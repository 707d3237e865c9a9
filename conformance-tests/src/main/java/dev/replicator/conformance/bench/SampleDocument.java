package dev.replicator.conformance.bench;

/** The documents of the measurements in their JSON: 287 bytes without {@code _rev} and {@code _revisions}. */
final class SampleDocument {
    static final int BYTES = 287;

    private static final String HEAD = "{\"_id\":\"" + Template.PLACE + "\",";
    private static final String BODY =
            "\"type\":\"contact\",\"first\":\"Maria\",\"last\":\"Lindqvist\",\"age\":42,\"balance\":-1203.75,\"active\":true,"
                    + "\"tags\":[\"work\",\"north\",\"2026\"],\"address\":{\"street\":\"Harbour Lane 17\",\"zip\":\"04109\"},\"note\":\"";
    private static final String NOTE =
            "met at the spring fair, wants the new list by post and a call in autumn about the boat";

    private SampleDocument() {}

    /** A new document, with a place for its id. */
    static String created() {
        return HEAD + body();
    }

    /** The document without its id, for a request that has it in its path. */
    static String withoutId() {
        return "{" + body();
    }

    /** A first revision as replicated, with places for its id and its hash. */
    static String replicated() {
        return HEAD + "\"_rev\":\"1-" + Template.PLACE + "\"," + body();
    }

    /** A third revision as replicated, with places for its id, its hash, and its history from itself backwards. */
    static String replicatedWithHistory() {
        String hash = "\"" + Template.PLACE + "\"";
        return HEAD + "\"_rev\":\"3-" + Template.PLACE + "\",\"_revisions\":{\"start\":3,\"ids\":[" + hash + "," + hash
                + "," + hash + "]}," + body();
    }

    private static String body() {
        int left = BYTES - HEAD.length() - BODY.length() - "\"}".length();
        return BODY + NOTE.repeat(2).substring(0, left) + "\"}";
    }
}
