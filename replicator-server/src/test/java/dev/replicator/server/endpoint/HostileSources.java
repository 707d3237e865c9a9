package dev.replicator.server.endpoint;

import static dev.replicator.server.endpoint.HostileRow.begin;
import static dev.replicator.server.endpoint.HostileRow.changed;
import static dev.replicator.server.endpoint.HostileRow.forever;
import static dev.replicator.server.endpoint.HostileRow.instead;
import static dev.replicator.server.endpoint.HostileRow.on;
import static dev.replicator.server.endpoint.HostileRow.raw;
import static dev.replicator.server.endpoint.HostileRow.slow;
import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.replicator.server.endpoint.HostileProxy.Fault;
import dev.replicator.server.endpoint.HostileProxy.Reply;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;

/** What sources do to those who replicate from them. */
final class HostileSources {
    private static final String DATABASE = "GET /honest/";
    private static final String CHANGES = "GET /honest/_changes.*";
    private static final String BULK_GET = "POST /honest/_bulk_get.*";
    private static final String MIXED = "multipart/mixed; boundary=o";
    private static final String BUSY = "{\"error\":\"busy\",\"reason\":\"Later.\"}";
    private static final String GIBBERISH = "the answer makes no sense";

    private HostileSources() {}

    static Stream<HostileRow> rows() {
        return Stream.of(heads(), bodies(), changes(), documents(), attachments())
                .flatMap(List::stream);
    }

    private static List<HostileRow> heads() {
        return List.of(
                new HostileRow("500", "500 busy: Later", on(DATABASE, instead(Reply.json(500, BUSY)))),
                new HostileRow(
                        "503 for an hour",
                        "503 busy",
                        on(BULK_GET, instead(Reply.json(503, BUSY, "Retry-After: 3600")))),
                new HostileRow("429", "429 busy", on(CHANGES, instead(Reply.json(429, BUSY, "Retry-After: 1")))),
                new HostileRow(
                        "401 in the middle",
                        "401 unauthorized",
                        on(BULK_GET, instead(Reply.json(401, "{\"error\":\"unauthorized\",\"reason\":\"Go.\"}")))),
                new HostileRow("a page to log in", "text/html, not JSON", on(DATABASE, instead(Reply.html(200)))),
                new HostileRow(
                        "a page for documents",
                        "text/html, neither multipart nor JSON",
                        on("(POST|GET) /honest/(_bulk_get|[^_]).*", instead(Reply.html(200)))),
                new HostileRow(
                        "a redirect in a circle",
                        "redirects more than 3 times",
                        on(DATABASE, instead(Reply.html(302, "Location: /honest/")))),
                new HostileRow(
                        "a redirect elsewhere",
                        "redirects to another server, http://127.0.0.2:1,",
                        on(DATABASE, instead(Reply.html(302, "Location: http://secret:secret@127.0.0.2:1/honest/")))),
                new HostileRow(
                        "a redirect of a POST",
                        "followed for a GET alone",
                        on(BULK_GET, instead(Reply.html(307, "Location: /honest/_bulk_get")))),
                new HostileRow("a redirect nowhere", "redirects", on(DATABASE, instead(Reply.html(302)))),
                new HostileRow("reset in the head", "reset|broken|EOF|status line", on(DATABASE, (_, _, to) -> {
                    to.getOutputStream().write("HTTP/1.1 200 O".getBytes(ISO_8859_1));
                    to.setSoLinger(true, 0);
                })),
                new HostileRow("no answer", "header|EOF|closed", on(DATABASE, (_, _, _) -> {})),
                new HostileRow(
                        "another protocol",
                        "Invalid|status",
                        on(DATABASE, raw(out -> out.write("SSH-2.0-OpenSSH_9.9\r\n".getBytes(ISO_8859_1))))),
                slow("an endless head", "Header size", on(DATABASE, raw(out -> {
                    out.write("HTTP/1.1 200 OK\r\n".getBytes(ISO_8859_1));
                    forever(out, "Set-Cookie: AuthSession=" + "x".repeat(1000) + "\r\n", 0);
                }))),
                slow("a head in drops", "no answer came for", on(DATABASE, raw(out -> forever(out, "H", 100)))));
    }

