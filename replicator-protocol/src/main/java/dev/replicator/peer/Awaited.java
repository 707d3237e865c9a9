package dev.replicator.peer;

import dev.replicator.error.CouchError;
import dev.replicator.local.RevsDiff;
import dev.replicator.replication.FetchedRevision;
import dev.replicator.revision.Revision;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Holds what comes against what was asked for: nothing but revisions that were and what succeeded them, documents in
 * their order, each revision once, and no document without an answer. A revision that a document's answers pass over is
 * missing.
 */
final class Awaited {
    private final List<RevsDiff> wanted;
    private final Map<String, Integer> positions = new HashMap<>();

    /** Of the document that is coming; that many are behind it. */
    private int position;

    private boolean answered;
    private final Set<Revision> given = new HashSet<>();

    /** How many answers of that document gave nothing new. */
    private long repeated;

    private final List<Revision> open = new ArrayList<>();

    Awaited(List<RevsDiff> wanted) {
        this.wanted = wanted;
        for (RevsDiff diff : wanted) {
            positions.put(diff.id(), positions.size());
        }
        begin();
    }

    private void begin() {
        answered = false;
        given.clear();
        repeated = 0;
        open.clear();
        if (position < wanted.size()) {
            open.addAll(wanted.get(position).missing());
        }
    }

    /**
     * Takes what came.
     *
     * @return what is to be handed on, in this order; of what came it is the last, if it is there
     * @throws PeerAnswerException where it was not asked for
     */
    List<FetchedRevision> take(Received received) {
        return switch (received) {
            case Received.Found(DocumentHead head, FetchedRevision.Document document) -> found(head, document);
            case Received.Failed failed -> failed(failed);
        };
    }

    private List<FetchedRevision> found(DocumentHead head, FetchedRevision.Document document) {
        List<FetchedRevision> out = moveTo(head.id());
        List<Revision> asked = wanted.get(position).missing();
        if (asked.stream().noneMatch(head.history()::leadsTo)) {
            throw new PeerAnswerException(
                    "revision " + head.revision() + " of document " + head.id() + " came, which was not asked for");
        }
        open.removeIf(head.history()::leadsTo);
        if (given.add(head.revision())) {
            out.add(document);
        } else if (++repeated > (long) asked.size() * given.size()) {
            // Each revision that is asked for may be answered by all that succeeded it.
            throw new PeerAnswerException(
                    "revision " + head.revision() + " of document " + head.id() + " came over and over");
        }
        return out;
    }

    private List<FetchedRevision> failed(Received.Failed failed) {
        List<FetchedRevision> out = moveTo(failed.id().orElse(current()));
        Revision revision = failed.revision().filter(open::contains).orElse(open.isEmpty() ? null : open.getFirst());
        if (revision != null) {
            open.remove(revision);
            out.add(new FetchedRevision.Missing(current(), revision, failed.error()));
        }
        return out;
    }

    private String current() {
        if (position == wanted.size()) {
            throw new PeerAnswerException("it has more than was asked for");
        }
        return wanted.get(position).id();
    }

    /** Goes on to a document: says what is missing of those before. */
    private List<FetchedRevision> moveTo(String id) {
        Integer to = positions.get(id);
        if (to == null) {
            throw new PeerAnswerException("document " + id + " came, which was not asked for");
        }
        if (to < position) {
            throw new PeerAnswerException(
                    "document " + id + " came too late: it was asked for before others that came");
        }
        List<FetchedRevision> out = new ArrayList<>(1);
        while (position < to) {
            pass(out);
        }
        answered = true;
        return out;
    }

    private void pass(List<FetchedRevision> out) {
        if (!answered) {
            throw new PeerAnswerException("it says nothing of document " + current());
        }
        for (Revision revision : open) {
            out.add(new FetchedRevision.Missing(
                    current(), revision, CouchError.notFound("the peer says nothing of this revision")));
        }
        position++;
        begin();
    }

    /** Ends the answer. */
    List<FetchedRevision> end() {
        List<FetchedRevision> out = new ArrayList<>();
        while (position < wanted.size()) {
            pass(out);
        }
        return out;
    }
}
