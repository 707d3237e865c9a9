package dev.replicator.server.metrics;

import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What clients are refused, or given up for, to keep the others served: by the limit that they met. */
public enum Refusal {
    MAX_CONNECTIONS(Kind.CONNECTION),
    MAX_CONNECTIONS_PER_ADDRESS(Kind.CONNECTION),
    MAX_REQUESTS_PER_SECOND(Kind.REQUEST),
    MAX_FEEDS(Kind.REQUEST),
    MAX_FEEDS_PER_USER(Kind.REQUEST),
    MAX_FEEDS_PER_ADDRESS(Kind.REQUEST),
    MAX_URI_LENGTH(Kind.REQUEST),
    MAX_HEADER_BYTES(Kind.REQUEST),
    MAX_HEADERS(Kind.REQUEST),
    MAX_QUEUE_TIME(Kind.REQUEST),
    HEAD(Kind.SLOW_CLIENT),
    BODY(Kind.SLOW_CLIENT),
    ANSWER(Kind.SLOW_CLIENT);

    private final Kind kind;

    Refusal(Kind kind) {
        this.kind = kind;
    }

    Kind kind() {
        return kind;
    }

    /** The value of the label that tells it from others of its kind. */
    String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** What is counted under one name. */
    enum Kind {
        CONNECTION("refused.connections", "limit", "connections that were closed when they were made"),
        REQUEST("refused.requests", "limit", "requests that were refused"),
        SLOW_CLIENT("slow.clients", "during", "connections, or streams of HTTP/2, ended because too little moved");

        private final String metric;
        private final String label;
        private final String meaning;

        Kind(String metric, String label, String meaning) {
            this.metric = metric;
            this.label = label;
            this.meaning = meaning;
        }

        String metric() {
            return metric;
        }

        /** The name of the label. */
        String label() {
            return label;
        }

        /** With the values that the label has. */
        String meaning() {
            return meaning + "; " + label + ": "
                    + Stream.of(Refusal.values())
                            .filter(refusal -> refusal.kind == this)
                            .map(Refusal::label)
                            .collect(Collectors.joining(", "));
        }
    }
}
