package dev.replicator.conformance.feeds;

import dev.replicator.conformance.http.Answer;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Edits documents that others edit too, in every way: alone and in bulk, deleting, and with revisions of its own as a
 * replicator does. Conflicts are fine. Used by one thread.
 */
final class FeedWriter implements Callable<Integer> {
    private static final String HEX = "0123456789abcdef";
    private static final int MOST_IN_BULK = 8;
    private static final int MOST_GENERATIONS = 12;

    private final URI server;
    private final String database;
    private final int documents;
    private final int edits;
    private final SplittableRandom random;

    /**
     * @param documents how many there are to edit
     * @param edits how many requests to send
     */
    FeedWriter(URI server, String database, int documents, int edits, long seed) {
        this.server = server;
        this.database = database;
        this.documents = documents;
        this.edits = edits;
        this.random = new SplittableRandom(seed);
    }

    /** Sends the edits. Returns how many requests changed something. */
    @Override
    public Integer call() {
        int done = 0;
        try (Calls calls = new Calls(server)) {
            for (int i = 0; i < edits; i++) {
                Answer answer = edit(calls);
                if (answer.status() >= 400 && answer.status() != 404 && answer.status() != 409) {
                    throw new AssertionError(answer.status() + " " + answer.text());
                }
                done += answer.isSuccess() ? 1 : 0;
            }
        }
        return done;
    }

    private Answer edit(Calls calls) {
        String id = id();
        String path = "/" + database + "/" + id;
        return switch (random.nextInt(6)) {
            case 0, 1 -> calls.ask("PUT", path, "{" + revision(calls, path) + "\"n\":" + random.nextInt() + "}");
            case 2 -> calls.ask("PUT", path, "{" + revision(calls, path) + "\"_deleted\":true}");
            case 3 -> calls.ask("POST", "/" + database + "/_bulk_docs", "{\"docs\":[" + bulk(calls) + "]}");
            default ->
                calls.ask(
                        "POST",
                        "/" + database + "/_bulk_docs",
                        "{\"new_edits\":false,\"docs\":[" + String.join(",", replicated()) + "]}");
        };
    }

    private String id() {
        return "document-" + random.nextInt(documents);
    }

    /** The member that names the winner as it is now; nothing where there is none. */
    private static String revision(Calls calls, String path) {
        Answer now = calls.ask("GET", path, "");
        return now.isSuccess() ? "\"_rev\":" + member(now, "_rev") + "," : "";
    }

    private static String member(Answer answer, String name) {
        JsonNode document = JsonMapper.shared().readTree(answer.text());
        return document.path(name).toString();
    }

    private String bulk(Calls calls) {
        List<String> bodies = new ArrayList<>();
        for (int i = random.nextInt(1, MOST_IN_BULK); i > 0; i--) {
            String id = id();
            String deleted = random.nextInt(4) == 0 ? "\"_deleted\":true," : "";
            bodies.add("{" + revision(calls, "/" + database + "/" + id) + deleted + "\"_id\":\"" + id + "\"}");
        }
        return String.join(",", bodies);
    }

    /** Leaves of branches that begin anywhere; some of them are known by then, or become winners. */
    private List<String> replicated() {
        List<String> leaves = new ArrayList<>();
        for (int i = random.nextInt(1, MOST_IN_BULK); i > 0; i--) {
            String deleted = random.nextInt(4) == 0 ? "\"_deleted\":true," : "";
            String revision = random.nextInt(1, MOST_GENERATIONS) + "-" + digits();
            leaves.add("{" + deleted + "\"_id\":\"" + id() + "\",\"_rev\":\"" + revision + "\"}");
        }
        return leaves;
    }

    private String digits() {
        StringBuilder digits = new StringBuilder();
        for (int i = 0; i < 32; i++) {
            digits.append(HEX.charAt(random.nextInt(HEX.length())));
        }
        return digits.toString();
    }
}
