package dev.replicator.store;

import static java.util.concurrent.TimeUnit.SECONDS;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A store with one empty database for each test, and short words for what tests do to it. */
@Timeout(300)
abstract class StoreFixture {
    private static final long PATIENCE_SECONDS = 60;

    /** What a reader takes who wants all; within the bounds of a page. */
    static final int ALL = Database.MAX_PAGE;

    @TempDir
    Path temporary;

    Path folder;
    Store store;
    Database db;

    private final List<Store> others = new ArrayList<>();

    abstract StoreContract.Engine engine();

    @BeforeEach
    void openStore() {
        folder = temporary.resolve("store");
        store = engine().open(folder);
        db = store.create("db").orElseThrow();
    }

    @AfterEach
    void closeStores() {
        store.close();
        others.forEach(Store::close);
    }

    /** Closes the store and opens it again. */
    void reopen() {
        store.close();
        store = engine().open(folder);
        db = store.database("db").orElseThrow();
    }

    /** Opens a further store, which is closed after the test. */
    Store openOther(Path other) {
        Store opened = engine().open(other);
        others.add(opened);
        return opened;
    }

    List<EditOutcome> commit(Edit... edits) {
        return commit(List.of(edits));
    }

    List<EditOutcome> commit(List<Edit> edits) {
        return await(db.commit(edits));
    }

    /** The result of a stage; what it failed with is thrown. */
    static <T> T await(CompletionStage<T> stage) {
        try {
            return stage.toCompletableFuture().get(PATIENCE_SECONDS, SECONDS);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof StoreException reason) {
                throw reason;
            }
            throw new AssertionError("a commit fails with a StoreException, nothing else", e.getCause());
        } catch (TimeoutException e) {
            throw new AssertionError("not completed within " + PATIENCE_SECONDS + " seconds", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    StoredDocument document(String id) {
        return db.document(id).orElseThrow(() -> new AssertionError("no document " + id));
    }

    List<Change> allChanges() {
        return db.changes(db.beginning(), db.last(), ALL);
    }

    static List<String> ids(List<Change> changes) {
        return changes.stream().map(Change::id).toList();
    }

    /** Rows as text: sequences need not be equal objects. */
    static List<String> asText(List<Change> changes) {
        return changes.stream()
                .map(change -> change.sequence().token() + " " + change.id() + " " + change.leaves())
                .toList();
    }

    static void copyFiles(Path from, Path to) {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Files.copy(file, to.resolve(from.relativize(file).toString()));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
