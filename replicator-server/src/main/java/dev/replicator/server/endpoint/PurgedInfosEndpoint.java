package dev.replicator.server.endpoint;

import dev.replicator.document.DocumentWriter;
import dev.replicator.document.JsonBuffer;
import dev.replicator.local.AnswerPage;
import dev.replicator.local.AnswerPages;
import dev.replicator.server.http.Answer;
import dev.replicator.server.http.Endpoint;
import dev.replicator.server.http.Request;
import dev.replicator.store.Database;
import dev.replicator.store.PurgeRecord;
import java.util.List;

/** {@code _purged_infos}: what was asked to be purged, as far as it is kept. */
public final class PurgedInfosEndpoint implements Endpoint {
    private final Databases databases;

    PurgedInfosEndpoint(Databases databases) {
        this.databases = databases;
    }

    @Override
    public String methods() {
        return "GET";
    }

    @Override
    public Answer handle(Request request) {
        Database database = databases.of(request);
        return new Answer.Streamed(200, Answer.jsonHeaders(), PagedChunks.of(database, new Records(database)));
    }

    private static final class Records implements AnswerPages {
        private static final int PAGE_RECORDS = 200;

        private final Database database;
        private long after;
        private boolean started;

        Records(Database database) {
            this.database = database;
        }

        @Override
        public Step next(AnswerPage page, long now) {
            JsonBuffer out = page.text();
            if (!started) {
                out.raw("{\"purged_infos\":[");
            }
            List<PurgeRecord> records = database.purges(after, PAGE_RECORDS);
            for (PurgeRecord record : records) {
                out.raw(started ? ",{\"id\":" : "{\"id\":").string(record.id()).raw(",\"revs\":");
                DocumentWriter.revisions(out, record.revisions());
                out.raw('}');
                started = true;
                after = record.number();
            }
            started = true;
            if (records.size() == PAGE_RECORDS) {
                return Step.MORE;
            }
            out.raw("]}\n");
            return Step.DONE;
        }
    }
}
