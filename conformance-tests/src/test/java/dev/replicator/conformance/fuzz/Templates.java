package dev.replicator.conformance.fuzz;

import static dev.replicator.conformance.fuzz.Template.json;
import static dev.replicator.conformance.fuzz.Template.ofServer;
import static dev.replicator.conformance.fuzz.Template.plain;

import java.util.List;

/**
 * A valid request for every endpoint and every form of body, on a database filled by {@link #FILLING}. Endpoints that a
 * server lacks answer 404, which is fine here.
 */
final class Templates {
    /** A revision of the document {@code kept}, and one in conflict with it. */
    private static final String WINNER = "2-bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb";

    private static final String LOSER = "2-aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";

    /** Puts into a new database what the templates name. */
    static final List<Template> FILLING = List.of(
            json("PUT", "", ""),
            json(
                    "POST",
                    "/_bulk_docs",
                    "{\"new_edits\":false,\"docs\":["
                            + leaf(
                                    "kept",
                                    2,
                                    'b',
                                    "\"n\":1,\"s\":\"ü\",\"_attachments\":{\"file.txt\":"
                                            + "{\"content_type\":\"text/plain\",\"revpos\":1,\"data\":\"aGVsbG8=\"}}")
                            + "," + leaf("kept", 2, 'a', "\"n\":2") + ","
                            + leaf("gone", 2, 'c', "\"_deleted\":true") + ","
                            + leaf("_design/d", 1, 'd', "\"views\":{}") + "]}"),
            json("PUT", "/_local/point", "{\"session\":\"s\"}"));

    /** Requests whose JSON body the server must read to answer. */
    static final List<Template> READ_BODIES = List.of(
            json("PUT", "/new", "{\"a\":1,\"b\":[true,null,-1.5e3],\"c\":{\"d\":\"é\\u00e9\\n\"}}"),
            json("PUT", "/kept", "{\"_id\":\"kept\",\"_rev\":\"" + WINNER + "\",\"n\":3}"),
            json("PUT", "/kept?new_edits=false", leaf("kept", 3, 'e', "\"n\":4")),
            json(
                    "PUT",
                    "/with-file",
                    "{\"_attachments\":{\"f.txt\":{\"content_type\":\"text/plain\",\"data\":\"aGk=\"}}}"),
            json(
                    "PUT",
                    "/kept",
                    "{\"_rev\":\"" + WINNER + "\",\"_attachments\":{\"file.txt\":{\"stub\":true,\"revpos\":1}}}"),
            json("PUT", "/_design/new", "{\"language\":\"javascript\",\"views\":{\"v\":{\"map\":\"x\"}}}"),
            json("PUT", "/_local/new", "{\"session_id\":\"x\",\"history\":[{\"recorded_seq\":1}]}"),
            json("POST", "", "{\"_id\":\"posted\",\"x\":1}"),
            json("POST", "", "{\"x\":\"no id\"}"),
            json("POST", "/_bulk_docs", "{\"docs\":[{\"_id\":\"x\"},{\"n\":1},{\"_id\":\"kept\",\"_deleted\":true}]}"),
            json(
                    "POST",
                    "/_bulk_docs",
                    "{\"new_edits\":false,\"docs\":[" + leaf("x", 2, 'f', "\"n\":1") + ","
                            + leaf("_design/x", 1, 'a', "\"n\":1") + "]}"),
            json(
                    "POST",
                    "/_bulk_get",
                    "{\"docs\":[{\"id\":\"kept\",\"rev\":\"" + WINNER + "\",\"atts_since\":[\"" + LOSER
                            + "\"]},{\"id\":\"none\"}]}"),
            json("POST", "/_revs_diff", "{\"kept\":[\"" + WINNER + "\",\"9-x\"],\"none\":[\"1-a\"]}"),
            json("POST", "/_missing_revs", "{\"kept\":[\"" + WINNER + "\",\"9-x\"],\"none\":[\"1-a\"]}"),
            json("POST", "/_purge", "{\"kept\":[\"" + LOSER + "\"],\"none\":[\"1-a\"]}"),
            json("POST", "/_changes?filter=_doc_ids", "{\"doc_ids\":[\"kept\",\"none\"]}"),
            json(
                    "POST",
                    "/_changes?filter=_selector&include_docs=true",
                    "{\"selector\":{\"$or\":[{\"n\":{\"$gt\":1,\"$lt\":1e3}},{\"s\":{\"$regex\":\"^a\"}},"
                            + "{\"n\":{\"$in\":[1,\"x\",null]}},{\"a.b\":{\"$elemMatch\":{\"$not\":{\"$exists\":true}}}},"
                            + "{\"n\":{\"$mod\":[2,1]}},{\"n\":{\"$type\":\"number\"}}]},\"fields\":[\"n\"]}"),
            json("POST", "/_all_docs", "{\"keys\":[\"kept\",\"none\",1],\"include_docs\":true}"),
            json(
                    "POST",
                    "/_all_docs/queries",
                    "{\"queries\":[{\"limit\":1,\"startkey\":\"a\"},{\"keys\":[\"kept\"]}]}"),
            json("POST", "/_design_docs", "{\"keys\":[\"_design/d\"]}"),
            json(
                    "POST",
                    "/_digest",
                    "{\"ranges\":[{\"start_key\":\"a\",\"end_key\":\"kept\"},{\"start_key\":null}],\"split\":2,"
                            + "\"leaves\":true}"),
            json(
                    "POST",
                    "/_digest",
                    // Empty ones, ones that overlap, and ends whose order is that of their bytes, not of their chars.
                    "{\"ranges\":[{\"end_key\":\"\"},{\"start_key\":\"\",\"end_key\":\"\\u0000\"},"
                            + "{\"start_key\":\"kept\",\"end_key\":\"kept\"},{},{\"start_key\":\"_local/\"},"
                            + "{\"start_key\":\"\\ufff0\",\"end_key\":\"\\ud83d\\ude00\"}],\"split\":1000}"),
            json("POST", "/_local_docs", "{\"keys\":[\"_local/point\"]}"),
            json(
                    "PUT",
                    "/_security",
                    "{\"admins\":{\"names\":[\"a\"],\"roles\":[]},\"members\":{\"names\":[],\"roles\":[\"r\"]}}"),
            json("PUT", "/_revs_limit", "{\"not\":\"a number\"}"),
            json("PUT", "/_purged_infos_limit", "{\"not\":\"a number\"}"));

