package dev.replicator.conformance.feeds;

import tools.jackson.databind.JsonNode;

/** A filter of a feed beside writers: of documents by their ids, or by what they hold at the time. */
enum FeedFilter {
    NONE("", ""),
    DOC_IDS("&filter=_doc_ids", "{\"doc_ids\":[\"last\",\"document-0\",\"document-7\",\"document-8\",\"nobody\"]}"),
    SELECTOR("&filter=_selector", "{\"selector\":{\"n\":{\"$gt\":0}}}");

    private final String parameter;
    private final String body;

    FeedFilter(String parameter, String body) {
        this.parameter = parameter;
        this.body = body;
    }

    /** With the ampersand before it. */
    String parameter() {
        return parameter;
    }

    /** What is posted with it; empty: nothing. */
    String body() {
        return body;
    }

    /** Whether it lets a row through that shows its document. */
    boolean wants(JsonNode row) {
        return switch (this) {
            case NONE -> true;
            case DOC_IDS -> body.contains("\"" + row.path("id").asString() + "\"");
            case SELECTOR -> row.path("doc").path("n").asLong() > 0;
        };
    }

    /** Whether it can let a row of a document through, whatever the document holds. */
    boolean mayWant(String id) {
        return this != DOC_IDS || body.contains("\"" + id + "\"");
    }
}
