package dev.replicator.changes;

import dev.replicator.document.JsonBuffer;
import java.util.OptionalLong;

/**
 * The bytes around the rows of each kind of feed, as CouchDB writes them: clients that read line by line, as LiveSync
 * and {@code follow} do, depend on where the line breaks are.
 */
public enum FeedFraming {
    /** One JSON object, a row a line. */
    OBJECT {
        @Override
        public void begin(JsonBuffer out) {
            out.raw("{\"results\":[\n");
        }

        @Override
        public void beforeRow(JsonBuffer out, boolean first) {
            if (!first) {
                out.raw(",\n");
            }
        }

        @Override
        public void afterRow(JsonBuffer out, String sequence) {
            // The comma comes with the next.
        }

        @Override
        public void heartbeat(JsonBuffer out) {
            out.raw('\n');
        }

        @Override
        public void end(JsonBuffer out, String lastSequence, OptionalLong pending) {
            out.raw("\n],\n");
            lastMembers(out, lastSequence, pending);
            out.raw('\n');
        }
    },

    /** An object a line. */
    LINES {
        @Override
        public void begin(JsonBuffer out) {
            // Rows are all there is.
        }

        @Override
        public void beforeRow(JsonBuffer out, boolean first) {
            // The line ends behind the row.
        }

        @Override
        public void afterRow(JsonBuffer out, String sequence) {
            out.raw('\n');
        }

        @Override
        public void heartbeat(JsonBuffer out) {
            out.raw('\n');
        }

        @Override
        public void end(JsonBuffer out, String lastSequence, OptionalLong pending) {
            out.raw('{');
            lastMembers(out, lastSequence, pending);
            out.raw("\n\n");
        }
    },

    /** Server-sent events, each with its sequence as id. */
    EVENTS {
        @Override
        public void begin(JsonBuffer out) {
            // Events are all there is.
        }

        @Override
        public void beforeRow(JsonBuffer out, boolean first) {
            out.raw("data: ");
        }

        @Override
        public void afterRow(JsonBuffer out, String sequence) {
            out.raw("\nid: \"").raw(sequence).raw("\"\n\n");
        }

        @Override
        public void heartbeat(JsonBuffer out) {
            out.raw("event: heartbeat\ndata: \n\n");
        }

        @Override
        public void end(JsonBuffer out, String lastSequence, OptionalLong pending) {
            // The client connects again, with the last event's id.
        }
    };

    private static void lastMembers(JsonBuffer out, String lastSequence, OptionalLong pending) {
        out.raw("\"last_seq\":\"").raw(lastSequence).raw('"');
        if (pending.isPresent()) {
            out.raw(",\"pending\":").number(pending.getAsLong());
        }
        out.raw('}');
    }

    /** The framing of a kind of feed. */
    public static FeedFraming of(ChangesQuery.Kind kind) {
        return switch (kind) {
            case NORMAL, LONGPOLL -> OBJECT;
            case CONTINUOUS -> LINES;
            case EVENTSOURCE -> EVENTS;
        };
    }

    public abstract void begin(JsonBuffer out);

    public abstract void beforeRow(JsonBuffer out, boolean first);

    /** @param sequence the row's sequence, also where the row itself does not show it */
    public abstract void afterRow(JsonBuffer out, String sequence);

    public abstract void heartbeat(JsonBuffer out);

    /** @param pending how many rows were left, where the feed tells */
    public abstract void end(JsonBuffer out, String lastSequence, OptionalLong pending);
}
