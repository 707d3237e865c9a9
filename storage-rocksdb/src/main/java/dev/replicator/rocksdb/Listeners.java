package dev.replicator.rocksdb;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Those who want to hear of a database's changes. Thread-safe. */
final class Listeners {
    private static final Logger LOG = LoggerFactory.getLogger(Listeners.class);

    private final List<Listener> listeners = new CopyOnWriteArrayList<>();

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
            } catch (RuntimeException e) {
                LOG.warn("a listener of changes threw", e);
            }
        }
    }
}
