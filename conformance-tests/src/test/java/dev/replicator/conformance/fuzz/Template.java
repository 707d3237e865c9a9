package dev.replicator.conformance.fuzz;

import static java.nio.charset.StandardCharsets.UTF_8;

/**
 * A valid request to begin a mutation with.
 *
 * @param place below what its path stands
 * @param contentType null for none
 * @param body null for none
 */
record Template(String method, Place place, String path, String contentType, String body) {
    /** What a path begins with. */
    enum Place {
        SERVER,
        DATABASE
    }

    static Template json(String method, String path, String body) {
        return new Template(method, Place.DATABASE, path, RequestText.JSON, body);
    }

    static Template plain(String method, String path) {
        return new Template(method, Place.DATABASE, path, null, null);
    }

    static Template ofServer(String method, String path, String body) {
        return new Template(method, Place.SERVER, path, body == null ? null : RequestText.JSON, body);
    }

    String target(String database) {
        return (place == Place.SERVER ? "" : "/" + database) + path;
    }

    byte[] bodyBytes() {
        return body == null ? new byte[0] : body.getBytes(UTF_8);
    }

    RequestText request(String database, String query) {
        return RequestText.of(method, target(database) + query);
    }

    /** How the connection can go on: the answer of a feed may have no end. */
    FuzzCase.Ending ending() {
        return isFeed(path) ? FuzzCase.Ending.FEED : FuzzCase.Ending.KEPT;
    }

    static boolean isFeed(String path) {
        return path.startsWith("/_changes") || path.startsWith("/_db_updates");
    }

    /** The path's first query parameter follows a question mark, the further ones an ampersand. */
    String separator() {
        return path.contains("?") ? "&" : "?";
    }
}
