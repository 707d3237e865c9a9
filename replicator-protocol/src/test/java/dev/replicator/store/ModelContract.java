package dev.replicator.store;

import static dev.replicator.store.TestEdits.content;
import static dev.replicator.store.TestEdits.describe;
import static dev.replicator.store.TestEdits.update;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.replicator.document.RevisionContent;
import dev.replicator.revision.NaiveTree;
import dev.replicator.revision.Revision;
import dev.replicator.revision.RevisionNode;
import dev.replicator.revision.RevisionPath;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** A long random history against a model of plain maps, which knows CouchDB's rules in their plainest form. */
abstract class ModelContract extends StoreFixture {
    private static final int EDITS = 2000;

    /** What ought to be in the store. */
    private static final class Model {
        private final Map<String, NaiveTree> trees = new HashMap<>();
        private final Map<String, Map<Revision, RevisionContent>> contents = new HashMap<>();
        private final LinkedHashSet<String> order = new LinkedHashSet<>();

        NaiveTree tree(String id) {
            return trees.getOrDefault(id, new NaiveTree());
        }

        EditOutcome apply(Edit.OfDocument edit) {
            return switch (edit) {
                case Edit.Update made -> update(made);
                case Edit.Purge _, Edit.Forget _ -> throw new AssertionError("this model knows no purges");
                case Edit.Replicated made -> add(made.id(), made.path(), made.deleted(), made.content());
            };
        }

        private EditOutcome update(Edit.Update edit) {
            NaiveTree tree = tree(edit.id());
            Optional<Revision> parent = edit.parent();
            if (parent.isPresent() && !tree.known().isEmpty() && !tree.isLeaf(parent.get())) {
                return new EditOutcome.Conflict();
            }
            if (parent.isEmpty() && !tree.known().isEmpty()) {
                Revision winner = tree.leaves().getFirst();
                if (!tree.isDeleted(winner) || edit.deleted()) {
                    return new EditOutcome.Conflict();
                }
                parent = Optional.of(winner);
            }
            List<Revision> path = new ArrayList<>(List.of(edit.revisions().madeFrom(parent)));
            parent.ifPresent(path::add);
            return add(edit.id(), new RevisionPath(path), edit.deleted(), edit.content());
        }

        private EditOutcome add(String id, RevisionPath path, boolean deleted, RevisionContent content) {
            NaiveTree tree = trees.computeIfAbsent(id, _ -> new NaiveTree());
            boolean longer = !tree.known().containsAll(path.revisions());
            for (int i = 1; i < path.revisions().size(); i++) {
                longer |= tree.parent(path.revisions().get(i - 1)).isEmpty();
            }
            if (tree.add(path, deleted)) {
                contents.computeIfAbsent(id, _ -> new HashMap<>()).put(path.head(), content);
            }
            if (longer) {
                order.remove(id);
                order.add(id);
            }
            return new EditOutcome.Saved(path.head());
        }

        void compact() {
            contents.forEach((id, kept) -> kept.keySet().removeIf(revision -> !tree(id).isLeaf(revision)));
        }
    }

    @Test
    void aLongRandomHistoryEqualsTheModel() {
        for (long seed : new long[] {2_718, 31_415}) {
            db = store.create("model" + seed).orElseThrow();
            Random random = new Random(seed);
            Model model = new Model();
            int edits = 0;
            while (edits < EDITS) {
                List<Edit> commit = new ArrayList<>();
                List<EditOutcome> expected = new ArrayList<>();
                for (int i = random.nextInt(30); i >= 0; i--) {
                    Edit.OfDocument edit = edit(random, model, edits++);
                    commit.add(edit);
                    expected.add(model.apply(edit));
                }
                assertEquals(expected, commit(commit), "after " + edits + " edits, seed " + seed);
                if (random.nextInt(40) == 0) {
                    await(db.compact());
                    model.compact();
                }
                if (random.nextInt(40) == 0) {
                    store.close();
                    store = engine().open(folder);
                    db = store.database("model" + seed).orElseThrow();
                }
            }
            assertEqual(model, "seed " + seed);
        }
    }

    private static Edit.OfDocument edit(Random random, Model model, int number) {
        String id = "d" + random.nextInt(60);
        List<Revision> known = List.copyOf(model.tree(id).known());
        boolean deleted = random.nextInt(4) == 0;
        RevisionContent content = content("{\"n\":" + number + ",\"x\":\"" + "y".repeat(random.nextInt(60)) + "\"}");
        Revision any = known.isEmpty() || random.nextInt(20) == 0
                ? Revision.of(1 + random.nextInt(5), "%032x".formatted(random.nextInt(100)))
                : known.get(random.nextInt(known.size()));
        List<Revision> leaves = model.tree(id).leaves();
        return switch (random.nextInt(6)) {
            case 0 -> update(id, null, deleted, content);
            case 1 -> update(id, any, deleted, content);
            case 2 -> {
                List<Revision> path = new ArrayList<>(
                        List.of(Revision.of(any.generation() + 1, "%032x".formatted(random.nextLong() & 0xffff))));
                path.addAll(known.contains(any) ? model.tree(id).history(any) : List.of(any));
                List<Revision> cut = path.subList(0, 1 + random.nextInt(path.size()));
                yield new Edit.Replicated(id, new RevisionPath(cut), deleted, content);
            }
            case 3 ->
                new Edit.Replicated(
                        id,
                        new RevisionPath(known.isEmpty() ? List.of(any) : history(model, id, any)),
                        deleted,
                        content);
            default ->
                update(id, leaves.isEmpty() ? null : leaves.get(random.nextInt(leaves.size())), deleted, content);
        };
    }

    private static List<Revision> history(Model model, String id, Revision revision) {
        return model.tree(id).known().contains(revision) ? model.tree(id).history(revision) : List.of(revision);
    }

    private void assertEqual(Model model, String when) {
        assertEquals(List.copyOf(model.order), ids(allChanges()), when);
        assertEquals(
                model.trees.keySet().stream().sorted().toList(),
                db.documents(IdRange.ALL, ALL).stream().map(StoredDocument::id).toList());
        for (String id : model.order) {
            StoredDocument document = document(id);
            NaiveTree tree = model.tree(id);
            assertEquals(
                    List.copyOf(tree.known()),
                    document.tree().nodes().stream().map(RevisionNode::revision).toList(),
                    id + ", " + when);
            assertEquals(
                    tree.leaves(),
                    document.tree().leaves().stream()
                            .map(RevisionNode::revision)
                            .toList(),
                    id + ", " + when);
            for (RevisionNode node : document.tree().nodes()) {
                assertNode(model, document, node, id + ", " + when);
            }
        }
    }

    private void assertNode(Model model, StoredDocument document, RevisionNode node, String when) {
        NaiveTree tree = model.tree(document.id());
        Revision revision = node.revision();
        assertEquals(tree.parent(revision), node.parent(), when);
        assertEquals(tree.isLeaf(revision), node.leaf(), when);
        assertEquals(tree.isDeleted(revision), node.deleted(), when);
        Optional<String> kept = Optional.ofNullable(
                        model.contents.get(document.id()).get(revision))
                .map(TestEdits::describe);
        assertEquals(kept, db.content(document, revision).map(TestEdits::describe), revision + ", " + when);
        assertEquals(kept.isPresent(), node.stored(), when);
        if (revision.equals(document.tree().winner().revision())) {
            document.winner().ifPresent(content -> assertEquals(kept, Optional.of(describe(content)), when));
        }
    }
}
