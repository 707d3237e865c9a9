package dev.replicator.conformance.replication;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * What a database has: the winner of each document, and all leaves. How far back their histories go is no part of it.
 *
 * @param winners revisions by id
 * @param leaves by id and revision; empty objects where their contents were not asked for
 */
record Leaves(Map<String, String> winners, Map<String, JsonNode> leaves) {
    /** Which leaves there are, without what is in them. */
    static Leaves listed(Requests server, String database) {
        Map<String, String> winners = new TreeMap<>();
        Map<String, JsonNode> leaves = new TreeMap<>();
        for (JsonNode row : server.get(database + "/_changes?style=all_docs").path("results")) {
            String id = row.path("id").asString();
            winners.put(id, row.path("changes").path(0).path("rev").asString());
            for (JsonNode change : row.path("changes")) {
                leaves.put(
                        id + " " + change.path("rev").asString(),
                        JsonMapper.shared().createObjectNode());
            }
        }
        return new Leaves(winners, leaves);
    }

    /** All of it, the bytes and digests of attachments too. */
    static Leaves whole(Requests server, String database) {
        Leaves listed = listed(server, database);
        Map<String, JsonNode> leaves = new TreeMap<>();
        for (String id : listed.winners().keySet()) {
            String path = database + "/" + id + "?open_revs=all&attachments=true";
            for (JsonNode found : server.get(path)) {
                ObjectNode leaf = (ObjectNode) found.path("ok");
                leaf.remove("_revisions");
                leaves.put(id + " " + leaf.path("_rev").asString(), leaf);
            }
        }
        return new Leaves(listed.winners(), leaves);
    }

    /** Where two databases differ, a line each. */
    List<String> differences(Leaves other) {
        List<String> lines = new ArrayList<>();
        differences("winner of ", winners, other.winners, lines);
        differences("leaf ", leaves, other.leaves, lines);
        return lines;
    }

    private static <T> void differences(String what, Map<String, T> left, Map<String, T> right, List<String> lines) {
        var keys = new TreeSet<>(left.keySet());
        keys.addAll(right.keySet());
        for (String key : keys) {
            T one = left.get(key);
            T two = right.get(key);
            if (one == null || !one.equals(two)) {
                lines.add(what + key + ": " + one + " and " + two);
            }
        }
    }

    /** How many leaves lost. */
    int conflicts() {
        return leaves.size() - winners.size();
    }

    /** How many leaves there are that say they are deleted. */
    long tombstones() {
        return leaves.values().stream()
                .filter(leaf -> leaf.path("_deleted").asBoolean(false))
                .count();
    }

    /** How many leaves have files. */
    long withAttachments() {
        return leaves.values().stream().filter(leaf -> leaf.has("_attachments")).count();
    }
}