    /** Requests with bodies that are ignored, are no JSON, or whose wrong forms cost the server much time. */
    static final List<Template> OTHER_BODIES = List.of(
            json("PUT", "/_revs_limit", "500"),
            json("PUT", "/_purged_infos_limit", "500"),
            json("POST", "/_compact", "{}"),
            json("POST", "/_ensure_full_commit", "{}"),
            json("DELETE", "/kept?rev=" + WINNER, "{}"),
            new Template("PUT", Template.Place.DATABASE, "/kept/new.bin?rev=" + WINNER, "text/plain", "hello, hello"),
            new Template(
                    "PUT",
                    Template.Place.DATABASE,
                    "/related",
                    "multipart/related;boundary=\"b\"",
                    "--b\r\nContent-Type: application/json\r\n\r\n{\"_attachments\":{\"f\":{\"follows\":true,"
                            + "\"content_type\":\"text/plain\",\"length\":2}}}\r\n--b\r\n\r\nhi\r\n--b--"));

    /** Logging in: a body that the server must read, but a wrong password costs it a slow hash. */
    static final Template LOGIN = ofServer("POST", "/_session", "{\"name\":\"nobody\",\"password\":\"x\"}");

    /** Requests that only read, without a body. */
    static final List<Template> READS = List.of(
            plain("GET", ""),
            plain("GET", "/kept"),
            plain("HEAD", "/kept"),
            plain("GET", "/kept?rev=" + LOSER + "&revs=true&revs_info=true"),
            plain("GET", "/kept?open_revs=all&attachments=true"),
            plain("GET", "/kept?open_revs=[%22" + LOSER + "%22]&latest=true&revs=true"),
            plain("GET", "/kept/file.txt"),
            plain("GET", "/_design/d"),
            plain("GET", "/_local/point"),
            plain("GET", "/_all_docs?include_docs=true&conflicts=true"),
            plain("GET", "/_all_docs?startkey=%22a%22&endkey=%22z%22&limit=3&skip=1"),
            plain("GET", "/_design_docs"),
            plain("GET", "/_local_docs"),
            plain("GET", "/_changes?style=all_docs&include_docs=true"),
            plain("GET", "/_changes?feed=longpoll&timeout=5"),
            plain("GET", "/_changes?feed=continuous&timeout=5&since=now"),
            plain("GET", "/_changes?feed=eventsource&timeout=5"),
            plain("HEAD", "/_changes"),
            plain("GET", "/_digest"),
            plain("GET", "/_security"),
            plain("GET", "/_revs_limit"),
            plain("GET", "/_purged_infos"),
            plain("GET", "/_purged_infos_limit"),
            ofServer("GET", "/", null),
            ofServer("GET", "/_up", null),
            ofServer("GET", "/_all_dbs?limit=5", null),
            ofServer("GET", "/_uuids?count=3", null),
            ofServer("GET", "/_db_updates?feed=longpoll&timeout=5", null),
            ofServer("GET", "/_session", null));

    private Templates() {}

    private static String leaf(String id, int generation, char digit, String members) {
        String ids = generation == 1
                ? "\"" + revision(digit) + "\""
                : "\"" + revision(digit) + "\",\"" + revision('0') + "\"";
        return "{\"_id\":\"" + id + "\",\"_rev\":\"" + generation + "-" + revision(digit)
                + "\",\"_revisions\":{\"start\":" + generation + ",\"ids\":[" + ids + "]}," + members + "}";
    }

    private static String revision(char digit) {
        return String.valueOf(digit).repeat(32);
    }
}
