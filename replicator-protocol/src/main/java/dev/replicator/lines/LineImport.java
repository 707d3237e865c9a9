package dev.replicator.lines;

import dev.replicator.error.CouchException;
import dev.replicator.local.RevsDiff;
import dev.replicator.replication.FetchedRevision;
import dev.replicator.replication.Host;
import dev.replicator.replication.Peer;
import dev.replicator.replication.Retries;
import dev.replicator.replication.WriteFailure;
import dev.replicator.revision.Revision;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Brings lines to a database, each a revision as {@code _bulk_docs} takes it with {@code new_edits=false}. What the
 * database has already is not sent: an import that broke off is simply begun anew.
 *
 * <p>One thread.
 */
public final class LineImport {
    private static final int BATCH_LINES = 500;
    private static final long BATCH_BYTES = 1 << 20;

    private final Peer target;
    private final Retries retries;
    private final Path folder;
    private final Listener listener;

    private final List<ImportedLine> batch = new ArrayList<>();
    private long batchBytes;
    private long written;
    private long known;
    private long problems;

    /** Hears of what happens. */
    public interface Listener {
        /** A line is not in the database: it is ill-formed, or was refused. */
        void problem(long line, String what);

        /** @param bytes that were read so far */
        void read(long bytes);
    }

    /**
     * What came of an import.
     *
     * @param written revisions that the database did not have
     * @param known revisions that it had
     * @param problems lines that the listener was told of
     */
    public record Result(long written, long known, long problems) {}

    /**
     * @param retries how often what fails for a passing reason is repeated
     * @param folder where attachments wait until they are sent
     */
    public LineImport(Peer target, Host host, int retries, Path folder, Listener listener) {
        this.target = target;
        this.retries = new Retries(host, retries);
        this.folder = folder;
        this.listener = listener;
    }

    /**
     * Reads to the end.
     *
     * @param in not closed
     * @throws IOException where it cannot be read
     * @throws dev.replicator.replication.PeerException where the target refuses all
     * @throws dev.replicator.replication.ReplicationException where it failed too often
     */
    public Result run(InputStream in) throws IOException, InterruptedException {
        LineInput lines = new LineInput(in);
        try (Spool spool = new Spool(folder)) {
            while (lines.nextLine()) {
                take(lines, spool);
                spool.clear();
                listener.read(lines.taken());
            }
            flush(spool);
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
        target.ensureFullCommit();
        return new Result(written, known, problems);
    }

    private void take(LineInput lines, Spool spool) throws IOException, InterruptedException {
        ImportedLine line;
        try {
            if (lines.skipBlank()) {
                return;
            }
            line = ImportedLine.read(lines, spool);
        } catch (CouchException e) {
            problem(lines.line(), e.error().reason());
            return;
        }
        if (line.hasAttachments()) {
            send(List.of(line), spool);
            return;
        }
        batch.add(line);
        batchBytes += line.bytes();
        if (batch.size() == BATCH_LINES || batchBytes >= BATCH_BYTES) {
            flush(spool);
        }
    }

    private void problem(long line, String what) {
        problems++;
        listener.problem(line, what);
    }

    private void flush(Spool spool) throws IOException, InterruptedException {
        send(batch, spool);
        batch.clear();
        batchBytes = 0;
    }

    private void send(List<ImportedLine> lines, Spool spool) throws IOException, InterruptedException {
        List<ImportedLine> missing = missing(lines);
        known += lines.size() - missing.size();
        if (missing.isEmpty()) {
            return;
        }
        List<WriteFailure> failures =
                missing.getFirst().hasAttachments() ? sendAttached(missing.getFirst(), spool) : sendAll(missing);
        Map<String, Long> numbers = new HashMap<>();
        for (ImportedLine line : missing) {
            numbers.put(line.id() + " " + line.revision(), line.number());
            // Where the target does not say which revision it means.
            numbers.putIfAbsent(line.id(), line.number());
        }
        for (WriteFailure failure : failures) {
            problem(
                    numbers.getOrDefault(failure.id() + " " + failure.revision(), numbers.get(failure.id())),
                    failure.id() + " " + failure.revision() + " is refused: " + failure.error() + ": "
                            + failure.reason());
        }
        written += missing.size() - failures.size();
    }

    private List<ImportedLine> missing(List<ImportedLine> lines) throws InterruptedException {
        if (lines.isEmpty()) {
            return lines;
        }
        Map<String, Set<Revision>> asked = new LinkedHashMap<>();
        lines.forEach(
                line -> asked.computeIfAbsent(line.id(), _ -> new HashSet<>()).add(line.revision()));
        Map<String, List<Revision>> missing = new HashMap<>();
        for (RevsDiff diff : retries.call(() -> target.missing(asked))) {
            missing.put(diff.id(), diff.missing());
        }
        return lines.stream()
                .filter(line -> missing.getOrDefault(line.id(), List.of()).contains(line.revision()))
                .toList();
    }

    private List<WriteFailure> sendAll(List<ImportedLine> lines) throws InterruptedException {
        List<FetchedRevision.Document> documents = new ArrayList<>();
        lines.forEach(line -> documents.add(line.document()));
        return retries.call(() -> target.write(documents));
    }

    private List<WriteFailure> sendAttached(ImportedLine line, Spool spool) throws InterruptedException {
        Optional<WriteFailure> failure = retries.call(() -> target.writeWithAttachments(line.document(spool)));
        return failure.map(List::of).orElse(List.of());
    }
}
