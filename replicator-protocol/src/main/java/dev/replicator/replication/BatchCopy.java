package dev.replicator.replication;

import dev.replicator.local.RevsDiff;
import dev.replicator.revision.Revision;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Brings a batch of changed documents to the target: asks what is missing there, fetches that, writes it. When it
 * returns, all of it is on the target, or refused there and reported.
 *
 * <p>Holds at most {@link #CHUNK_BYTES} of documents and one more, and what {@link #ASKED_BYTES} of rows are while they
 * are asked about, whatever the batch; bytes of attachments pass through. One thread.
 */
final class BatchCopy {
    /** Documents without attachments are written together until they have so many bytes. */
    static final int CHUNK_BYTES = 1 << 20;

    /** So much of the rows is asked about at a time, by {@link ChangedDocument#bytes}: a row may name many leaves. */
    static final int ASKED_BYTES = 1 << 20;

    private final Peer source;
    private final Peer target;
    private final Retries retries;
    private final Report report;
    private final int chunkDocuments;

    /** What was not fetched whole yet, by id, in the order asked. */
    private final Map<String, RevsDiff> outstanding = new LinkedHashMap<>();

    /** Fetched, and not written yet. */
    private final List<FetchedRevision.Document> chunk = new ArrayList<>();

    private long chunkBytes;

    /** The document that answers come for; empty before the first of a request. */
    private String current = "";

    /** What was taken of the last document: when a request fails in its middle, it is asked for anew as a whole. */
    private final Set<Revision> taken = new HashSet<>();

    /** What the source did not have of the last document. */
    private final Set<Revision> goneNow = new HashSet<>();

    private String takenOf = "";
    private boolean byBulkGet;

    /**
     * Documents with stubs for attachments that the target had when it was asked, and has let go of since: fetched once
     * more, with the bytes of all attachments.
     */
    private final Map<String, RevsDiff> whole = new LinkedHashMap<>();

    private boolean withStubs = true;

    /** Who hears what happens. */
    interface Report {
        void add(Statistics statistics);

        void refused(WriteFailure failure);

        void missing(FetchedRevision.Missing missing);
    }

    BatchCopy(Peer source, Peer target, Retries retries, int chunkDocuments, Report report) {
        this.source = source;
        this.target = target;
        this.retries = retries;
        this.chunkDocuments = chunkDocuments;
        this.report = report;
    }

    /** @throws ReplicationException where a request failed too often */
    void run(List<ChangedDocument> rows) throws InterruptedException {
        Map<String, Set<Revision>> revisions = new LinkedHashMap<>();
        long bytes = 0;
        for (ChangedDocument row : rows) {
            for (Revision revision : row.revisions()) {
                if (bytes >= ASKED_BYTES) {
                    bring(revisions);
                    revisions.clear();
                    bytes = 0;
                }
                Set<Revision> named = revisions.get(row.id());
                if (named == null) {
                    named = new LinkedHashSet<>();
                    revisions.put(row.id(), named);
                    bytes += row.bytes() - (long) row.revisions().size() * ChangedDocument.REVISION_BYTES;
                }
                named.add(revision);
                bytes += ChangedDocument.REVISION_BYTES;
            }
        }
        bring(revisions);
    }

    private void bring(Map<String, Set<Revision>> revisions) throws InterruptedException {
        long checked = revisions.values().stream().mapToLong(Set::size).sum();
        long found = revisions.isEmpty() ? 0 : findMissing(revisions);
        withStubs = true;
        takenOf = "";
        fetchAll();
        withStubs = false;
        outstanding.putAll(whole);
        whole.clear();
        takenOf = "";
        fetchAll();
        report.add(Statistics.checked(checked, found));
    }

    private long findMissing(Map<String, Set<Revision>> revisions) throws InterruptedException {
        long found = 0;
        for (RevsDiff diff : retries.call(() -> target.missing(revisions))) {
            // A target that asks for more than it was asked about does not get it.
            Set<Revision> asked = revisions.getOrDefault(diff.id(), Set.of());
            List<Revision> missing =
                    diff.missing().stream().filter(asked::contains).toList();
            if (!missing.isEmpty()) {
                found += missing.size();
                outstanding.put(diff.id(), new RevsDiff(diff.id(), missing, diff.newestAncestors()));
            }
        }
        return found;
    }

    private void fetchAll() throws InterruptedException {
        Retries.Series attempts = retries.series();
        while (!outstanding.isEmpty()) {
            current = "";
            List<RevsDiff> wanted = List.copyOf(outstanding.values());
            try (FetchedRevisions answers = source.fetch(wanted)) {
                byBulkGet = answers.byBulkGet();
                if (byBulkGet) {
                    report.add(Statistics.bulkGet(count(wanted), 0));
                }
                for (var answer = answers.next(); answer.isPresent(); answer = answers.next()) {
                    if (take(answer.get())) {
                        attempts.succeeded();
                    }
                }
                outstanding.remove(current);
                if (!outstanding.isEmpty()) {
                    throw new PeerException.Passing(source.address() + " answered nothing about document '"
                            + outstanding.keySet().iterator().next() + "', which it was asked for");
                }
            } catch (PeerException.Passing e) {
                attempts.failed(e);
            }
        }
        flush();
    }

    private static long count(List<RevsDiff> wanted) {
        return wanted.stream().mapToLong(diff -> diff.missing().size()).sum();
    }

    /** Whether it brought something that was not there: a peer may give the same again and then break off, for ever. */
    private boolean take(FetchedRevision answer) throws InterruptedException {
        boolean brought = false;
        if (!answer.id().equals(current)) {
            brought = outstanding.remove(current) != null;
            current = answer.id();
        }
        if (!answer.id().equals(takenOf)) {
            taken.clear();
            goneNow.clear();
            takenOf = answer.id();
        }
        switch (answer) {
            case FetchedRevision.Missing missing -> {
                if (goneNow.add(missing.revision())) {
                    report.add(Statistics.gone(1));
                    report.missing(missing);
                }
            }
            case FetchedRevision.Document document -> {
                if (byBulkGet) {
                    report.add(Statistics.bulkGet(0, 1));
                }
                if (!taken.contains(document.revision())) {
                    take(document);
                    taken.add(document.revision());
                    brought = true;
                }
            }
        }
        return brought;
    }

    private void take(FetchedRevision.Document document) throws InterruptedException {
        long following = document.following().stream()
                .mapToLong(FetchedRevision.Following::bytes)
                .sum();
        if (document.following().isEmpty()) {
            chunk.add(document);
            chunkBytes += document.json().length;
            report.add(Statistics.read(1, document.json().length));
            if (chunkBytes >= CHUNK_BYTES || chunk.size() >= chunkDocuments) {
                flush();
            }
            return;
        }
        Optional<WriteFailure> failure;
        try {
            failure = target.writeWithAttachments(document);
        } catch (PeerException.Passing e) {
            // The target cannot know by whose fault bytes did not come.
            throw new PeerException.Passing(
                    e.getMessage() + " (it came from " + source.address() + ")", e, e.retryAfter());
        }
        report.add(Statistics.read(1, document.json().length + following));
        written(List.of(document), failure.map(List::of).orElse(List.of()));
    }

    private void flush() throws InterruptedException {
        if (chunk.isEmpty()) {
            return;
        }
        List<FetchedRevision.Document> sent = List.copyOf(chunk);
        List<WriteFailure> failures = retries.call(() -> target.write(sent));
        written(sent, failures);
        chunk.clear();
        chunkBytes = 0;
    }

    private void written(List<FetchedRevision.Document> documents, List<WriteFailure> failures) {
        int refused = 0;
        for (WriteFailure failure : failures) {
            if (withStubs && failure.error().equals("missing_stub")) {
                again(documents, failure.id());
            } else {
                report.refused(failure);
                refused++;
            }
        }
        report.add(Statistics.written(documents.size() - failures.size(), refused));
    }

    private void again(List<FetchedRevision.Document> documents, String id) {
        List<Revision> revisions = new ArrayList<>();
        for (FetchedRevision.Document document : documents) {
            if (document.id().equals(id)) {
                revisions.add(document.revision());
            }
        }
        whole.merge(id, new RevsDiff(id, revisions, List.of()), (some, more) -> {
            List<Revision> both = new ArrayList<>(some.missing());
            more.missing().stream().filter(revision -> !both.contains(revision)).forEach(both::add);
            return new RevsDiff(id, both, List.of());
        });
    }
}
