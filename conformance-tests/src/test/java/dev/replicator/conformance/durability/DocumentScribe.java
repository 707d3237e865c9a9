package dev.replicator.conformance.durability;

import dev.replicator.conformance.http.Answer;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import tools.jackson.databind.JsonNode;

/** What a scribe does to documents: edits of all kinds, conflicts, attachments, purges. Used by one thread. */
final class DocumentScribe {
    private static final int DOCUMENTS = 40;
    private static final int MOST_IN_BULK = 6;
    private static final int MOST_GENERATIONS = 6;
    private static final int HASH_BYTES = 16;
    private static final List<Attaching> WAYS = List.of(Attaching.values());

    private final String name;
    private final Book book;
    private final Server server;
    private final SplittableRandom random;

    DocumentScribe(String name, Book book, Server server, SplittableRandom random) {
        this.name = name;
        this.book = book;
        this.server = server;
        this.random = random;
    }

    /** One request, of any kind. */
    void write() {
        String path = path(random.nextInt(DOCUMENTS));
        switch (random.nextInt(14)) {
            case 0, 1, 2, 3 -> put(draft(path, way()));
            case 4 -> put(tombstone(path));
            case 5 -> delete(path);
            case 6, 7, 8 -> bulk();
            case 9, 10 -> branch(path);
            case 11, 12 -> attach(path);
            default -> purge(path);
        }
    }

    private String path(int document) {
        return Scribe.DATABASE + "/" + name + "-" + document;
    }

    private Attaching way() {
        return WAYS.get(random.nextInt(WAYS.size()));
    }

    private static Optional<Leaf> live(List<Leaf> leaves) {
        return leaves.stream().filter(leaf -> !leaf.deleted()).findAny();
    }

    /** What an edit goes upon: a live leaf, else the only tombstone; of several a new document cannot tell which. */
    private static Optional<Leaf> former(List<Leaf> leaves) {
        Optional<Leaf> live = live(leaves);
        return live.isPresent() ? live : leaves.stream().findFirst();
    }

    /** An edit that leaves the document alive. */
    private Draft draft(String path, Attaching wanted) {
        List<Leaf> before = book.document(path);
        Optional<Leaf> former = former(before);
        long kept = former.map(Leaf::attachment).orElse(0L);
        Attaching attaching = wanted == Attaching.STUB && kept == 0 ? Attaching.NONE : wanted;
        long number = book.number();
        long attachment = switch (attaching) {
            case NONE -> 0;
            case STUB -> kept;
            case INLINE, FOLLOWING -> number;
        };
        int generation = former.map(leaf -> leaf.generation() + 1).orElse(1);
        Leaf leaf = new Leaf(generation, number, attachment, false, Optional.empty());
        return new Draft(path, before, former, leaf, attaching);
    }

    /** An edit that leaves a tombstone with a body, where the document is there. */
    private Draft tombstone(String path) {
        Draft draft = draft(path, Attaching.NONE);
        if (draft.former().isEmpty()) {
            return draft;
        }
        Leaf leaf = new Leaf(draft.leaf().generation(), draft.leaf().number(), 0, true, Optional.empty());
        return new Draft(path, draft.before(), draft.former(), leaf, Attaching.NONE);
    }

    private void put(Draft draft) {
        send(draft, "PUT", draft.path(), draft.json());
    }

    private void delete(String path) {
        List<Leaf> before = book.document(path);
        Optional<Leaf> former = live(before);
        if (former.isEmpty()) {
            put(draft(path, Attaching.NONE));
            return;
        }
        Leaf leaf = new Leaf(former.get().generation() + 1, 0, 0, true, Optional.empty());
        String target = path + "?rev=" + former.get().revision().orElseThrow();
        send(new Draft(path, before, former, leaf, Attaching.NONE), "DELETE", target, "");
    }

