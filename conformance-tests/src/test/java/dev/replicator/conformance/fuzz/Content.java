package dev.replicator.conformance.fuzz;

import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** All that a database shows: every leaf with its body and attachments, local documents and settings. */
final class Content {
    private Content() {}

    /** By the path that showed it. Equal for equal content. */
    static Map<String, String> of(String host, int port, String database) throws IOException {
        Map<String, String> content = new TreeMap<>();
        try (Wire wire = new Wire(host, port)) {
            for (String path : new String[] {
                "",
                "/_all_docs?include_docs=true&conflicts=true&attachments=true",
                "/_local_docs?include_docs=true",
                "/_local/point",
                "/_local/new",
                "/_security",
                "/_revs_limit",
                "/_purged_infos",
                "/_purged_infos_limit"
            }) {
                content.put(path, get(wire, "/" + database + path));
            }
            String changes = get(wire, "/" + database + "/_changes?style=all_docs");
            content.put("/_changes", changes);
            for (JsonNode row : JsonMapper.shared().readTree(changes).path("results")) {
                String id = row.path("id").asString();
                String leaves = "/" + id + "?open_revs=all&revs=true&attachments=true";
                content.put(leaves, get(wire, "/" + database + leaves));
            }
        }
        return content;
    }

    private static String get(Wire wire, String target) throws IOException {
        wire.send(
                RequestText.of("GET", target).header("Accept: application/json").bytes());
        String text = wire.read(_ -> true).orElseThrow().text();
        // The size on disk may change by itself, and so does what is open.
        return text.replaceAll("\"sizes\":\\{[^}]*}", "").replaceAll("\"compact_running\":[a-z]*", "");
    }
}
