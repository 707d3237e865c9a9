package dev.replicator.conformance.bench;

import dev.replicator.conformance.http.Answer;
import java.io.IOException;

/** A database of the server, named {@code bench_…}: the tool makes and deletes its own and touches no other. */
record Database(Endpoint endpoint, String name) {
    static Database of(Endpoint endpoint, String name) {
        return new Database(endpoint, "bench_" + name);
    }

    String path() {
        return "/" + name;
    }

    /** Makes it anew, whether or not it was there. */
    void create() throws IOException {
        try (var connection = endpoint.connect()) {
            connection.exchange(endpoint.request("DELETE", path()));
            Answer answer = connection.exchange(endpoint.request("PUT", path(), new byte[0]));
            if (!answer.isSuccess()) {
                throw new IOException("PUT " + path() + ": " + answer.status() + " " + answer.text());
            }
        }
    }

    void delete() throws IOException {
        try (var connection = endpoint.connect()) {
            connection.exchange(endpoint.request("DELETE", path()));
        }
    }
}
