package dev.replicator.local;

import dev.replicator.changes.FeedFraming;
import dev.replicator.changes.FeedPace;
import dev.replicator.document.JsonBuffer;
import dev.replicator.store.StoreException;
import java.util.OptionalLong;
import java.util.function.Consumer;

/**
 * What all feeds have in common, whatever their rows are: the bytes around them, when there is a sign of life, and when
 * the feed ends.
 *
 * <p>{@code normal} feeds end with the rows that are there; {@code longpoll} too, but not before a row was written; the
 * endless ones at their limit or when nothing came for the time-out, which heartbeats switch off. All end soon when
 * told to {@link #finish}.
 */
final class Feed {
    private final FeedPace pace;
    private final FeedFraming framing;
    private final Source source;

    private boolean started;
    private boolean finishing;
    private boolean silent = true;
    private long rows;
    private long lastRow;
    private long lastByte;

    /** Where the rows come from. It stands at a point, and each page it writes moves it on. */
    interface Source {
        /**
         * Writes a page of rows, each by {@link Feed#row}, until {@link Feed#limitMet}.
         *
         * @return whether there may be more at once
         */
        boolean write(AnswerPage page);

        /** The token of the point where it stands. */
        String at();

        /** How many rows are left behind that point, where the feed tells. */
        OptionalLong pending();
    }

    Feed(FeedPace pace, Source source) {
        this.pace = pace;
        this.framing = FeedFraming.of(pace.kind());
        this.source = source;
    }

    /** How many rows were written. */
    long rows() {
        return rows;
    }

    boolean limitMet() {
        return pace.limit().isPresent() && rows >= pace.limit().getAsLong();
    }

    boolean hasStarted() {
        return started;
    }

    /** Writes a row, or nothing of it where it fails. */
    void row(AnswerPage page, String sequence, Consumer<JsonBuffer> row) {
        JsonBuffer out = page.text();
        int start = out.length();
        try {
            framing.beforeRow(out, rows == 0);
            row.accept(out);
            framing.afterRow(out, sequence);
        } catch (StoreException e) {
            page.truncate(start);
            throw e;
        }
        rows++;
    }

    /** Has it end as {@link AnswerPages#finish} says. */
    void finish() {
        finishing = true;
    }

    /** Writes the next page, as {@link AnswerPages#next} says. */
    AnswerPages.Step next(AnswerPage page, long now) {
        JsonBuffer out = page.text();
        if (!started) {
            started = true;
            lastRow = now;
            lastByte = now;
            framing.begin(out);
        }
        boolean endsAnywhere = pace.kind().isEndless() && !pace.descending();
        if (limitMet() || (finishing && endsAnywhere)) {
            return end(out, source.pending());
        }
        int before = out.length();
        boolean more = source.write(page);
        if (out.length() > before) {
            silent = false;
            lastRow = now;
            lastByte = now;
        }
        if (limitMet()) {
            return end(out, source.pending());
        }
        if (more) {
            return beatOr(AnswerPages.Step.MORE, out, now);
        }
        boolean ends = finishing
                || pace.descending()
                || switch (pace.kind()) {
                    case NORMAL -> true;
                    case LONGPOLL -> rows > 0;
                    case CONTINUOUS, EVENTSOURCE -> false;
                };
        return ends ? end(out, source.pending()) : await(out, now);
    }

    /** Nothing is there: ends where the time is up, otherwise says until when to wait. */
    private AnswerPages.Step await(JsonBuffer out, long now) {
        if (silent && pace.kind().isEndless()) {
            // The first byte goes out at once, so that proxies and clients see that the feed stands.
            out.raw('\n');
            lastByte = now;
        }
        silent = false;
        if (pace.heartbeat().isEmpty()) {
            long until = lastRow + pace.timeout();
            return now >= until ? end(out, source.pending()) : new AnswerPages.Step.Wait(until);
        }
        long interval = pace.heartbeat().getAsLong();
        return beatOr(new AnswerPages.Step.Wait(Math.max(lastByte, now - interval) + interval), out, now);
    }

    /** Goes on as said, after a heartbeat if one is due: also while a filter finds nothing among many changes. */
    private AnswerPages.Step beatOr(AnswerPages.Step step, JsonBuffer out, long now) {
        if (pace.heartbeat().isPresent() && now - lastByte >= pace.heartbeat().getAsLong()) {
            framing.heartbeat(out);
            lastByte = now;
            return step instanceof AnswerPages.Step.Wait
                    ? new AnswerPages.Step.Wait(now + pace.heartbeat().getAsLong())
                    : step;
        }
        return step;
    }

    /** Writes the last line. */
    AnswerPages.Step end(JsonBuffer out, OptionalLong pending) {
        framing.end(out, source.at(), pending);
        return AnswerPages.Step.DONE;
    }
}
