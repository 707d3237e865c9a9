package dev.replicator.server.endpoint;

import java.util.Set;

/** The one node that a server is, as CouchDB's endpoints for clusters name it. */
final class ThisNode {
    /** The name of a CouchDB as it is installed. */
    static final String NAME = "couchdb@127.0.0.1";

    /** The names that paths may give it; the last is that of CouchDB's container image. */
    static final Set<String> NAMES = Set.of("_local", NAME, "nonode@nohost");

    /** The one shard of every database: all hashes of ids. */
    static final String ALL_HASHES = "00000000-ffffffff";

    private ThisNode() {}
}
