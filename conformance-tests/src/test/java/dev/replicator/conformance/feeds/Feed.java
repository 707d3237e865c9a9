package dev.replicator.conformance.feeds;

import java.util.List;
import java.util.Locale;

/** The kinds of feeds, with the bytes around their rows: what clients read line by line depends on. */
enum Feed {
    NORMAL,
    LONGPOLL,
    CONTINUOUS,
    EVENTSOURCE;

    /** The value of the parameter. */
    String parameter() {
        return name().toLowerCase(Locale.ROOT);
    }

    boolean isEndless() {
        return this == CONTINUOUS || this == EVENTSOURCE;
    }

    /** What comes before all rows. */
    String beginning() {
        return isEndless() ? "" : "{\"results\":[\n";
    }

    /** @param first whether it is the first of the answer */
    String row(FeedRow row, boolean first) {
        return switch (this) {
            case NORMAL, LONGPOLL -> (first ? "" : ",\n") + row.json();
            case CONTINUOUS -> row.json() + "\n";
            case EVENTSOURCE -> "data: " + row.json() + "\nid: \"" + row.sequence() + "\"\n\n";
        };
    }

    String rows(List<FeedRow> rows) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < rows.size(); i++) {
            text.append(row(rows.get(i), i == 0));
        }
        return text.toString();
    }

    String heartbeat() {
        return this == EVENTSOURCE ? "event: heartbeat\ndata: \n\n" : "\n";
    }

    String end(String lastSequence, long pending) {
        String members = "\"last_seq\":\"" + lastSequence + "\",\"pending\":" + pending + "}\n";
        return switch (this) {
            case NORMAL, LONGPOLL -> "\n],\n" + members;
            case CONTINUOUS -> "{" + members + "\n";
            case EVENTSOURCE -> "";
        };
    }
}
