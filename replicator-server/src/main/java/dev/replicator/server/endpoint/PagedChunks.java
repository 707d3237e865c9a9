package dev.replicator.server.endpoint;

import dev.replicator.local.AttachmentCoding;
import dev.replicator.local.JsonPage;
import dev.replicator.local.JsonPages;
import dev.replicator.server.http.ByteSink;
import dev.replicator.server.http.Chunks;
import dev.replicator.server.http.Pull;
import dev.replicator.server.http.Wakeup;
import dev.replicator.store.Database;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Sends {@link JsonPages}: the JSON of a page, and in their places the bytes of attachments, read from the store while
 * they are sent. A page that is waited for is made when the database has changed.
 */
final class PagedChunks implements Chunks {
    /** A multiple of three: its base64 needs no padding, so that the parts can be joined. */
    private static final int BLOB_PART = 48 * 1024;

    private final Database database;
    private final JsonPages pages;
    private final boolean live;

    private JsonPage page = new JsonPage();
    private JsonPages.Step step = JsonPages.Step.MORE;

    /** How much of the page was sent, and which of its insertions comes next or is being sent. */
    private int sent;

    private int insertion;
    private InputStream blob;
    private Database.Subscription subscription;

    private PagedChunks(Database database, JsonPages pages, boolean live) {
        this.database = database;
        this.pages = pages;
        this.live = live;
    }

    /** Pages that do not wait. */
    static PagedChunks of(Database database, JsonPages pages) {
        return new PagedChunks(database, pages, false);
    }

    /** A page that is made already. */
    static PagedChunks of(Database database, JsonPage made) {
        PagedChunks chunks = new PagedChunks(database, (_, _) -> JsonPages.Step.DONE, false);
        chunks.page = made;
        return chunks;
    }

    /** Pages that may wait for the database to change. */
    static PagedChunks feed(Database database, JsonPages pages) {
        return new PagedChunks(database, pages, true);
    }

    @Override
    public void start(Wakeup wakeup) {
        if (live) {
            // Before the first page is made: what is committed while it is made must wake, not be missed.
            subscription = database.subscribe(wakeup::wake);
        }
    }

    @Override
    public Pull next(ByteSink out) throws IOException {
        if (blob != null) {
            sendBlob(out);
            return Pull.MORE;
        }
        if (sent == page.json().length()) {
            if (step instanceof JsonPages.Step.Done) {
                return Pull.DONE;
            }
            // A waiting feed keeps no buffer: thousands may wait.
            page = new JsonPage();
            sent = 0;
            insertion = 0;
            step = pages.next(page, now());
        }
        sendJson(out);
        boolean complete = blob == null && sent == page.json().length();
        if (!complete) {
            return Pull.MORE;
        }
        return switch (step) {
            case JsonPages.Step.More _ -> Pull.MORE;
            case JsonPages.Step.Done _ -> Pull.DONE;
            case JsonPages.Step.Wait wait -> {
                page = new JsonPage();
                sent = 0;
                yield Pull.waitAtMost(Math.max(0, wait.until() - now()));
            }
        };
    }

    private static long now() {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime());
    }

    /** Sends JSON up to where the next blob belongs, and begins that. */
    private void sendJson(ByteSink out) {
        List<JsonPage.Insertion> insertions = page.insertions();
        int until = insertion < insertions.size()
                ? insertions.get(insertion).at()
                : page.json().length();
        out.write(page.json().array(), sent, until - sent);
        sent = until;
        if (insertion < insertions.size()) {
            blob = AttachmentCoding.decoded(
                    database, insertions.get(insertion++).blob());
        }
    }

    private void sendBlob(ByteSink out) throws IOException {
        byte[] part = blob.readNBytes(BLOB_PART);
        out.write(Base64.getEncoder().encode(part));
        if (part.length < BLOB_PART) {
            blob.close();
            blob = null;
        }
    }

    @Override
    public void close() {
        if (subscription != null) {
            subscription.close();
        }
        if (blob != null) {
            try {
                blob.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
