package dev.replicator.conformance.refusal;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.List;
import java.util.stream.Stream;

/**
 * A request that must be refused.
 *
 * @param status what it is refused with
 * @param path as it is sent, below the database
 * @param contentType null for none
 * @param body each character a byte; null for none
 */
record BadRequest(int status, String method, String path, String contentType, String body) {
    private static final String JSON = "application/json";

    static Stream<BadRequest> all() {
        return Stream.of(
                        notJson(),
                        badDocuments(),
                        badIdsAndRevisions(),
                        badBulk(),
                        badReads(),
                        badSettings(),
                        badTypes(),
                        badMethods(),
                        badAttachments())
                .flatMap(List::stream);
    }

    byte[] bytes() {
        return body.getBytes(ISO_8859_1);
    }

    @Override
    public String toString() {
        String shown = body == null ? "" : " " + body.substring(0, Math.min(body.length(), 60));
        return method + " " + path + shown + " is " + status;
    }

    private static List<BadRequest> notJson() {
        return Stream.of(
                        "",
                        " ",
                        "{",
                        "{bad",
                        "{\"a\":1,}",
                        "{\"a\":1}}",
                        "{\"a\":1} x",
                        "{'a':1}",
                        "{\"a\":01}",
                        "{\"a\":+1}",
                        "{\"a\":.5}",
                        "{\"a\":1.}",
                        "{\"a\":NaN}",
                        "{\"a\":1e999}",
                        "{\"a\":\"\t\"}",
                        "{\"a\":\"\\x\"}",
                        "{\"a\":\"\\ud83d\"}",
                        "{\"a\":\"\\ude00\\ud83d\"}",
                        "{\"a\":\"\u00ff\"}",
                        "{\"a\":\"\u00c0\u0080\"}",
                        "{\"a\":\"\u00ed\u00a0\u0080\"}",
                        "{\"\u00c3\":1}",
                        "nul",
                        "{\"a\":tru}",
                        "{\"a\":" + "[".repeat(20_000) + "]".repeat(20_000) + "}")
                .map(body -> put("/fresh", body))
                .toList();
    }

    private static List<BadRequest> badDocuments() {
        return List.of(
                put("/fresh", "[]"),
                put("/fresh", "\"x\""),
                put("/fresh", "1"),
                put("/fresh", "null"),
                put("/fresh", "{\"_foo\":1}"),
                put("/fresh", "{\"_deleted\":\"yes\"}"),
                put("/fresh", "{\"_attachments\":[]}"),
                put("/fresh", "{\"_revisions\":{\"start\":\"x\",\"ids\":[]}}"),
                post("", "{\"_id\":\"fresh\",\"_foo\":{}}"),
                post("", "[{\"_id\":\"fresh\"}]"));
    }

    private static List<BadRequest> badIdsAndRevisions() {
        return List.of(
                put("/_under", "{}"),
                put("/%ff", "{}"),
                put("/fresh", "{\"_id\":5}"),
                post("", "{\"_id\":\"_under\"}"),
                post("", "{\"_id\":\"\"}"),
                post("", "{\"_id\":5}"),
                post("", "{\"_id\":null}"),
                put("/fresh", "{\"_rev\":1}"),
                put("/fresh", "{\"_rev\":\"nonsense\"}"),
                put("/fresh", "{\"_rev\":\"x-1\"}"),
                put("/fresh", "{\"_rev\":\"-1-abc\"}"),
                put("/fresh?rev=nonsense", "{}"),
                put("/fresh?new_edits=false", "{}"),
                put("/kept?rev=1-a", "{\"_rev\":\"1-b\"}"),
                new BadRequest(409, "PUT", "/kept", JSON, "{}"),
                new BadRequest(409, "PUT", "/kept", JSON, "{\"_rev\":\"7-0123456789abcdef0123456789abcdef\"}"),
                get("/kept?rev=nonsense"),
                get("/kept?open_revs=nonsense"),
                get("/kept?open_revs=[1]"),
                new BadRequest(400, "DELETE", "/kept?rev=nonsense", null, null),
                new BadRequest(409, "DELETE", "/kept", null, null));
    }

    private static List<BadRequest> badBulk() {
        return Stream.of(
                        Stream.of(
                                        "{",
                                        "[]",
                                        "{}",
                                        "{\"docs\":{}}",
                                        "{\"docs\":1}",
                                        "{\"docs\":[1]}",
                                        "{\"docs\":[null]}",
                                        "{\"docs\":[{\"_id\":\"ok\"},{\"_id\":\"bad\",\"_foo\":1}]}",
                                        "{\"docs\":[{\"_id\":\"ok\"},{\"_id\":\"_bad\"}]}",
                                        "{\"docs\":[{\"_id\":\"ok\"},{\"_id\":12}]}",
                                        "{\"docs\":[{\"_id\":\"ok\"},{\"_id\":\"b\",\"_rev\":\"zzz\"}]}",
                                        "{\"docs\":[{\"_id\":\"ok\"}],\"new_edits\":\"x\"}",
                                        "{\"docs\":[{\"_id\":\"ok\"}",
                                        "{\"docs\":[{\"_id\":\"ok\"}]}garbage",
                                        "{\"new_edits\":false,\"docs\":[{\"_id\":\"ok\",\"_rev\":\"1-a\"},{\"_id\":\"norev\"}]}",
                                        "{\"new_edits\":false,\"docs\":[{\"_id\":\"b\",\"_rev\":\"abc\"}]}")
                                .map(body -> post("/_bulk_docs", body)),
                        Stream.of("{", "{}", "[]", "{\"docs\":1}", "{\"docs\":{}}")
                                .map(body -> post("/_bulk_get", body)),
                        Stream.of("{", "[]", "1", "{\"a\":\"x\"}", "{\"a\":{}}", "{\"a\":[\"x\"]}", "{\"a\":[1]}")
                                .map(body -> post("/_revs_diff", body)))
                .flatMap(requests -> requests)
                .toList();
    }