    /** Puts an attachment alone, upon a document that stays what it is but for that, or to make one. */
    private void attach(String path) {
        List<Leaf> before = book.document(path);
        Optional<Leaf> former = live(before);
        if (former.isEmpty()) {
            put(draft(path, Attaching.FOLLOWING));
            return;
        }
        Leaf upon = former.get();
        Leaf leaf = new Leaf(upon.generation() + 1, upon.number(), book.number(), false, Optional.empty());
        String target = path + "/file?rev=" + upon.revision().orElseThrow();
        send(new Draft(path, before, former, leaf, Attaching.NONE), "PUT", target, Leaf.attached(leaf.attachment()));
    }

    private void send(Draft draft, String method, String target, String body) {
        book.sending(draft.path(), draft.after());
        Answer answer = draft.attaching() == Attaching.FOLLOWING
                ? server.ask(method, target, Draft.MULTIPART, draft.multipart(body))
                : server.ask(method, target, body);
        book.written(draft.path(), draft.after(Server.json(Scribe.written(method + " " + target, answer))));
    }

    private void bulk() {
        int first = random.nextInt(DOCUMENTS - MOST_IN_BULK);
        int count = random.nextInt(1, MOST_IN_BULK + 1);
        List<Draft> drafts = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            String path = path(first + i);
            Attaching way = way();
            Draft draft = random.nextInt(4) == 0
                    ? tombstone(path)
                    : draft(path, way == Attaching.FOLLOWING ? Attaching.NONE : way);
            book.sending(path, draft.after());
            drafts.add(draft);
        }
        String target = Scribe.DATABASE + "/_bulk_docs";
        String docs = String.join(",", drafts.stream().map(Draft::json).toList());
        JsonNode rows = Server.json(Scribe.written(target, server.ask("POST", target, "{\"docs\":[" + docs + "]}")));
        for (int i = 0; i < count; i++) {
            if (!rows.path(i).path("ok").asBoolean(false)) {
                throw new AssertionError(target + ": " + rows);
            }
            book.written(drafts.get(i).path(), drafts.get(i).after(rows.path(i)));
        }
    }

    /** A conflict, as somebody who was offline brings it by replication. */
    private void branch(String path) {
        byte[] hash = new byte[HASH_BYTES];
        random.nextBytes(hash);
        int generation = random.nextInt(1, MOST_GENERATIONS);
        Optional<String> revision =
                Optional.of(generation + "-" + HexFormat.of().formatHex(hash));
        boolean deleted = random.nextInt(5) == 0;
        Attaching way = deleted ? Attaching.NONE : way();
        Attaching attaching = way == Attaching.STUB ? Attaching.NONE : way;
        long number = book.number();
        Leaf leaf = new Leaf(generation, number, attaching == Attaching.NONE ? 0 : number, deleted, revision);
        Draft draft = new Draft(path, book.document(path), Optional.empty(), leaf, attaching);
        String json = draft.json(revision);
        book.sending(path, draft.after());
        if (attaching == Attaching.FOLLOWING) {
            String target = path + "?new_edits=false";
            Scribe.written(target, server.ask("PUT", target, Draft.MULTIPART, draft.multipart(json)));
        } else {
            String target = Scribe.DATABASE + "/_bulk_docs";
            String body = "{\"new_edits\":false,\"docs\":[" + json + "]}";
            JsonNode refused = Server.json(Scribe.written(target, server.ask("POST", target, body)));
            if (!refused.isEmpty()) {
                throw new AssertionError(target + ": " + refused);
            }
        }
        book.written(path, draft.after());
    }

    private void purge(String path) {
        List<Leaf> before = book.document(path);
        if (before.isEmpty()) {
            return;
        }
        int count = random.nextBoolean() ? before.size() : 1;
        List<Leaf> after = before.subList(count, before.size());
        List<String> revisions = before.stream()
                .limit(count)
                .map(leaf -> "\"" + leaf.revision().orElseThrow() + "\"")
                .toList();
        book.sending(path, after);
        String target = Scribe.DATABASE + "/_purge";
        String id = path.substring(path.indexOf('/') + 1);
        String body = "{\"" + id + "\":[" + String.join(",", revisions) + "]}";
        JsonNode purged = Server.json(Scribe.written(target, server.ask("POST", target, body)));
        if (purged.path("purged").path(id).size() != count) {
            throw new AssertionError(target + " " + body + ": " + purged);
        }
        book.written(path, after);
    }
}