    private static List<HostileRow> bodies() {
        return List.of(
                new HostileRow("a length too large", "broke off|EOF|closed", on(CHANGES, (_, honest, to) -> {
                    Reply reply = honest.reply();
                    to.getOutputStream()
                            .write(reply.head(reply.body().length + 5).getBytes(ISO_8859_1));
                    to.getOutputStream().write(reply.body());
                })),
                new HostileRow("a length too small", GIBBERISH, on(CHANGES, (_, honest, to) -> {
                    Reply reply = honest.reply();
                    to.getOutputStream()
                            .write(reply.head(reply.body().length - 5).getBytes(ISO_8859_1));
                    to.getOutputStream().write(reply.body());
                })),
                new HostileRow(
                        "documents that break off at their end",
                        "broke off|EOF|closed",
                        on(BULK_GET, (_, honest, to) -> {
                            Reply reply = honest.reply();
                            to.getOutputStream()
                                    .write(reply.head(reply.body().length + 5).getBytes(ISO_8859_1));
                            to.getOutputStream().write(reply.body());
                        })),
                new HostileRow(
                        "documents cut off",
                        "multipart|broke|boundary",
                        on(BULK_GET, changed(text -> text.substring(0, text.length() * 3 / 4)))),
                slow("an endless small answer", "longer than the 16777216 bytes", on(DATABASE, raw(out -> {
                    begin(out, "application/json", "{\"x\":\"");
                    forever(out, "x".repeat(1 << 16), 0);
                }))),
                slow("an endless value", "makes no sense|more than", on(BULK_GET, raw(out -> {
                    begin(out, "application/json", "{\"results\":[{\"id\":\"doc0\",\"docs\":[{\"ok\":{\"x\":\"");
                    forever(out, "x".repeat(1 << 16), 0);
                }))),
                new HostileRow("an endless preamble", "goes on for more than", on(BULK_GET, raw(out -> {
                    begin(out, MIXED, "");
                    forever(out, "x".repeat(1000), 0);
                }))),
                slow("endless white space", "white space", on(BULK_GET, raw(out -> {
                    begin(out, "application/json", "{\"results\":[");
                    forever(out, " ".repeat(1 << 16), 0);
                }))),
                slow("documents in drops", "bytes of the answer came", on(BULK_GET, raw(out -> {
                    begin(out, MIXED, "");
                    forever(out, "-", 100);
                }))),
                new HostileRow(
                        "a gzip bomb",
                        GIBBERISH,
                        on(
                                CHANGES,
                                (_, _, to) -> HostileProxy.send(
                                        to,
                                        new Reply(
                                                200,
                                                List.of("Content-Type: application/json", "Content-Encoding: gzip"),
                                                bomb())))),
                new HostileRow("no UTF-8", GIBBERISH, on(CHANGES, changed(text -> text.replace("doc1", "doc\u00ff")))),
                new HostileRow(
                        "nested a million deep",
                        GIBBERISH,
                        on(CHANGES, changed(_ -> "{\"results\":[],\"last_seq\":" + "[".repeat(1_000_000)))));
    }

