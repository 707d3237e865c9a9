package dev.replicator.conformance.feeds;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;

/**
 * A database of four rows, at the sequences 2, 3, 4 and 6, or of none. 1 and 5 were left when their documents changed
 * again.
 *
 * @param rows in their order
 * @param last the token of the last sequence
 */
record FeedDatabase(String name, List<FeedRow> rows, String last) {
    /** The document whose row no filter of {@link FeedCell.Filter} lets through. */
    static final String OTHER = "other";

    /** The document whose row each of them does. */
    static final String HIT = "_design/hit";

    static FeedDatabase full(Calls calls, String name) {
        calls.call("PUT", "/" + name, "");
        calls.call("PUT", "/" + name + "/again", "{\"n\":1}");
        calls.call("PUT", "/" + name + "/_design/d", "{}");
        calls.call("PUT", "/" + name + "/hit", "{\"hit\":true}");
        String first = calls.call("GET", "/" + name + "/again", "").path("_rev").asString();
        calls.call("PUT", "/" + name + "/again", "{\"_rev\":\"" + first + "\",\"n\":2}");
        String gone =
                calls.call("PUT", "/" + name + "/gone", "{\"n\":1}").path("rev").asString();
        calls.call("DELETE", "/" + name + "/gone?rev=" + gone, "");
        FeedDatabase made = of(calls, name);
        assertEquals(
                List.of("_design/d", "hit", "again", "gone"),
                made.rows().stream().map(FeedRow::id).toList());
        assertEquals(
                List.of("2", "3", "4", "6"),
                made.rows().stream().map(row -> number(row.sequence())).toList());
        return made;
    }

    static FeedDatabase empty(Calls calls, String name) {
        calls.call("PUT", "/" + name, "");
        return of(calls, name);
    }

    private static FeedDatabase of(Calls calls, String name) {
        String listing = calls.ask("GET", "/" + name + "/_changes", "").text();
        List<FeedRow> rows = listing.lines()
                .filter(line -> line.startsWith("{\"seq\""))
                .map(line -> FeedRow.of(line.replaceAll(",$", "")))
                .toList();
        String last =
                calls.call("GET", "/" + name + "/_changes", "").path("last_seq").asString();
        return new FeedDatabase(name, rows, last);
    }

    /** What stands before the dash of a token. */
    static String number(String token) {
        return token.substring(0, token.indexOf('-'));
    }
}
