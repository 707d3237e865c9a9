package dev.replicator.conformance.durability;

import dev.replicator.conformance.http.Answer;
import java.io.UncheckedIOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import tools.jackson.databind.JsonNode;

/**
 * Writes in every way there is to things of its own, and notes in the book what is sent and what is acknowledged. Goes
 * on until the server is gone or it is told to stop. Used by one thread.
 */
final class Scribe implements Runnable {
    static final String DATABASE = "notes";

    private static final int DOCUMENTS = 40;
    private static final int FEW = 3;
    private static final int MOST_IN_BULK = 6;
    private static final int HASH_BYTES = 16;
    private static final String CONFIGURED = "_node/_local/_config/uuids/max_count";

    private final String name;
    private final Book book;
    private final URI url;
    private final SplittableRandom random;
    private volatile boolean stopped;

    /** @param name no other writer of the book has it at the same time */
    Scribe(String name, Book book, URI url, SplittableRandom random) {
        this.name = name;
        this.book = book;
        this.url = url;
        this.random = random;
    }

    @Override
    public void run() {
        try (Server server = new Server(url)) {
            while (!stopped) {
                write(server);
            }
        } catch (UncheckedIOException gone) {
            // As it was meant to be.
        } catch (FailedWrite failed) {
            // What came of it shows after the start.
        }
    }

    /** Ends it after the request under way. */
    void stop() {
        stopped = true;
    }

    /** The server could not say whether it is written. */
    private static final class FailedWrite extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    private void write(Server server) {
        switch (random.nextInt(20)) {
            case 0, 1, 2, 3 -> edit(server, false);
            case 4, 5 -> edit(server, true);
            case 6, 7, 8 -> bulk(server);
            case 9, 10 -> branch(server);
            case 11, 12 -> attach(server);
            case 13 -> purge(server);
            case 14, 15 -> value(server, DATABASE + "/_local/" + name + random.nextInt(FEW));
            case 16 -> value(server, name + "/_security");
            case 17 -> user(server);
            case 18 -> database(server);
            default -> seldom(server);
        }
    }

    private String path() {
        return DATABASE + "/" + name + "-" + random.nextInt(DOCUMENTS);
    }

    private static Optional<Leaf> winner(List<Leaf> leaves) {
        return leaves.stream().filter(leaf -> !leaf.deleted()).findAny();
    }

    /** What a document has once a leaf was added, upon a former one or beside all. */
    private static List<Leaf> with(List<Leaf> leaves, Optional<Leaf> former, Leaf added) {
        List<Leaf> after = new ArrayList<>(leaves);
        former.ifPresent(after::remove);
        after.add(added);
        return after;
    }

    /** The leaf that an edit makes: upon any live leaf, or upon a tombstone, or the first. */
    private static Leaf next(Optional<Leaf> former, long number, boolean deleted) {
        int generation = former.map(leaf -> leaf.generation() + 1).orElse(1);
        return new Leaf(generation, number, 0, deleted, Optional.empty());
    }

    private static String body(String path, Leaf leaf, Optional<String> revision) {
        return "{\"_id\":\"" + path.substring(path.indexOf('/') + 1) + "\","
                + revision.map(rev -> "\"_rev\":\"" + rev + "\",").orElse("")
                + (leaf.deleted() ? "\"_deleted\":true," : "")
                + "\"filling\":\"" + "f".repeat((int) (leaf.number() % 3000)) + "\",\"n\":" + leaf.number() + "}";
    }

    private void edit(Server server, boolean deleting) {
        String path = path();
        List<Leaf> before = book.document(path);
        Optional<Leaf> former = former(before);
        Leaf leaf = next(former, book.number(), deleting && former.isPresent());
        book.sending(path, with(before, former, leaf));
        answered(path, server.ask("PUT", path, body(path, leaf, former.flatMap(Leaf::revision))), before, former, leaf);
    }

    /** What an edit goes upon: a live leaf, else the only tombstone; of several a new document cannot tell which. */
    private static Optional<Leaf> former(List<Leaf> leaves) {
        Optional<Leaf> live = winner(leaves);
        return live.isPresent() ? live : leaves.stream().findFirst();
    }

    private void answered(String path, Answer answer, List<Leaf> before, Optional<Leaf> former, Leaf leaf) {
        requireKnown(answer);
        if (!answer.isSuccess()) {
            throw new AssertionError(path + ": " + answer.status() + " " + answer.text());
        }
        book.written(path, with(before, former, revised(leaf, Server.json(answer))));
    }

    private static Leaf revised(Leaf leaf, JsonNode row) {
        Optional<String> revision = Optional.of(row.path("rev").asString());
        return new Leaf(leaf.generation(), leaf.number(), leaf.attachment(), leaf.deleted(), revision);
    }

    private static void requireKnown(Answer answer) {
        if (answer.status() >= 500) {
            throw new FailedWrite();
        }
    }

