package dev.replicator.server.http;

/** One kind of path of the server. Endpoints have no state of a request: one instance answers all. */
public interface Endpoint {
    /**
     * The methods taken, in the order and form of the {@code Allow} header: {@code GET,HEAD,POST}. HEAD comes with GET
     * even where it is not listed, as in CouchDB.
     */
    String methods();

    /** Whether the path may go on behind the endpoint's name; otherwise what is asked for there is not found. */
    default boolean takesLongerPaths() {
        return false;
    }

    /** Whether {@code Content-Encoding} is the endpoint's own matter; otherwise bodies come decoded. */
    default boolean takesEncodedBodies() {
        return false;
    }

    /** Whether the parameter {@code feed} has it wait for what may never come. */
    default boolean hasFeeds() {
        return false;
    }

    /**
     * Answers a request, on a storage thread.
     *
     * @throws dev.replicator.error.CouchException to answer with that error
     * @throws Exception anything else is answered with 500 and logged
     */
    Answer handle(Request request) throws Exception;
}
