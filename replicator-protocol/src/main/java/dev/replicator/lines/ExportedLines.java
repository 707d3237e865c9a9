package dev.replicator.lines;

import dev.replicator.error.CouchError;
import dev.replicator.local.RevsDiff;
import dev.replicator.replication.ChangesPage;
import dev.replicator.replication.ChangesRequest;
import dev.replicator.replication.FetchedRevision;
import dev.replicator.replication.FetchedRevisions;
import dev.replicator.replication.Peer;
import dev.replicator.replication.PeerException;
import dev.replicator.replication.PeerInfo;
import dev.replicator.replication.WriteFailure;
import dev.replicator.revision.Revision;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The target of a replication whose revisions become lines. It lacks whatever it is asked about, and takes no
 * checkpoints: a replication to it goes without. A line is whole, or not there.
 *
 * <p>Thread-safe; the order of the lines is that in which they come.
 */
public final class ExportedLines implements Peer {
    private final OutputStream out;
    private final boolean winners;
    private final Path folder;
    private long lines;

    /**
     * @param out not closed
     * @param winners whether what comes are winners: then histories are left out, and deleted documents
     * @param folder where attachments wait until their revision is whole
     */
    public ExportedLines(OutputStream out, boolean winners, Path folder) {
        this.out = out;
        this.winners = winners;
        this.folder = folder;
    }

    /** How many lines were written. */
    public synchronized long lines() {
        return lines;
    }

    @Override
    public String address() {
        return "the export";
    }

    @Override
    public PeerInfo info() {
        return new PeerInfo("0");
    }

    @Override
    public void create() {
        // It is there.
    }

    @Override
    public Optional<byte[]> local(String id) {
        return Optional.empty();
    }

    @Override
    public void putLocal(String id, byte[] json) {
        throw new UnsupportedOperationException("an export has no local documents");
    }

    @Override
    public ChangesPage changes(ChangesRequest request) {
        throw new UnsupportedOperationException("an export is written, not read");
    }

    @Override
    public List<RevsDiff> missing(Map<String, ? extends Collection<Revision>> revisions) {
        List<RevsDiff> all = new ArrayList<>();
        revisions.forEach((id, named) -> all.add(new RevsDiff(id, List.copyOf(named), List.of())));
        return all;
    }

    @Override
    public FetchedRevisions fetch(List<RevsDiff> wanted) {
        throw new UnsupportedOperationException("an export is written, not read");
    }

    @Override
    public List<WriteFailure> write(List<FetchedRevision.Document> revisions) {
        for (FetchedRevision.Document revision : revisions) {
            line(revision);
        }
        return List.of();
    }

    @Override
    public Optional<WriteFailure> writeWithAttachments(FetchedRevision.Document revision) {
        line(revision);
        return Optional.empty();
    }

    private void line(FetchedRevision.Document revision) {
        RevisionLine line = new RevisionLine(revision, winners);
        if (winners && line.isDeleted()) {
            return;
        }
        try (Spool spool = new Spool(folder)) {
            line.write(spool);
            spool.write('\n');
            synchronized (this) {
                InputStream whole = spool.read(0, spool.length());
                whole.transferTo(out);
                lines++;
            }
        } catch (IOException e) {
            throw unwritten(e);
        }
    }

    @Override
    public synchronized void ensureFullCommit() {
        try {
            out.flush();
        } catch (IOException e) {
            throw unwritten(e);
        }
    }

    private static PeerException.Refused unwritten(IOException problem) {
        return new PeerException.Refused(
                "writing the export", new CouchError(500, "write_failed", String.valueOf(problem.getMessage())));
    }

    /** Nothing is held. */
    @Override
    public void close() {
        // The stream is the caller's.
    }
}
