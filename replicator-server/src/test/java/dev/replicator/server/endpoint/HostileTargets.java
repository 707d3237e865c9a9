package dev.replicator.server.endpoint;

import static dev.replicator.server.endpoint.HostileRow.begin;
import static dev.replicator.server.endpoint.HostileRow.changed;
import static dev.replicator.server.endpoint.HostileRow.forever;
import static dev.replicator.server.endpoint.HostileRow.harmless;
import static dev.replicator.server.endpoint.HostileRow.instead;
import static dev.replicator.server.endpoint.HostileRow.on;
import static dev.replicator.server.endpoint.HostileRow.raw;
import static dev.replicator.server.endpoint.HostileRow.slow;

import dev.replicator.server.endpoint.HostileProxy.Reply;
import java.io.IOException;
import java.net.Socket;
import java.util.List;
import java.util.stream.Stream;

/** What targets do to those who replicate to them. */
final class HostileTargets {
    private static final String DIFF = "POST /[^/]*/_revs_diff";
    private static final String BULK = "POST /[^/]*/_bulk_docs";
    private static final String ATTACHED = "PUT /[^/]*/attached.*";
    private static final String CHECKPOINT = "PUT /[^/]*/_local/.*";
    private static final String NO = "{\"error\":\"unauthorized\",\"reason\":\"Go.\"}";
    private static final String GIBBERISH = "the answer makes no sense";

    private HostileTargets() {}

    static Stream<HostileRow> rows() {
        return Stream.of(differences(), writes(), checkpoints()).flatMap(List::stream);
    }

    private static List<HostileRow> differences() {
        return List.of(
                new HostileRow("no JSON", GIBBERISH, on(DIFF, instead(Reply.json(200, "nothing")))),
                new HostileRow("a list", GIBBERISH, on(DIFF, instead(Reply.json(200, "[]")))),
                new HostileRow(
                        "revisions that are none",
                        GIBBERISH,
                        on(DIFF, instead(Reply.json(200, "{\"doc0\":{\"missing\":[\"x\"]}}")))),
                new HostileRow(
                        "revisions that are numbers",
                        GIBBERISH,
                        on(DIFF, instead(Reply.json(200, "{\"doc0\":{\"missing\":[1]}}")))),
                new HostileRow("cut off", GIBBERISH, on(DIFF, changed(text -> text.substring(0, text.length() / 2)))),
                new HostileRow("a page", "text/html, not JSON", on(DIFF, instead(Reply.html(200)))),
                slow("an endless list", "longer than the 268435456 bytes|makes no sense", on(DIFF, raw(out -> {
                    begin(out, "application/json", "{\"doc0\":{\"missing\":[\"1-a\"");
                    forever(out, ",\"1-a\"".repeat(10_000), 0);
                }))),
                slow("differences in drops", "bytes of the answer came", on(DIFF, raw(out -> {
                    begin(out, "application/json", "");
                    forever(out, " ", 100);
                }))),
                harmless(
                        "more than was asked",
                        on(
                                DIFF,
                                changed(text -> text.replaceFirst("\\{", "{\"ghost\":{\"missing\":[\"1-a\"]},")
                                        .replace("\"missing\":[", "\"missing\":[\"7-never\",")))),
                harmless(
                        "ancestors that it lacks",
                        on(
                                DIFF,
                                changed(text -> text.replace(
                                        "\"missing\"",
                                        "\"possible_ancestors\":[\"1-" + "f".repeat(32) + "\"],\"missing\"")))));
    }

    private static List<HostileRow> writes() {
        return List.of(
                new HostileRow("500", "500 internal", on(BULK, instead(Reply.json(500, "{\"error\":\"internal\"}")))),
                new HostileRow("401 for documents", "401 unauthorized", on(BULK, instead(Reply.json(401, NO)))),
                new HostileRow("no list", GIBBERISH, on(BULK, instead(Reply.json(201, "{}")))),
                new HostileRow("no rows but numbers", GIBBERISH, on(BULK, instead(Reply.json(201, "[1]")))),
                new HostileRow(
                        "an error of a document not sent",
                        "ghost, which was not sent",
                        on(
                                BULK,
                                instead(Reply.json(
                                        201, "[{\"id\":\"ghost\",\"error\":\"forbidden\",\"reason\":\"\"}]")))),
                new HostileRow(
                        "an error of a document with a long id",
                        "gggg",
                        on(
                                BULK,
                                instead(Reply.json(
                                        201, "[{\"id\":\"" + "g".repeat(1 << 20) + "\",\"error\":\"forbidden\"}]")))),
                new HostileRow(
                        "more rows than documents",
                        "more rows than",
                        on(BULK, instead(Reply.json(201, "[" + "{\"ok\":true},".repeat(99) + "{\"ok\":true}]")))),
                new HostileRow(
                        "an error that passes",
                        "timeout",
                        on(
                                BULK,
                                instead(Reply.json(201, "[{\"id\":\"doc0\",\"error\":\"timeout\",\"reason\":\"\"}]")))),
                new HostileRow("rows cut off", GIBBERISH, on(BULK, instead(Reply.json(201, "[{\"id\":\"doc0\"")))),
                new HostileRow("a page for rows", "text/html, not JSON", on(BULK, instead(Reply.html(200)))),
                new HostileRow(
                        "500 for attachments",
                        "500 internal",
                        on(ATTACHED, instead(Reply.json(500, "{\"error\":\"internal\"}")))),
                new HostileRow("a page for attachments", "text/html, not JSON", on(ATTACHED, instead(Reply.html(200)))),
                new HostileRow("401 from there on", "401 unauthorized", new Closing()),
                slow("no answer to attachments", "no answer came", on(ATTACHED, (_, _, _) -> Thread.sleep(10_000))));
    }

    /** Takes the credentials until there are attachments, and then no more. */
    private static final class Closing implements HostileProxy.Fault {
        private volatile boolean closed;

        @Override
        public void play(HostileProxy.Request request, HostileProxy.Honest honest, Socket to)
                throws IOException, InterruptedException {
            closed |= request.target().contains("/attached");
            (closed ? instead(Reply.json(401, NO)) : HostileProxy.NONE).play(request, honest, to);
        }
    }

    private static List<HostileRow> checkpoints() {
        return List.of(
                harmless(
                        "not kept",
                        on(CHECKPOINT, instead(Reply.json(201, "{\"ok\":true,\"id\":\"_local/x\",\"rev\":\"0-1\"}")))),
                new HostileRow(
                        "403",
                        "403 forbidden",
                        on(CHECKPOINT, instead(Reply.json(403, "{\"error\":\"forbidden\",\"reason\":\"\"}")))),
                new HostileRow(
                        "conflicts without end",
                        "409 conflict",
                        on(CHECKPOINT, instead(Reply.json(409, "{\"error\":\"conflict\",\"reason\":\"\"}")))),
                new HostileRow(
                        "503 for commits", "503", on("POST .*/_ensure_full_commit", instead(Reply.json(503, "{}")))),
                harmless(
                        "garbage",
                        on(
                                "GET .*/_local/.*",
                                instead(Reply.json(
                                        200, "{\"history\":[{\"session_id\":[1]},{\"recorded_seq\":{}},7]}")))),
                harmless(
                        "a checkpoint at nothing",
                        on(
                                "GET .*/_local/.*",
                                instead(Reply.json(
                                        200, "{\"history\":[{\"session_id\":\"x\",\"recorded_seq\":null}]}")))));
    }
}
