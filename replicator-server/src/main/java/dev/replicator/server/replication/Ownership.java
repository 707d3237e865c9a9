package dev.replicator.server.replication;

import dev.replicator.local.DocumentRule;
import dev.replicator.server.access.Caller;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Whose a document of a replicator database is, and what others see of it: CouchDB's rules (couch_replicator_docs:
 * {@code before_doc_update}, {@code after_doc_read}). Pure.
 */
final class Ownership {
    private static final String OWNER = "owner";

    /** What names a peer, or the way to it. */
    private static final List<String> PEERS = List.of("source", "target", "proxy", "source_proxy", "target_proxy");

    private static final Pattern QUERY = Pattern.compile("[?#]");

    private Ownership() {}

    /** The name of who saved it; of a document that does not say, of the one on whose behalf it runs. */
    static Optional<String> owner(JsonObject document) {
        return document.has(OWNER)
                ? document.text(OWNER)
                : document.object("user_ctx").flatMap(user -> user.text("name"));
    }

    static boolean isOwn(JsonObject document, Caller caller) {
        return caller.name().isPresent() && owner(document).equals(caller.name());
    }

    /** The rule that a document names who saves it where it names nobody. */
    static DocumentRule named(Caller caller, DocumentRule form) {
        return (id, deleted, body) -> {
            byte[] formed = form.apply(id, deleted, body);
            if (deleted || id.startsWith("_design/") || caller.name().isEmpty()) {
                return formed;
            }
            JsonObject document = JsonObject.parse(formed);
            return document.has(OWNER)
                    ? formed
                    : document.with(OWNER, JsonObject.quoted(caller.name().get()))
                            .toJson();
        };
    }

    /**
     * A document without what its owner logs in with elsewhere. Of a peer nothing is left but its URL, of that nothing
     * but scheme, host and path.
     */
    static JsonObject withoutCredentials(JsonObject document) {
        JsonObject seen = document;
        for (String name : PEERS) {
            if (document.has(name)) {
                seen = seen.with(name, withoutCredentials(document, name));
            }
        }
        return seen;
    }

    private static String withoutCredentials(JsonObject document, String name) {
        Optional<String> bare = document.text(name).map(Ownership::bare);
        return bare.or(() -> document.object(name)
                        .flatMap(peer -> peer.text("url"))
                        .map(url -> "{\"url\":" + bare(url) + "}"))
                .orElse("null");
    }

    /**
     * As JSON. Passwords are written with any characters by many, so that what is left may be less than the URL; where
     * an @ behind a question mark or a hash could belong to either, it is the scheme alone.
     */
    private static String bare(String url) {
        int scheme = url.indexOf("://") < 0 ? 0 : url.indexOf("://") + 3;
        int at = Math.max(scheme, url.lastIndexOf('@') + 1);
        int path = QUERY.splitAsStream(url.substring(scheme))
                        .findFirst()
                        .orElse("")
                        .length()
                + scheme;
        return JsonObject.quoted(url.substring(0, scheme) + (at <= path ? url.substring(at, path) : ""));
    }
}
