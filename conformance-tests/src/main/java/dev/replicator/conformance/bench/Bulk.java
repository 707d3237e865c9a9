package dev.replicator.conformance.bench;

import java.util.Collections;

/** Templates of the requests that carry many documents, ids or revisions. */
final class Bulk {
    private Bulk() {}

    static Template bulkDocs(Database database, boolean newEdits, String document, int count) {
        String mode = newEdits ? "" : "\"new_edits\":false,";
        return post(database, "_bulk_docs", "{" + mode + "\"docs\":[" + repeat(document, count) + "]}");
    }

    /** With places for id and hash of each. */
    static Template bulkGet(Database database, int count) {
        String row = "{\"id\":\"" + Template.PLACE + "\",\"rev\":\"1-" + Template.PLACE + "\"}";
        return post(database, "_bulk_get?revs=true", "{\"docs\":[" + repeat(row, count) + "]}");
    }

    /** With places for id and hash of each; every second one asks for a second generation, which is not there. */
    static Template revsDiff(Database database, int count) {
        String known = "\"" + Template.PLACE + "\":[\"1-" + Template.PLACE + "\"]";
        String unknown = "\"" + Template.PLACE + "\":[\"2-" + Template.PLACE + "\"]";
        return post(database, "_revs_diff", "{" + repeat(known + "," + unknown, count / 2) + "}");
    }

    private static Template post(Database database, String resource, String body) {
        String path = database.path() + "/" + resource;
        return Template.of(database.endpoint().request("POST", path, Template.utf8(body)));
    }

    private static String repeat(String item, int count) {
        return String.join(",", Collections.nCopies(count, item));
    }
}
