package dev.replicator.server.endpoint;

import dev.replicator.changes.ChangesQuery;
import dev.replicator.changes.FeedPace;
import dev.replicator.error.CouchError;
import dev.replicator.server.http.Answer;
import dev.replicator.server.http.Headers;
import dev.replicator.server.http.Query;
import dev.replicator.server.http.Request;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/** Reads the parameters that all feeds have, and gives the head that goes with them. */
final class FeedParameters {
    /** Two names of one parameter, of which the later in the query counts, as in CouchDB. */
    private static final Set<String> SINCE = Set.of("since", "last-event-id");

    private FeedParameters() {}

    /** @throws dev.replicator.error.CouchException 400 for values that are none */
    static FeedPace pace(Query query) {
        ChangesQuery.Kind kind = kind(query.get("feed").orElse("normal"));
        OptionalLong limit = number(query, "limit");
        return new FeedPace(
                kind,
                query.flag("descending", false),
                // A negative limit is none, as in CouchDB.
                limit.isPresent() && limit.getAsLong() < 0 ? OptionalLong.empty() : limit,
                heartbeat(query),
                Math.clamp(number(query, "timeout").orElse(ChangesQuery.MAX_TIMEOUT), 0, ChangesQuery.MAX_TIMEOUT));
    }

    /** The head of a feed's answer. */
    static Headers headers(ChangesQuery.Kind kind) {
        Headers headers = kind == ChangesQuery.Kind.EVENTSOURCE
                ? Headers.of("Content-Type", "text/event-stream").with("Cache-Control", "no-cache")
                : Answer.jsonHeaders();
        // Proxies must not gather what is meant to arrive row by row.
        return headers.with("X-Accel-Buffering", "no");
    }

    private static ChangesQuery.Kind kind(String feed) {
        return switch (feed) {
            case "normal" -> ChangesQuery.Kind.NORMAL;
            case "longpoll" -> ChangesQuery.Kind.LONGPOLL;
            case "continuous", "live" -> ChangesQuery.Kind.CONTINUOUS;
            case "eventsource" -> ChangesQuery.Kind.EVENTSOURCE;
            default ->
                throw CouchError.badRequest("Supported `feed` types: normal, continuous, live, longpoll, eventsource")
                        .asException();
        };
    }

    /** Where it begins: behind {@code Last-Event-ID}, else {@code since}, else at the beginning. */
    static String since(Request request) {
        return request.header("Last-Event-ID")
                .map(id -> id.replace("\"", ""))
                .or(() -> request.query().last(SINCE))
                .map(since -> since.replace("\"", ""))
                .filter(since -> !since.isEmpty())
                .orElse("0");
    }

    /** A whole number, where there is one. */
    static OptionalLong number(Query query, String name) {
        Optional<String> text = query.get(name);
        try {
            return text.isPresent() ? OptionalLong.of(Long.parseLong(text.get())) : OptionalLong.empty();
        } catch (NumberFormatException e) {
            throw CouchError.badRequest("Invalid value for " + name + ": \"" + text.get() + "\" is no whole number")
                    .asException();
        }
    }

    private static OptionalLong heartbeat(Query query) {
        String text = query.get("heartbeat").orElse("false");
        if (text.equals("false")) {
            return OptionalLong.empty();
        }
        if (text.equals("true")) {
            return OptionalLong.of(ChangesQuery.MAX_TIMEOUT);
        }
        long heartbeat;
        try {
            heartbeat = Long.parseLong(text);
        } catch (NumberFormatException e) {
            throw CouchError.badRequest(
                            "Invalid heartbeat value. Expecting a positive integer value (in milliseconds).")
                    .asException();
        }
        if (heartbeat < 1) {
            throw CouchError.badRequest("The heartbeat value should be a positive integer (in milliseconds).")
                    .asException();
        }
        return OptionalLong.of(Math.min(heartbeat, ChangesQuery.MAX_TIMEOUT));
    }
}
