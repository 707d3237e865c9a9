package dev.replicator.server.endpoint;

import dev.replicator.local.AnswerPage;
import dev.replicator.local.AnswerPages;
import dev.replicator.local.AttachmentCoding;
import dev.replicator.server.http.ByteSink;
import dev.replicator.server.http.Chunks;
import dev.replicator.server.http.Pull;
import dev.replicator.server.http.Wakeup;
import dev.replicator.store.Database;
import dev.replicator.store.DatabaseEvents;
import java.io.IOException;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Sends {@link AnswerPages}: the text of a page, and in their places the bytes of attachments, read from the store
 * while they are sent. A page that is waited for is made when something has happened.
 */
final class PagedChunks implements Chunks {
    private static final int STORED_PART = 64 * 1024;

    /** A multiple of three: its base64 needs no padding, so that the parts can be joined. */
    private static final int BASE64_PART = 48 * 1024;

    /** Where the attachments are that pages name; those of some feeds name none. */
    private final Optional<Database> database;

    private final AnswerPages pages;
    private final Optional<Waking> waking;

    private AnswerPage page = new AnswerPage();
    private AnswerPages.Step step = AnswerPages.Step.MORE;

    /** How much of the page was sent, and which of its insertions comes next or is being sent. */
    private int sent;

    private int insertion;
    private BlobParts blob;
    private AnswerPage.Form blobForm = AnswerPage.Form.STORED;
    private Database.Subscription subscription;

    /** What says that something happened that pages may wait for. */
    private interface Waking {
        Database.Subscription subscribe(Runnable listener);
    }

    private PagedChunks(Optional<Database> database, AnswerPages pages, Optional<Waking> waking) {
        this.database = database;
        this.pages = pages;
        this.waking = waking;
    }

    /** Pages that do not wait. */
    static PagedChunks of(Database database, AnswerPages pages) {
        return new PagedChunks(Optional.of(database), pages, Optional.empty());
    }

    /** A page that is made already. */
    static PagedChunks of(Database database, AnswerPage made) {
        PagedChunks chunks = of(database, (_, _) -> AnswerPages.Step.DONE);
        chunks.page = made;
        return chunks;
    }

    /** Pages that may wait for the database to change. */
    static PagedChunks feed(Database database, AnswerPages pages) {
        return new PagedChunks(Optional.of(database), pages, Optional.of(database::subscribe));
    }

    /** Pages that may wait for what happens to databases. */
    static PagedChunks feed(DatabaseEvents events, AnswerPages pages) {
        return new PagedChunks(Optional.empty(), pages, Optional.of(events::subscribe));
    }

    @Override
    public void start(Wakeup wakeup) {
        // Before the first page is made: what is committed while it is made must wake, not be missed.
        waking.ifPresent(source -> subscription = source.subscribe(wakeup::wake));
    }

    @Override
    public Pull next(ByteSink out) throws IOException {
        if (blob != null) {
            sendBlob(out);
            return Pull.MORE;
        }
        if (sent == page.text().length()) {
            if (step instanceof AnswerPages.Step.Done) {
                return Pull.DONE;
            }
            turn();
            step = pages.next(page, now());
        }
        sendText(out);
        boolean complete = blob == null && sent == page.text().length();
        if (!complete) {
            return Pull.MORE;
        }
        return switch (step) {
            case AnswerPages.Step.More _ -> Pull.MORE;
            case AnswerPages.Step.Done _ -> Pull.DONE;
            case AnswerPages.Step.Wait wait -> {
                turn();
                yield Pull.waitAtMost(Math.max(0, wait.until() - now()));
            }
        };
    }

    /** To an empty page. A waiting feed keeps no buffer: thousands may wait. */
    private void turn() {
        page.close();
        page = new AnswerPage();
        sent = 0;
        insertion = 0;
    }

    private static long now() {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime());
    }

    /** Sends text up to where the next blob belongs, and begins that. */
    private void sendText(ByteSink out) {
        List<AnswerPage.Insertion> insertions = page.insertions();
        int until = insertion < insertions.size()
                ? insertions.get(insertion).at()
                : page.text().length();
        out.write(page.text().array(), sent, until - sent);
        sent = until;
        if (insertion < insertions.size()) {
            AnswerPage.Insertion next = insertions.get(insertion++);
            blobForm = next.form();
            Database source = database.orElseThrow();
            blob = switch (blobForm) {
                case BASE64 ->
                    new BlobParts(AttachmentCoding.decoded(source, next.blob()), 0, next.length(), BASE64_PART);
                case STORED ->
                    new BlobParts(
                            AttachmentCoding.stored(source, next.blob(), next.offset()),
                            next.offset(),
                            next.length(),
                            STORED_PART);
            };
        }
    }

    private void sendBlob(ByteSink out) throws IOException {
        byte[] part = blob.next();
        out.give(
                switch (blobForm) {
                    case BASE64 -> Base64.getEncoder().encode(part);
                    case STORED -> part;
                });
        if (!blob.hasMore()) {
            blob.close();
            blob = null;
        }
    }

    @Override
    public void finish() {
        pages.finish();
    }

    @Override
    public void close() {
        page.close();
        if (subscription != null) {
            subscription.close();
        }
        if (blob != null) {
            blob.close();
        }
    }
}
