package dev.replicator.rocksdb;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Those who want to hear of a database's changes. Thread-safe. */
final class Listeners {
    private static final Logger LOG = LoggerFactory.getLogger(Listeners.class);

    private final Set<Listener> listeners = ConcurrentHashMap.newKeySet();

    /** A registration: the same listener may be registered several times. */
    static final class Listener {
        private final Runnable called;

        Listener(Runnable called) {
            this.called = called;
        }
    }

    Listener add(Runnable called) {
        Listener listener = new Listener(called);
        listeners.add(listener);
        return listener;
    }

    void remove(Listener listener) {
        listeners.remove(listener);
    }

    void call() {
        for (Listener listener : listeners) {
            try {
                listener.called.run();
            } catch (RuntimeException | Error e) {
                // The committing thread goes on whatever a listener does.
                LOG.warn("a listener of changes threw", e);
            }
        }
    }
}
