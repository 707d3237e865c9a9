package dev.replicator.server.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.replicator.store.MemoryStore;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How the passwords of administrators are kept. */
class AdministratorsTest {
    @TempDir
    Path folder;

    private final MemoryStore store = new MemoryStore();

    @AfterEach
    void close() {
        store.close();
    }

    private Administrators start(int iterations) throws IOException {
        Settings settings = new Settings.Builder()
                .set("", Keys.DATABASE_DIR, folder.toString())
                .set("", PasswordKeys.ITERATIONS, Integer.toString(iterations))
                .set("", PasswordKeys.PRF, "sha384")
                .admin("", "carl", "secret")
                .build();
        return Administrators.of(settings, store, _ -> {});
    }

    private static String hash(Administrators administrators, String name) {
        return administrators.hash(name).orElseThrow().toString();
    }

    /** As users' are: the time of a refusal does not tell who is one. And sessions, which the hash signs, go on. */
    @Test
    void aConfiguredPasswordIsHashedAsUsersAreAndKeptUntilThatChanges() throws IOException {
        String first = hash(start(10), "carl");
        assertTrue(first.matches("-pbkdf2:sha384-[0-9a-f]{96},[0-9a-f]{32},10"), first);
        assertEquals(first, hash(start(10), "carl"));
        String second = hash(start(20), "carl");
        assertTrue(second.endsWith(",20"), second);
        assertEquals(second, hash(start(20), "carl"));
    }

    @Test
    void soIsAPasswordThatIsWritten() throws IOException {
        Administrators administrators = start(10);
        administrators.put("dora", "secret", true);
        assertTrue(hash(administrators, "dora").matches("-pbkdf2:sha384-[0-9a-f]{96},[0-9a-f]{32},10"));
    }
}
