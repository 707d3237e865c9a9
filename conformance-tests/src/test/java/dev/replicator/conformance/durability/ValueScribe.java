package dev.replicator.conformance.durability;

import dev.replicator.conformance.http.Answer;
import java.util.List;
import java.util.SplittableRandom;

/**
 * What a scribe does to what is no document of the common database: local documents, settings, users, a database of its
 * own. Each is known by a number in it. Used by one thread.
 */
final class ValueScribe {
    private static final int FEW = 3;
    private static final String CONFIGURED = "_node/_local/_config/uuids/max_count";

    private final String name;
    private final Book book;
    private final Server server;
    private final SplittableRandom random;
    private final String security;
    private final String note;

    ValueScribe(String name, Book book, Server server, SplittableRandom random) {
        this.name = name;
        this.book = book;
        this.server = server;
        this.random = random;
        this.security = name + "/_security";
        this.note = name + "/note";
    }

    /** One write, of any kind. */
    void write() {
        switch (random.nextInt(7)) {
            case 0, 1 ->
                document(Scribe.DATABASE + "/_local/" + name + random.nextInt(FEW), "", random.nextInt(4) == 0);
            case 2 -> security();
            case 3 -> user();
            case 4 -> note();
            case 5 -> database();
            default -> seldom();
        }
    }

    /** @param members before its number */
    private void document(String path, String members, boolean deleting) {
        Answer now = server.ask("GET", path, "");
        if (now.isSuccess() && deleting) {
            String revision = Server.json(now).path("_rev").asString();
            send("DELETE", path, path + "?rev=" + revision, "", "");
            return;
        }
        String revision = now.isSuccess() ? "\"_rev\":" + Server.json(now).path("_rev") + "," : "";
        long number = book.number();
        put(path, "{" + revision + members + "\"n\":" + number + "}", number);
    }

    private void put(String path, String json, long number) {
        send("PUT", path, path, json, Long.toString(number));
    }

    private void send(String method, String path, String target, String json, String value) {
        book.sendingValue(path, value);
        Scribe.written(method + " " + target, server.ask(method, target, json));
        book.writtenValue(path, value);
    }

    private boolean hasDatabase() {
        return !book.value(name).isEmpty();
    }

    private void security() {
        if (hasDatabase()) {
            long number = book.number();
            put(security, "{\"members\":{\"roles\":[\"n%d\"]}}".formatted(number), number);
        }
    }

    /** A document in its own database, which goes with that. */
    private void note() {
        if (hasDatabase()) {
            document(note, "", false);
        }
    }

    private void user() {
        String user = name + "-user" + random.nextInt(FEW);
        document(
                "_users/org.couchdb.user:" + user,
                "\"name\":\"" + user + "\",\"type\":\"user\",\"roles\":[],\"password\":\"p\",",
                false);
    }

    /** A database of its own, made and dropped, and made anew under the name. */
    private void database() {
        if (hasDatabase()) {
            List<String> inside = List.of(security, note);
            inside.forEach(path -> book.sendingValue(path, ""));
            send("DELETE", name, name, "", "");
            inside.forEach(path -> book.writtenValue(path, ""));
        } else {
            send("PUT", name, name, "", "there");
        }
    }

    private void seldom() {
        // What there is one of has one writer.
        switch (name.endsWith("0") ? random.nextInt(3) : 0) {
            case 0 -> {
                String target = Scribe.DATABASE + "/_compact";
                Scribe.written(target, server.ask("POST", target, "{}"));
            }
            case 1 -> {
                long number = 1000 + book.number();
                put(CONFIGURED, "\"" + number + "\"", number);
            }
            default -> {
                long number = 1000 + book.number();
                put(Scribe.DATABASE + "/_revs_limit", Long.toString(number), number);
            }
        }
    }
}
