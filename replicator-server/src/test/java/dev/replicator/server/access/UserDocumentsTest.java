package dev.replicator.server.access;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.replicator.store.MemoryStore;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Finding users in a database that changes. */
class UserDocumentsTest {
    private final MemoryStore store = new MemoryStore();
    private UserDatabase database = new UserDatabase(store.create("_users").orElseThrow());
    private final UserDocuments users = new UserDocuments(store, "_users", InstantSource.system());

    @AfterEach
    void close() {
        users.close();
        store.close();
    }

    private CompletableFuture<Optional<Principal>> find(String name) {
        return users.find(name).toCompletableFuture();
    }

    private boolean isPassword(String name, String password) {
        return find(name).join().filter(user -> user.hash().matches(password)).isPresent();
    }

    @Test
    void whoWasFoundIsRememberedUntilSomethingChanges() {
        database.put("ann", UserDatabase.document("ann", "secret", "\"r\""));
        assertEquals(List.of("r"), List.copyOf(find("ann").join().orElseThrow().roles()));
        assertTrue(find("ann").isDone());
        assertEquals(Optional.empty(), find("bob").join());
        assertTrue(find("ann").isDone());
    }

    @Test
    void aChangeCountsForWhoeverAsksAfterItWasAnswered() {
        database.put("bob", UserDatabase.document("bob", "secret", ""));
        for (int i = 0; i < 200; i++) {
            database.put("ann", UserDatabase.document("ann", "secret" + i, ""));
            // Whoever asks for another first does not bring back what was remembered of her.
            assertTrue(isPassword("bob", "secret"));
            assertTrue(isPassword("ann", "secret" + i));
            assertFalse(isPassword("ann", "secret" + (i - 1)));
            assertTrue(find("ann").isDone(), "remembered");
        }
        database.delete("ann");
        assertEquals(Optional.empty(), find("ann").join());
        assertTrue(isPassword("bob", "secret"));
        database.put("ann", UserDatabase.document("ann", "again", ""));
        assertTrue(isPassword("ann", "again"));
        database.put("ann", "{\"type\":\"user\"}");
        assertEquals(Optional.empty(), find("ann").join());
    }

    @Test
    void aDatabaseThatIsDeletedAndMadeAnewHasItsOwnUsers() {
        database.put("ann", UserDatabase.document("ann", "secret", ""));
        assertTrue(isPassword("ann", "secret"));
        store.delete("_users");
        assertEquals(Optional.empty(), find("ann").join());
        database = new UserDatabase(store.create("_users").orElseThrow());
        assertEquals(Optional.empty(), find("ann").join());
        database.put("ann", UserDatabase.document("ann", "other", ""));
        assertTrue(isPassword("ann", "other"));
        database.put("ann", UserDatabase.document("ann", "third", ""));
        assertTrue(isPassword("ann", "third"));
        store.delete("_users");
        database = new UserDatabase(store.create("_users").orElseThrow());
        database.put("ann", UserDatabase.document("ann", "fourth", ""));
        assertTrue(isPassword("ann", "fourth"));
    }

    @Test
    void aConflictIsTold() {
        database.put("ann", UserDatabase.document("ann", "secret", ""));
        assertEquals(Principal.Source.DOCUMENT, find("ann").join().orElseThrow().source());
        database.conflict("ann", UserDatabase.document("ann", "other", "\"boss\""));
        assertEquals(
                Principal.Source.DOCUMENT_IN_CONFLICT,
                find("ann").join().orElseThrow().source());
    }

    /** The stronger hash is an edit: what the document says beside it stays, and peers get it. */
    @Test
    void aStrongerHashIsWrittenUnlessTheDocumentSaysOtherwiseNow() {
        database.put(
                "ann", UserDatabase.document("ann", "secret", "\"r\"").replace("}", ",\"n\":1.0,\"x\":{\"a\":[]}}"));
        Principal ann = find("ann").join().orElseThrow();
        PasswordHash stronger = ann.hash().strengthened("secret", new Pbkdf2(Hmac.SHA256, 7));
        users.upgrade(ann, stronger);
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        Principal upgraded = ann;
        while (upgraded.hash().iterations() != 7) {
            assertTrue(System.nanoTime() < deadline, "not upgraded");
            upgraded = find("ann").join().orElseThrow();
        }
        assertTrue(upgraded.hash().matches("secret"));
        assertEquals(ann.cookieSalt(), upgraded.cookieSalt());
        assertEquals(List.of("r"), List.copyOf(upgraded.roles()));
        assertTrue(database.head("ann").orElseThrow().toString().startsWith("2-"));
        assertTrue(database.body("ann").endsWith("\"n\":1.0,\"x\":{\"a\":[]}}"), database.body("ann"));

        database.put("ann", UserDatabase.document("ann", "changed", ""));
        users.upgrade(ann, stronger);
        users.upgrade(upgraded, stronger);
        // One thread does all in its order.
        assertEquals(Optional.empty(), find("bob").join());
        assertTrue(isPassword("ann", "changed"));
        assertTrue(database.head("ann").orElseThrow().toString().startsWith("3-"));
    }

    @Test
    void noMoreAreRememberedThanTheLimit() {
        String ann = UserDatabase.document("u0", "secret", "");
        int many = UserDocuments.MOST_REMEMBERED + 10;
        for (int i = 0; i < many; i++) {
            database.put("u" + i, ann.replace("\"u0\"", "\"u" + i + "\""));
        }
        for (int i = 0; i < many; i++) {
            assertTrue(find("u" + i).join().isPresent());
        }
        assertTrue(find("u" + (many - 1)).isDone());
        assertEquals(UserDocuments.MOST_REMEMBERED, users.remembered());
    }
}
