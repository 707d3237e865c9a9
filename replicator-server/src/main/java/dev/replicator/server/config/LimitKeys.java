package dev.replicator.server.config;

import java.util.List;
import java.util.OptionalLong;

/** The section {@code limits}: how much clients may have before they keep others from it. */
public final class LimitKeys {
    private static final String SECTION = "limits";
    private static final long MANY = 1_000_000_000;

    public static final Key<OptionalLong> CONNECTIONS = new Key<>(
            SECTION,
            "max_connections",
            "auto",
            "auto or a whole number from 0 to " + MANY,
            value -> value.equals("auto") ? OptionalLong.empty() : OptionalLong.of(Key.bounded(value, 0, MANY)),
            Effect.AT_ONCE,
            "The most connections at once; further ones are closed. 0 for any number, as with all counts here; auto is"
                    + " 20000. Never more than the process's file descriptors leave room for.");

    public static final Key<Long> ADDRESS_CONNECTIONS = count(
            "max_connections_per_address",
            10_000,
            "The most connections at once from one address (IPv6: from one /64); those of a trusted proxy do not count.");

    public static final Key<Long> FEEDS = count(
            "max_feeds",
            50_000,
            "The most feeds open at once (_changes and _db_updates that are longpoll, continuous or eventsource);"
                    + " further ones get 503.");

    public static final Key<Long> USER_FEEDS = count(
            "max_feeds_per_user",
            10_000,
            "The most feeds at once of one user; further ones get 429. Administrators of the server have no such limit.");

    public static final Key<Long> ADDRESS_FEEDS =
            count("max_feeds_per_address", 25_000, "The most feeds at once from one address, likewise.");

    public static final Key<Long> REQUESTS_PER_SECOND = count(
            "max_requests_per_second",
            0,
            "The requests a second, in the long run, of one user, or of one address without a user; what is more gets"
                    + " 429. Administrators of the server have no such limit. 0 for none.");

    public static final Key<Long> BURST_SECONDS = Key.number(
            SECTION,
            "request_burst",
            10,
            1,
            3600,
            "The seconds' worth of requests that may come at once, after as long without any.");

    public static final Key<Long> URI_LENGTH = Key.number(
                    SECTION,
                    "max_uri_length",
                    32 << 10,
                    1024,
                    1 << 20,
                    "The most bytes of path and query; more gets 414.")
            .atRestart();

    public static final Key<Long> HEADER_BYTES = Key.number(
                    SECTION,
                    "max_header_bytes",
                    64 << 10,
                    1024,
                    1 << 20,
                    "The most bytes of a request's header fields, names and values; more gets 431.")
            .atRestart();

    public static final Key<Long> HEADERS = Key.number(
                    SECTION, "max_headers", 200, 10, 1000, "The most header fields of a request; more gets 431.")
            .atRestart();

    public static final Key<Long> HEAD_TIMEOUT = Key.number(
                    SECTION,
                    "head_timeout",
                    60,
                    1,
                    3600,
                    "Seconds from a new connection, or from a request's first byte, to the end of the request's head;"
                            + " then the connection is closed.")
            .atRestart();

    public static final Key<Long> LEAST_PACE = Key.number(
            SECTION,
            "min_bytes_per_second",
            256,
            0,
            1_000_000,
            "The pace at which a client has to send a body and take an answer, on the average of"
                    + " replicator/stall_timeout; a slower one is let go.");

    public static final Key<Long> WAITING_PASSWORDS = waiting(
            "max_waiting_passwords",
            1000,
            "The most passwords that wait to be checked, which takes some tenths of a second each; further ones get"
                    + " 503, those of the address with most of them first.");

    public static final Key<Long> ADDRESS_WAITING_PASSWORDS = waiting(
            "max_waiting_passwords_per_address",
            100,
            "The most of them from one address (IPv6: from one /64); further ones get 429.");

    public static final Key<Long> WAITING_TOKENS = waiting(
            "max_waiting_tokens",
            10_000,
            "The most tokens of ES and EdDSA that wait to be verified, which takes up to some milliseconds each; further"
                    + " ones get 503, those of the address with most of them first.");

    public static final Key<Long> ADDRESS_WAITING_TOKENS = waiting(
            "max_waiting_tokens_per_address",
            10_000,
            "The most of them from one address, likewise; further ones get 429.");

    public static final Key<Long> WAITING_USERS = waiting(
            "max_waiting_users",
            1000,
            "The most documents of users that wait to be saved, since their passwords are hashed; further ones get"
                    + " 503.");

    public static final Key<Long> WAITING_BULK_USERS = waiting(
            "max_waiting_bulk_users",
            100,
            "The most requests to _bulk_docs of a database of users that wait, likewise; further ones get 503.");
    public static final Key<Long> DOCUMENT_DEPTH = Key.number(
            SECTION,
            "max_document_depth",
            5001,
            1,
            5001,
            "How deep objects and arrays of a document may stand within each other, the document itself counted; deeper"
                    + " ones get 400. What replications bring has the greatest value of this in any case.");

    public static final Key<Long> QUEUE_TIME = Key.number(
            SECTION,
            "max_queue_time",
            5000,
            0,
            MANY,
            "Milliseconds that requests may wait for a storage thread before further ones get 503 at once. Administrators"
                    + " of the server wait. 0 for any time.");

    static final List<Key<?>> ALL = List.of(
            CONNECTIONS,
            ADDRESS_CONNECTIONS,
            FEEDS,
            USER_FEEDS,
            ADDRESS_FEEDS,
            REQUESTS_PER_SECOND,
            BURST_SECONDS,
            URI_LENGTH,
            HEADER_BYTES,
            HEADERS,
            HEAD_TIMEOUT,
            LEAST_PACE,
            WAITING_PASSWORDS,
            ADDRESS_WAITING_PASSWORDS,
            WAITING_TOKENS,
            ADDRESS_WAITING_TOKENS,
            WAITING_USERS,
            WAITING_BULK_USERS,
            DOCUMENT_DEPTH,
            QUEUE_TIME);

    private LimitKeys() {}

    /** Without a bound, who comes last would wait for hours. */
    private static Key<Long> waiting(String name, long standard, String sentence) {
        return Key.number(SECTION, name, standard, 1, 1_000_000, sentence);
    }

    private static Key<Long> count(String name, long standard, String sentence) {
        return Key.number(SECTION, name, standard, 0, MANY, sentence);
    }
}
