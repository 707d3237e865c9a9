package dev.replicator.conformance.replication;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Edits documents on one member as many users do who know nothing of each other: makes them, changes them, deletes them
 * and makes them again, brings conflicts, resolves some, and attaches files. Used by one thread.
 */
final class MeshWriter {
    private static final int SHARED_DOCUMENTS = 25;
    private static final int MOST_ATTACHED = 60_000;
    private static final int HASH_BYTES = 16;

    private final MeshMember member;
    private final SplittableRandom random;
    private final Acknowledged acknowledged;

    /** What servers said is written, of all writers. Thread-safe. */
    static final class Acknowledged {
        private final Map<String, Set<String>> revisions = new ConcurrentHashMap<>();
        private final AtomicInteger count = new AtomicInteger();
        private final Semaphore edits = new Semaphore(0);

        private void add(String id, String revision) {
            revisions.computeIfAbsent(id, _ -> ConcurrentHashMap.newKeySet()).add(revision);
            count.incrementAndGet();
            edits.release();
        }

        /** Returns after so many more of them. */
        void await(int more) throws InterruptedException {
            edits.acquire(more);
        }

        int count() {
            return count.get();
        }

        /** The body of a {@code _revs_diff} that asks for all of them. */
        String revsDiff() {
            return JsonMapper.shared().writeValueAsString(revisions);
        }
    }

    MeshWriter(MeshMember member, SplittableRandom random, Acknowledged acknowledged) {
        this.member = member;
        this.random = random;
        this.acknowledged = acknowledged;
    }

    /** Edits until so many edits were acknowledged; while its server is down it waits. */
    void write(int edits) throws InterruptedException {
        for (int done = 0; done < edits; ) {
            member.awaitUp();
            try {
                done += edit() ? 1 : 0;
            } catch (IOException killed) {
                // Written or not, nobody knows: it was not acknowledged.
            }
        }
    }

    /** @return whether it was written; somebody else may have been faster */
    private boolean edit() throws IOException {
        String id = "doc" + random.nextInt(SHARED_DOCUMENTS);
        Requests.Answer found = ask("GET", id + "?conflicts=true", "");
        if (found.status() == 404) {
            return written(id, ask("PUT", id, body("")));
        }
        String revision = found.json().path("_rev").asString();
        JsonNode conflicts = found.json().path("_conflicts");
        return switch (random.nextInt(10)) {
            case 0, 1 -> written(id, ask("DELETE", id + "?rev=" + revision, ""));
            case 2, 3 -> conflict(id, revision);
            case 4, 5 -> attach(id, revision);
            case 6 ->
                conflicts.isEmpty()
                        ? written(id, ask("PUT", id, body(revision)))
                        : written(
                                id,
                                ask("DELETE", id + "?rev=" + conflicts.get(0).asString(), ""));
            default -> written(id, ask("PUT", id, body(revision)));
        };
    }

    private Requests.Answer ask(String method, String path, String json) throws IOException {
        return member.requests().ask(method, MeshMember.DATABASE + "/" + path, json);
    }

    /** Attachments that were there go with every other edit. */
    private String body(String revision) {
        String rev = revision.isEmpty() ? "" : "\"_rev\":\"" + revision + "\",";
        return "{" + rev + "\"text\":\"" + "é".repeat(random.nextInt(300)) + "\",\"n\":" + random.nextInt() + "}";
    }

    /** A sibling of the winner, as somebody who was offline brings it. */
    private boolean conflict(String id, String winner) throws IOException {
        int generation = Integer.parseInt(winner.substring(0, winner.indexOf('-')));
        byte[] hash = new byte[HASH_BYTES];
        random.nextBytes(hash);
        String revision = generation + "-" + HexFormat.of().formatHex(hash);
        String docs = "{\"new_edits\":false,\"docs\":[{\"_id\":\"%s\",\"_rev\":\"%s\",\"n\":%d}]}"
                .formatted(id, revision, random.nextInt());
        Requests.Answer answer = ask("POST", "_bulk_docs", docs);
        if (answer.status() != 201 || !answer.json().isEmpty()) {
            throw new AssertionError("a conflict for " + id + ": " + answer);
        }
        acknowledged.add(id, revision);
        return true;
    }

    private boolean attach(String id, String revision) throws IOException {
        boolean text = random.nextBoolean();
        byte[] bytes = new byte[random.nextInt(1, MOST_ATTACHED)];
        if (text) {
            // A server keeps it gzipped, and others get it so.
            bytes = "abc ".repeat(bytes.length / 4 + 1).getBytes(ISO_8859_1);
        } else {
            random.nextBytes(bytes);
        }
        String path = MeshMember.DATABASE + "/" + id + "/file" + random.nextInt(2) + "?rev=" + revision;
        String type = text ? "text/plain" : "application/octet-stream";
        return written(id, member.requests().ask("PUT", path, type, bytes));
    }

    private boolean written(String id, Requests.Answer answer) {
        if (answer.isSuccess()) {
            acknowledged.add(id, answer.json().path("rev").asString());
            return true;
        }
        if (!List.of(404, 409).contains(answer.status())) {
            throw new AssertionError("an edit of " + id + ": " + answer);
        }
        return false;
    }
}
