package dev.replicator.store;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** The in-memory store keeps the contract. */
class MemoryStoreTest extends StoreContract {
    @Override
    protected Engine engine() {
        return new Folders();
    }

    /** Remembers by folder what was opened there: memory has no disk to come back from. */
    private static final class Folders implements Engine {
        private static final Map<Path, MemoryStore> STORES = new HashMap<>();

        @Override
        public Store open(Path folder) {
            return STORES.compute(folder, (_, former) -> former == null ? new MemoryStore() : former.copy());
        }

        @Override
        public void copy(Path from, Path to) {
            STORES.put(to, STORES.get(from));
        }
    }
}
