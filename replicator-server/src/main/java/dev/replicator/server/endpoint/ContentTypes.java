package dev.replicator.server.endpoint;

import dev.replicator.error.CouchError;
import dev.replicator.multipart.MediaType;
import dev.replicator.server.http.Request;

/** What requests say their bodies are. */
final class ContentTypes {
    private ContentTypes() {}

    /**
     * Checks that a request says it brings JSON: where CouchDB checks it, so that a page on another origin cannot post
     * there without asking first.
     *
     * @throws dev.replicator.error.CouchException 415 otherwise
     */
    static void requireJson(Request request) {
        boolean json = request.header("Content-Type")
                .map(type -> MediaType.parse(type).type())
                .filter("application/json"::equals)
                .isPresent();
        if (!json) {
            throw CouchError.badContentType("Content-Type must be application/json")
                    .asException();
        }
    }
}