    private static byte[] bomb() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
            for (int i = 0; i < 1000; i++) {
                gzip.write(new byte[1 << 16]);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    private static final String ROW = "{\"seq\":1,\"id\":\"ghost\",\"changes\":[{\"rev\":\"1-a\"}]}";

    private static Fault page(String rows, String rest) {
        return on(CHANGES, instead(Reply.json(200, "{\"results\":[" + rows + "]" + rest + "}")));
    }

    /** The first page again and again, its end named in a circle. */
    private static Fault circle(int length) {
        AtomicInteger pages = new AtomicInteger();
        return on(CHANGES, (_, honest, to) -> {
            String last = "\"last_seq\":\"" + pages.getAndIncrement() % length + "-x\"";
            HostileProxy.send(
                    to,
                    honest.reply()
                            .with(text -> text.replaceAll("\"last_seq\":\"[^\"]*\"", last)
                                    .replaceAll("\"pending\":[0-9]+", "\"x\":0")));
        });
    }

    private static List<HostileRow> changes() {
        return List.of(
                new HostileRow("no last_seq", "no last_seq", page(ROW, "")),
                new HostileRow("last_seq null", "no last_seq", page(ROW, ",\"last_seq\":null")),
                new HostileRow("no results", "no results", on(CHANGES, instead(Reply.json(200, "{\"last_seq\":1}")))),
                new HostileRow("seq null", "row 1 lacks", page(ROW.replace("1,", "null,"), ",\"last_seq\":1")),
                new HostileRow(
                        "no changes",
                        "row 1 lacks",
                        page("{\"seq\":1,\"id\":\"a\",\"changes\":[]}", ",\"last_seq\":1")),
                new HostileRow(
                        "a row twice",
                        "row 2 is of a document that had one before",
                        page(ROW + "," + ROW, ",\"last_seq\":1")),
                new HostileRow("endless rows", "more rows than the 10 asked for", on(CHANGES, raw(out -> {
                    begin(out, "application/json", "{\"results\":[");
                    for (int i = 0; true; i++) {
                        out.write((ROW.replace("ghost", "ghost" + i) + ",").getBytes(ISO_8859_1));
                    }
                }))),
                new HostileRow(
                        "an id of 10 MB",
                        "longer than 8192 bytes",
                        page(ROW.replace("ghost", "g".repeat(10 << 20)), ",\"last_seq\":1")),
                new HostileRow("a local document", "_local", page(ROW.replace("ghost", "_local/x"), ",\"last_seq\":1")),
                new HostileRow("an id that is none", "underscore", page(ROW.replace("ghost", "_x"), ",\"last_seq\":1")),
                new HostileRow(
                        "a revision that is none",
                        GIBBERISH,
                        page(ROW.replace("1-a", "x".repeat(1 << 20)), ",\"last_seq\":1")),
                new HostileRow("the first page for ever", "circle", circle(1)),
                new HostileRow("pages in a circle", "circle", circle(3)));
    }

    private static HostileRow documents(String name, String reason, String... documents) {
        StringBuilder body = new StringBuilder("--o");
        for (String document : documents) {
            body.append("\r\nContent-Type: application/json\r\n\r\n")
                    .append(document)
                    .append("\r\n--o");
        }
        Reply reply = new Reply(200, List.of("Content-Type: " + MIXED), (body + "--").getBytes(ISO_8859_1));
        return new HostileRow(name, reason, ofDoc0(instead(reply)));
    }

    /** For the batch that this document is in. */
    private static Fault ofDoc0(Fault fault) {
        return on(BULK_GET, (request, honest, to) -> {
            boolean meant = request.text().contains("\"doc0\"");
            (meant ? fault : HostileProxy.NONE).play(request, honest, to);
        });
    }

    private static final String DOC0 = "{\"_id\":\"doc0\",\"_rev\":\"1-00000000000000000000000000000000\",\"n\":1.0,"
            + "\"_revisions\":{\"start\":1,\"ids\":[\"00000000000000000000000000000000\"]}}";

    private static List<HostileRow> documents() {
        return List.of(
                documents("no documents", "says nothing of document doc0"),
                documents(
                        "another document",
                        "document ghost came, which was not asked for",
                        DOC0.replace("doc0", "ghost")),
                documents(
                        "a local document for another",
                        "_local/x came, which was not asked for",
                        DOC0.replace("doc0", "_local/x")),
                documents("another revision", "was not asked for", DOC0.replace("0000000", "1111111")),
                documents(
                        "a later revision that comes from another",
                        "was not asked for",
                        DOC0.replace("1-000", "2-abc")
                                .replace(
                                        ":1,\"ids\":[\"000", ":2,\"ids\":[\"abc00000000000000000000000000000\",\"111")),
                documents("no history", "_revisions", DOC0.replaceAll(",\"_revisions.*", "}")),
                documents(
                        "the history of another",
                        "_revisions that are not those of its _rev",
                        DOC0.replace(":[\"000", ":[\"111")),
                documents(
                        "a history that begins later",
                        "_revisions that are not those of its _rev",
                        DOC0.replace(":1,\"ids\":[", ":2,\"ids\":[\"abc\",")),
                documents("a history of nothing", GIBBERISH, DOC0.replaceAll("\"ids\":.*", "\"ids\":[]}}")),
                documents("a history that begins nowhere", GIBBERISH, DOC0.replace(":1,\"ids", ":-1,\"ids")),
                documents("no JSON", GIBBERISH, "{{{"),
                documents("too large", "more than 1048576 bytes", DOC0.replace("1.0", "1" + " ".repeat(1 << 21))),
                new HostileRow(
                        "an error that passes",
                        "timeout: slow",
                        ofDoc0(instead(new Reply(
                                200,
                                List.of("Content-Type: " + MIXED),
                                "--o\r\nContent-Type: application/json; error=\"true\"\r\n\r\n{\"id\":\"doc0\",\"error\":\"timeout\",\"reason\":\"slow\"}\r\n--o--"
                                        .getBytes(ISO_8859_1))))),
                new HostileRow(
                        "no boundary",
                        GIBBERISH,
                        on(BULK_GET, instead(new Reply(200, List.of("Content-Type: multipart/mixed"), new byte[9])))),
                new HostileRow(
                        "parts in parts",
                        GIBBERISH + "|multipart",
                        on(
                                BULK_GET,
                                instead(new Reply(
                                        200,
                                        List.of("Content-Type: " + MIXED),
                                        ("--o\r\nContent-Type: multipart/related; boundary=i\r\n\r\n--i\r\nContent-Type: multipart/related; boundary=j\r\n\r\n--j\r\n\r\n"
                                                        + DOC0 + "\r\n--j--\r\n--i--\r\n--o--")
                                                .getBytes(ISO_8859_1))))),
                new HostileRow("one document for ever", "over and over", ofDoc0(raw(out -> {
                    begin(out, MIXED, "--o");
                    forever(out, "\r\nContent-Type: application/json\r\n\r\n" + DOC0 + "\r\n--o", 0);
                }))),
                new HostileRow("one document for ever, as JSON", "over and over", ofDoc0(raw(out -> {
                    begin(out, "application/json", "{\"results\":[{\"docs\":[{\"ok\":" + DOC0 + "}");
                    forever(out, ",{\"ok\":" + DOC0 + "}", 0);
                }))));
    }

    private static List<HostileRow> attachments() {
        String bytes = "B".repeat(9);
        return List.of(
                new HostileRow(
                        "bytes of an attachment changed",
                        "attachment bin.*digest",
                        on(BULK_GET, changed(text -> text.replace(bytes, "BBBBCBBBB")))),
                new HostileRow(
                        "an attachment shorter",
                        "attachment bin",
                        on(BULK_GET, changed(text -> text.replace(bytes, "BBBB")))),
                new HostileRow(
                        "an attachment longer",
                        "attachment bin",
                        on(BULK_GET, changed(text -> text.replace(bytes, bytes + "B")))),
                new HostileRow(
                        "a length that is less",
                        "attachment bin",
                        on(BULK_GET, changed(text -> text.replace("\"length\":9", "\"length\":4")))),
                new HostileRow(
                        "a length that is more",
                        "attachment bin",
                        on(BULK_GET, changed(text -> text.replace("\"length\":9", "\"length\":99")))),
                new HostileRow(
                        "a length of nothing",
                        "attachment bin",
                        on(BULK_GET, changed(text -> text.replace("\"length\":9", "\"length\":0")))),
                new HostileRow(
                        "no length",
                        "without its length",
                        on(BULK_GET, changed(text -> text.replace("\"length\":9", "\"x\":9")))),
                new HostileRow(
                        "another digest",
                        "attachment bin.*digest",
                        on(BULK_GET, changed(text -> text.replaceAll("(a/b\"[^}]*md5-)....", "$1AAAA")))),
                new HostileRow(
                        "attachments exchanged",
                        "attachment",
                        on(BULK_GET, changed(text -> text.replace("filename=\"bin\"", "filename=\"t\"")))));
    }
}
