package dev.replicator.store;

import java.nio.file.Path;
import org.junit.jupiter.api.Nested;

/**
 * What every engine behind {@link Store} has to do, as tests. An engine's own test extends this class and says how the
 * engine is opened; the topics are classes of their own.
 */
public abstract class StoreContract {
    /** How the engine under test is opened. */
    protected interface Engine {
        /** Opens the store of a folder, making it where there is none: also one that was closed or copied before. */
        Store open(Path folder);

        /** Copies the folder of a closed store to one that is not there yet: a backup. */
        default void copy(Path from, Path to) {
            StoreFixture.copyFiles(from, to);
        }
    }

    protected abstract Engine engine();

    @Nested
    class Databases extends DatabasesContract {
        @Override
        Engine engine() {
            return StoreContract.this.engine();
        }
    }

    @Nested
    class Documents extends DocumentsContract {
        @Override
        Engine engine() {
            return StoreContract.this.engine();
        }
    }

    @Nested
    class Ranges extends RangesContract {
        @Override
        Engine engine() {
            return StoreContract.this.engine();
        }
    }

    @Nested
    class Locals extends LocalsContract {
        @Override
        Engine engine() {
            return StoreContract.this.engine();
        }
    }

    @Nested
    class Changes extends ChangesContract {
        @Override
        Engine engine() {
            return StoreContract.this.engine();
        }
    }

    @Nested
    class Sequences extends SequencesContract {
        @Override
        Engine engine() {
            return StoreContract.this.engine();
        }
    }

    @Nested
    class Events extends EventsContract {
        @Override
        Engine engine() {
            return StoreContract.this.engine();
        }
    }

    @Nested
    class Concurrency extends ConcurrencyContract {
        @Override
        Engine engine() {
            return StoreContract.this.engine();
        }
    }

    @Nested
    class Purges extends PurgesContract {
        @Override
        Engine engine() {
            return StoreContract.this.engine();
        }
    }

    @Nested
    class Attachments extends AttachmentsContract {
        @Override
        Engine engine() {
            return StoreContract.this.engine();
        }
    }

    @Nested
    class Derived extends DerivedContract {
        @Override
        Engine engine() {
            return StoreContract.this.engine();
        }
    }

    @Nested
    class Digests extends DigestContract {
        @Override
        Engine engine() {
            return StoreContract.this.engine();
        }
    }

    @Nested
    class Model extends ModelContract {
        @Override
        Engine engine() {
            return StoreContract.this.engine();
        }
    }
}
