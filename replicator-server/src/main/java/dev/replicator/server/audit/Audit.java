package dev.replicator.server.audit;

/** Where it is told who did what. Called on any thread: does not block. */
public interface Audit {
    /** Nobody wants to know. */
    Audit OFF = new Audit() {
        @Override
        public boolean takes(Action action) {
            return false;
        }

        @Override
        public void record(AuditEvent event) {}
    };

    /** Whether such an action is to be told: asked before an event is made, so that it costs nothing when it is off. */
    boolean takes(Action action);

    /** Tells it, where such actions are taken. */
    void record(AuditEvent event);
}
