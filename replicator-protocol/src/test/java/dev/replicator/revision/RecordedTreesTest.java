package dev.replicator.revision;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.replicator.testing.Recordings;
import dev.replicator.testing.Recordings.Exchange;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import tools.jackson.databind.JsonNode;

/** Trees of the documents that CouchDB was sent, against what it said of them. */
class RecordedTreesTest {
    private static RevisionTree play(RevisionTree tree, JsonNode document) {
        List<Revision> path = new ArrayList<>();
        if (document.has("_revisions")) {
            long generation = document.get("_revisions").get("start").longValue();
            for (String id : Recordings.strings(document.get("_revisions").get("ids"))) {
                path.add(Revision.of(generation--, id));
            }
        } else {
            path.add(Revision.parse(document.get("_rev").stringValue()));
        }
        boolean deleted = document.has("_deleted");
        return tree.merge(new RevisionPath(path), deleted, 1, 0, 1000).tree();
    }

    private static List<String> texts(Stream<Revision> revisions) {
        return revisions.map(Revision::toString).toList();
    }

    private static List<String> losers(RevisionTree tree, boolean deleted) {
        return texts(tree.leaves().stream()
                .skip(1)
                .filter(leaf -> leaf.deleted() == deleted)
                .map(RevisionNode::revision));
    }

    private static void assertRead(RevisionTree tree, Exchange read) {
        JsonNode answer = read.answer();
        if (read.status() == 404) {
            assertEquals("deleted", answer.get("reason").stringValue());
            assertTrue(tree.isDeleted());
            return;
        }
        Revision winner = tree.winner().revision();
        assertEquals(answer.get("_rev").stringValue(), winner.toString());
        assertEquals(Recordings.strings(answer.get("_conflicts")), losers(tree, false));
        assertEquals(Recordings.strings(answer.get("_deleted_conflicts")), losers(tree, true));
        assertEquals(answer.get("_revisions").get("start").longValue(), winner.generation());
        assertEquals(
                Recordings.strings(answer.get("_revisions").get("ids")),
                tree.history(winner).stream().map(node -> node.revision().id()).toList());
    }

    private static void assertOpenRevisions(RevisionTree tree, Exchange read) {
        List<String> recorded = new ArrayList<>();
        read.answer().forEach(row -> recorded.add(row.get("ok").get("_rev").stringValue()));
        assertEquals(recorded, texts(tree.leavesAscending().stream().map(RevisionNode::revision)));
    }

    @TestFactory
    List<DynamicTest> winners() {
        Map<String, RevisionTree> trees = new HashMap<>();
        List<DynamicTest> tests = new ArrayList<>();
        for (Exchange exchange : Recordings.of("winners")) {
            String name = exchange.name();
            String id = name.substring(name.lastIndexOf(' ') + 1);
            if (name.startsWith("leaves of ")) {
                RevisionTree tree = RevisionTree.EMPTY;
                for (JsonNode document : exchange.sent().get("docs")) {
                    tree = play(tree, document);
                }
                trees.put(id, tree);
            } else if (name.startsWith("winner of ")) {
                tests.add(DynamicTest.dynamicTest(name, () -> assertRead(trees.get(id), exchange)));
            } else if (name.startsWith("leaves read of ")) {
                tests.add(DynamicTest.dynamicTest(name, () -> assertOpenRevisions(trees.get(id), exchange)));
            }
        }
        assertEquals(26, tests.size());
        return tests;
    }

    @Test
    void revsDiffAndBulkGet() {
        RevisionTree tree = RevisionTree.EMPTY;
        for (Exchange exchange : Recordings.of("bulk")) {
            switch (exchange.name()) {
                case "replicated history" -> {
                    for (JsonNode document : exchange.sent().get("docs")) {
                        tree = document.get("_id").stringValue().equals("r") ? play(tree, document) : tree;
                    }
                }
                case "winner" -> assertRead(tree, exchange);
                case "revs diff" -> assertRevsDiff(tree, exchange);
                case "bulk get revs" -> assertBulkGet(tree, exchange);
                default -> {}
            }
        }
        assertEquals(3, tree.leafCount());
    }

    private static void assertRevsDiff(RevisionTree tree, Exchange exchange) {
        List<Revision> missing = Recordings.strings(exchange.sent().get("r")).stream()
                .map(Revision::parse)
                .filter(revision -> tree.find(revision).isEmpty())
                .toList();
        assertEquals(
                Recordings.strings(exchange.answer().get("r").get("possible_ancestors")),
                texts(tree.possibleAncestors(missing).stream()));
    }

    private static void assertBulkGet(RevisionTree tree, Exchange exchange) {
        List<String> recorded = new ArrayList<>();
        exchange.answer()
                .get("results")
                .get(1)
                .get("docs")
                .forEach(row -> recorded.add(row.get("ok").get("_rev").stringValue()));
        assertEquals(recorded, texts(tree.leavesAscending().stream().map(RevisionNode::revision)));
    }
}