    private void bulk(Server server) {
        int first = random.nextInt(DOCUMENTS - MOST_IN_BULK);
        int count = random.nextInt(1, MOST_IN_BULK + 1);
        List<String> bodies = new ArrayList<>();
        List<Leaf> leaves = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            String path = DATABASE + "/" + name + "-" + (first + i);
            List<Leaf> before = book.document(path);
            Optional<Leaf> former = former(before);
            Leaf leaf = next(former, book.number(), former.isPresent() && random.nextInt(4) == 0);
            book.sending(path, with(before, former, leaf));
            bodies.add(body(path, leaf, former.flatMap(Leaf::revision)));
            leaves.add(leaf);
        }
        Answer answer = server.ask("POST", DATABASE + "/_bulk_docs", "{\"docs\":[" + String.join(",", bodies) + "]}");
        requireKnown(answer);
        JsonNode rows = Server.json(answer);
        for (int i = 0; i < count; i++) {
            String path = DATABASE + "/" + name + "-" + (first + i);
            if (!rows.path(i).path("ok").asBoolean(false)) {
                throw new AssertionError(path + ": " + rows);
            }
            List<Leaf> before = book.document(path);
            book.written(path, with(before, former(before), revised(leaves.get(i), rows.path(i))));
        }
    }

    /** A conflict, as somebody who was offline brings it. */
    private void branch(Server server) {
        String path = path();
        List<Leaf> before = book.document(path);
        byte[] hash = new byte[HASH_BYTES];
        random.nextBytes(hash);
        int generation = random.nextInt(1, 6);
        String revision = generation + "-" + HexFormat.of().formatHex(hash);
        Leaf leaf = new Leaf(generation, book.number(), 0, random.nextInt(5) == 0, Optional.of(revision));
        book.sending(path, with(before, Optional.empty(), leaf));
        Answer answer = server.ask(
                "POST",
                DATABASE + "/_bulk_docs",
                "{\"new_edits\":false,\"docs\":[" + body(path, leaf, Optional.of(revision)) + "]}");
        requireKnown(answer);
        book.written(path, with(before, Optional.empty(), leaf));
    }

    private void attach(Server server) {
        String path = path();
        List<Leaf> before = book.document(path);
        Optional<Leaf> former = winner(before);
        if (former.isEmpty()) {
            edit(server, false);
            return;
        }
        Leaf leaf =
                new Leaf(former.get().generation() + 1, former.get().number(), book.number(), false, Optional.empty());
        book.sending(path, with(before, former, leaf));
        String target = path + "/file?rev=" + former.get().revision().orElseThrow();
        answered(path, server.ask("PUT", target, Leaf.attached(leaf.attachment())), before, former, leaf);
    }

    private void purge(Server server) {
        String path = path();
        List<Leaf> before = book.document(path);
        if (before.isEmpty()) {
            return;
        }
        boolean all = random.nextBoolean();
        List<Leaf> after = all ? List.of() : before.subList(1, before.size());
        List<String> revisions = before.stream()
                .limit(all ? before.size() : 1)
                .map(leaf -> "\"" + leaf.revision().orElseThrow() + "\"")
                .toList();
        book.sending(path, after);
        String id = path.substring(path.indexOf('/') + 1);
        requireKnown(
                server.ask("POST", DATABASE + "/_purge", "{\"" + id + "\":[" + String.join(",", revisions) + "]}"));
        book.written(path, after);
    }

    /** Something without revisions that matter, whose number is found in it. */
    private void value(Server server, String path) {
        long number = book.number();
        String json;
        if (path.endsWith("/_security")) {
            if (book.value(name).isEmpty()) {
                return;
            }
            json = "{\"members\":{\"roles\":[\"n%d\"]}}".formatted(number);
        } else {
            Answer now = server.ask("GET", path, "");
            String revision = now.isSuccess() ? "\"_rev\":" + Server.json(now).path("_rev") + "," : "";
            json = "{" + revision + "\"n\":" + number + "}";
        }
        put(server, path, json, Long.toString(number));
    }

    private void put(Server server, String path, String json, String value) {
        book.sendingValue(path, value);
        Answer answer = server.ask(json.isEmpty() ? "DELETE" : "PUT", path, json);
        requireKnown(answer);
        if (!answer.isSuccess()) {
            throw new AssertionError(path + ": " + answer.status() + " " + answer.text());
        }
        book.writtenValue(path, value);
    }

    private void user(Server server) {
        String user = name + "-user" + random.nextInt(FEW);
        String path = "_users/org.couchdb.user:" + user;
        Answer now = server.ask("GET", path, "");
        String revision = now.isSuccess() ? "\"_rev\":" + Server.json(now).path("_rev") + "," : "";
        long number = book.number();
        String json = "{" + revision + "\"name\":\"" + user
                + "\",\"type\":\"user\",\"roles\":[],\"password\":\"p\",\"n\":" + number + "}";
        put(server, path, json, Long.toString(number));
    }

    /** A database of its own, made and dropped. */
    private void database(Server server) {
        boolean there = !book.value(name).isEmpty();
        if (there) {
            // What is told of it goes with it.
            book.sendingValue(name + "/_security", "");
            put(server, name, "", "");
            book.writtenValue(name + "/_security", "");
        } else {
            book.sendingValue(name, "there");
            requireKnown(server.ask("PUT", name, "{}"));
            book.writtenValue(name, "there");
        }
    }

    private void seldom(Server server) {
        switch (random.nextInt(3)) {
            case 0 -> requireKnown(server.ask("POST", DATABASE + "/_compact", "{}"));
            case 1 -> {
                if (name.endsWith("0")) {
                    String number = Long.toString(1000 + book.number());
                    put(server, CONFIGURED, "\"" + number + "\"", number);
                }
            }
            default -> {
                if (name.endsWith("0")) {
                    String number = Long.toString(1000 + book.number());
                    put(server, DATABASE + "/_revs_limit", number, number);
                }
            }
        }
    }
}
