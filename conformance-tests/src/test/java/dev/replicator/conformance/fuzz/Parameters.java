package dev.replicator.conformance.fuzz;

import java.util.random.RandomGenerator;

/** Adds query parameters to valid requests: of every name, with garbage for values, repeated, very many, very long. */
final class Parameters implements Generator {
    private static final String[] NAMES = {
        "rev",
        "revs",
        "revs_info",
        "open_revs",
        "latest",
        "conflicts",
        "deleted_conflicts",
        "local_seq",
        "meta",
        "attachments",
        "att_encoding_info",
        "atts_since",
        "new_edits",
        "batch",
        "since",
        "limit",
        "skip",
        "descending",
        "include_docs",
        "style",
        "feed",
        "filter",
        "doc_ids",
        "view",
        "heartbeat",
        "timeout",
        "seq_interval",
        "active_only",
        "key",
        "keys",
        "startkey",
        "start_key",
        "endkey",
        "end_key",
        "startkey_docid",
        "endkey_doc_id",
        "inclusive_end",
        "update_seq",
        "reduce",
        "group",
        "conflicts",
        "count",
        "q",
        "n",
        "partitioned",
        "w",
        "r",
        "stable",
        "update",
        "sorted",
        "last-event-id",
        "",
        "a",
        "%zz",
        "%00",
        "%ff",
        "rev%",
        "r%65v",
        "__proto__"
    };

    @Override
    public FuzzCase next(RandomGenerator random, Databases databases) {
        boolean reads = random.nextInt(3) > 0;
        Template template = Pick.one(
                random,
                reads ? Templates.READS : random.nextBoolean() ? Templates.READ_BODIES : Templates.OTHER_BODIES);
        var verdict = reads ? FuzzCase.Verdict.HARMLESS : FuzzCase.Verdict.MAYBE;
        String query = template.separator() + query(random);
        RequestText request = template.request(databases.of(verdict), query);
        if (template.body() != null) {
            request.body(template.contentType(), template.bodyBytes());
        }
        return new FuzzCase("parameters", verdict, template.ending(), true, template.method(), request.bytes());
    }

    private static String query(RandomGenerator random) {
        int count = random.nextInt(60) == 0 ? random.nextInt(2000) : random.nextInt(1, 6);
        StringBuilder query = new StringBuilder();
        String name = Pick.one(random, NAMES);
        for (int i = 0; i < count; i++) {
            query.append(i == 0 ? "" : random.nextInt(20) == 0 ? "&&" : "&");
            query.append(name);
            if (random.nextInt(10) > 0) {
                query.append('=').append(count > 100 ? "x" : Pick.value(random));
            }
            if (random.nextInt(3) > 0) {
                name = Pick.one(random, NAMES);
            }
        }
        return query.toString();
    }
}
