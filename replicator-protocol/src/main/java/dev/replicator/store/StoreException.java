package dev.replicator.store;

/** Why a store could not do what it was asked. */
public sealed class StoreException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private StoreException(String message, Throwable cause) {
        super(message, cause);
    }

    /** What is stored contradicts itself: the database must not be served any further; others may. */
    public static final class Corrupt extends StoreException {
        private static final long serialVersionUID = 1L;

        public Corrupt(String message, Throwable cause) {
            super(message, cause);
        }
    }

    /**
     * The disk or the engine refused; the same call may succeed later. What was kept of a failed commit is seen by
     * reading the trees.
     */
    public static final class Unavailable extends StoreException {
        private static final long serialVersionUID = 1L;

        public Unavailable(String message, Throwable cause) {
            super(message, cause);
        }
    }

    /** The disk is full: the same call succeeds once there is room. What was written before is read. */
    public static final class NoRoom extends StoreException {
        private static final long serialVersionUID = 1L;

        public NoRoom(String message, Throwable cause) {
            super(message, cause);
        }
    }

    /** The database was deleted while it was in use. */
    public static final class DatabaseGone extends StoreException {
        private static final long serialVersionUID = 1L;

        public DatabaseGone(String name) {
            super("database " + name + " was deleted", null);
        }
    }

    /** The store cannot be opened; the message is one line for the operator. */
    public static final class CannotOpen extends StoreException {
        private static final long serialVersionUID = 1L;

        public CannotOpen(String message, Throwable cause) {
            super(message, cause);
        }
    }
}
