package dev.replicator.conformance.feeds;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.OptionalInt;

/** One cell of the table in {@code docs/CHANGES-FEEDS.md}: a request for changes, and what the table says of it. */
record FeedCell(
        Feed feed, Start start, boolean descending, Filter filter, Limit limit, boolean heartbeat, Timeout timeout) {
    static final int HEARTBEAT_MILLIS = 40;
    static final int TIMEOUT_MILLIS = 60;

    /** Where it begins, and in which database. */
    enum Start {
        ABSENT,
        ZERO,
        NOW,
        LAST,
        MIDDLE,
        NUMBER,
        BEYOND,
        EMPTY_DATABASE,
        EMPTY_DATABASE_NOW;

        boolean isInEmptyDatabase() {
            return this == EMPTY_DATABASE || this == EMPTY_DATABASE_NOW;
        }

        String parameter(FeedDatabase database) {
            return switch (this) {
                case ABSENT, EMPTY_DATABASE -> "";
                case ZERO -> "&since=0";
                case NOW, EMPTY_DATABASE_NOW -> "&since=now";
                case LAST -> "&since=" + database.last();
                case MIDDLE -> "&since=" + database.rows().get(1).sequence();
                case NUMBER -> "&since=3";
                case BEYOND -> "&since=1000";
            };
        }

        /** The number of the sequence after which rows are wanted. */
        int number() {
            return switch (this) {
                case ABSENT, ZERO, EMPTY_DATABASE, EMPTY_DATABASE_NOW -> 0;
                case NOW, LAST, BEYOND -> 6;
                case MIDDLE, NUMBER -> 3;
            };
        }
    }

    /** Which rows. */
    enum Filter {
        NONE("", ""),
        /** Of documents that are not there yet. */
        DOC_IDS("&filter=_doc_ids", "{\"doc_ids\":[\"_design/hit\",\"nobody\"]}"),
        DESIGN("&filter=_design", ""),
        SELECTOR("&filter=_selector", "{\"selector\":{\"hit\":true}}");

        private final String parameter;
        private final String body;

        Filter(String parameter, String body) {
            this.parameter = parameter;
            this.body = body;
        }

        /** With the ampersand before it. */
        String parameter() {
            return parameter;
        }

        /** What is posted with it; empty: nothing. */
        String body() {
            return body;
        }

        boolean wants(String id) {
            return switch (this) {
                case NONE -> true;
                case DOC_IDS -> id.equals(FeedDatabase.HIT);
                case DESIGN -> id.startsWith("_design/");
                case SELECTOR -> id.equals("hit") || id.equals(FeedDatabase.HIT);
            };
        }
    }

    /** How many rows at most: none, met by one row, beyond what there is. */
    enum Limit {
        NONE,
        ZERO,
        ONE,
        HUNDRED;

        OptionalInt rows() {
            return switch (this) {
                case NONE -> OptionalInt.empty();
                case ZERO -> OptionalInt.of(0);
                case ONE -> OptionalInt.of(1);
                case HUNDRED -> OptionalInt.of(100);
            };
        }
    }

    /** How long it waits without heartbeats. */
    enum Timeout {
        ABSENT,
        SHORT,
        ZERO
    }

    /** How it ends when nobody writes. */
    enum Ending {
        /** With what is there. */
        AT_ONCE,
        /** When the time is up. */
        IN_TIME,
        /** It waits for the next row. */
        NEVER
    }

    static List<FeedCell> of(Feed feed, Start start, boolean descending) {
        List<FeedCell> cells = new ArrayList<>();
        for (Filter filter : Filter.values()) {
            for (Limit limit : Limit.values()) {
                for (Timeout timeout : Timeout.values()) {
                    cells.add(new FeedCell(feed, start, descending, filter, limit, false, timeout));
                    cells.add(new FeedCell(feed, start, descending, filter, limit, true, timeout));
                }
            }
        }
        return cells;
    }

    byte[] request(FeedDatabase database) {
        String target = "/" + database.name() + "/_changes?feed=" + feed.parameter()
                + start.parameter(database)
                + (descending ? "&descending=true" : "")
                + (limit.rows().isPresent() ? "&limit=" + limit.rows().getAsInt() : "")
                + (heartbeat ? "&heartbeat=" + HEARTBEAT_MILLIS : "")
                + switch (timeout) {
                    case ABSENT -> "";
                    case SHORT -> "&timeout=" + TIMEOUT_MILLIS;
                    case ZERO -> "&timeout=0";
                }
                + filter.parameter();
        return Calls.request(filter.body().isEmpty() ? "GET" : "POST", target, "", filter.body());
    }

    /** The rows that are there when it begins. */
    List<FeedRow> rows(FeedDatabase database) {
        List<FeedRow> rows = new ArrayList<>(database.rows().stream()
                .filter(row -> filter.wants(row.id()))
                .filter(row -> descending || Integer.parseInt(FeedDatabase.number(row.sequence())) > start.number())
                .toList());
        if (descending) {
            Collections.reverse(rows);
        }
        return rows.subList(0, Math.min(rows.size(), limit.rows().orElse(rows.size())));
    }

    /** Whether its limit is met after so many rows. */
    boolean isFull(int rows) {
        return limit.rows().isPresent() && rows >= limit.rows().getAsInt();
    }

    Ending ending(int rows) {
        boolean waits = !descending
                && !isFull(rows)
                && switch (feed) {
                    case NORMAL -> false;
                    case LONGPOLL -> rows == 0;
                    case CONTINUOUS, EVENTSOURCE -> true;
                };
        if (!waits) {
            return Ending.AT_ONCE;
        }
        return heartbeat || timeout == Timeout.ABSENT ? Ending.NEVER : Ending.IN_TIME;
    }

    /** What comes at once, up to where it waits or ends. */
    String atOnce(FeedDatabase database) {
        List<FeedRow> rows = rows(database);
        boolean shows = feed.isEndless() && rows.isEmpty() && ending(0) != Ending.AT_ONCE;
        return feed.beginning() + (shows ? "\n" : "") + feed.rows(rows);
    }

    /**
     * The last line when it ends without another row.
     *
     * @param from the token of where it began
     */
    String end(FeedDatabase database, String from) {
        List<FeedRow> all = database.rows();
        List<FeedRow> shown = rows(database);
        boolean isFull = isFull(shown.size());
        if ((isFull && shown.isEmpty()) || all.isEmpty()) {
            return feed.end(from, descending ? all.size() : after(database, start.number()));
        }
        FeedRow last = isFull ? shown.getLast() : descending ? all.getFirst() : all.getLast();
        int place = all.indexOf(last);
        return feed.end(last.sequence(), descending ? place : all.size() - 1 - place);
    }

    private static long after(FeedDatabase database, int number) {
        return database.rows().stream()
                .filter(row -> Integer.parseInt(FeedDatabase.number(row.sequence())) > number)
                .count();
    }
}