    private static List<BadRequest> badReads() {
        return List.of(
                get("/_changes?since=garbage"),
                get("/_changes?limit=x"),
                get("/_changes?feed=foo"),
                get("/_changes?style=foo"),
                get("/_changes?filter=_doc_ids"),
                get("/_changes?feed=continuous&heartbeat=abc"),
                get("/_changes?feed=longpoll&timeout=abc&since=0"),
                post("/_changes", "{x"),
                post("/_changes?filter=_doc_ids", "{\"doc_ids\":\"a\"}"),
                post("/_changes?filter=_selector", "{}"),
                post("/_changes?filter=_selector", "{\"selector\":{\"n\":{\"$foo\":1}}}"),
                get("/_all_docs?limit=-1"),
                get("/_all_docs?limit=x"),
                get("/_all_docs?skip=x"),
                get("/_all_docs?startkey=abc"),
                post("/_all_docs", "{\"keys\":\"x\"}"),
                post("/_all_docs", "{"),
                post("/_all_docs", "[]"));
    }

    private static List<BadRequest> badSettings() {
        return List.of(
                put("/_security", "[]"),
                put("/_security", "{"),
                put("/_security", "{\"admins\":{\"names\":\"a\"}}"),
                put("/_security", "{\"members\":{\"roles\":[1]}}"),
                put("/_security", "{\"members\":[]}"),
                put("/_revs_limit", "0"),
                put("/_revs_limit", "-5"),
                put("/_revs_limit", "1.5"),
                put("/_revs_limit", "\"abc\""),
                put("/_revs_limit", "{"),
                put("/_local/checkpoint", "[]"),
                put("/_local/checkpoint", "{"));
    }

    private static List<BadRequest> badTypes() {
        return Stream.of(
                        "",
                        "/_bulk_docs",
                        "/_bulk_get",
                        "/_revs_diff",
                        "/_changes",
                        "/_digest",
                        "/_compact",
                        "/_ensure_full_commit")
                .flatMap(path -> Stream.of(null, "text/plain", "application/x-www-form-urlencoded", "application/jsonx")
                        .map(type -> new BadRequest(415, "POST", path, type, "{\"docs\":[{\"_id\":\"typed\"}]}")))
                .toList();
    }

    private static List<BadRequest> badMethods() {
        return List.of(
                new BadRequest(405, "PATCH", "", null, null),
                new BadRequest(405, "FROB", "", null, null),
                new BadRequest(405, "GET", "/_bulk_docs", null, null),
                new BadRequest(405, "GET", "/_bulk_get", null, null),
                new BadRequest(405, "PUT", "/_revs_diff", JSON, "{}"),
                new BadRequest(405, "DELETE", "/_changes", null, null),
                new BadRequest(405, "PUT", "/_all_docs", JSON, "{}"),
                new BadRequest(405, "DELETE", "/_security", null, null),
                new BadRequest(405, "DELETE", "/_revs_limit", null, null),
                new BadRequest(405, "GET", "/_compact", null, null),
                new BadRequest(405, "PATCH", "/kept", null, null),
                new BadRequest(405, "FROB", "/kept", null, null));
    }

    private static List<BadRequest> badAttachments() {
        String start = "{\"_attachments\":{\"x\":";
        return List.of(
                put("/fresh", start + "{\"content_type\":\"text/plain\"}}}"),
                put("/fresh", start + "{\"content_type\":\"text/plain\",\"data\":\"%%%\"}}}"),
                put("/fresh", start + "{\"content_type\":\"text/plain\",\"data\":1}}}"),
                put("/fresh", start + "1}}"),
                put("/fresh", "{\"_attachments\":{\"_x\":{\"content_type\":\"text/plain\",\"data\":\"aGk=\"}}}"),
                new BadRequest(412, "PUT", "/fresh", JSON, start + "{\"stub\":true}}}"),
                new BadRequest(409, "PUT", "/kept/file", "text/plain", "x"),
                new BadRequest(400, "PUT", "/kept/file?rev=nonsense", "text/plain", "x"),
                new BadRequest(404, "GET", "/kept/none", null, null));
    }

    private static BadRequest put(String path, String body) {
        return new BadRequest(400, "PUT", path, JSON, body);
    }

    private static BadRequest post(String path, String body) {
        return new BadRequest(400, "POST", path, JSON, body);
    }

    private static BadRequest get(String path) {
        return new BadRequest(400, "GET", path, null, null);
    }
}
