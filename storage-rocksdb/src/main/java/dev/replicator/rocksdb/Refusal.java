package dev.replicator.rocksdb;

import dev.replicator.store.StoreException;
import java.util.Optional;

/**
 * A command that threw. It goes the way of the chunks, so that whoever waits hears of it when what was made of the
 * command before it threw is on disk or never will be: nobody may let go before of what that refers to.
 */
record Refusal(Command command, RuntimeException reason) implements Batch {
    @Override
    public Rows rows() {
        return new Rows();
    }

    @Override
    public StoreException obstacle() {
        return null;
    }

    @Override
    public Optional<DatabaseEventRow> event() {
        return Optional.empty();
    }

    @Override
    public void written() {
        command.fail(reason);
    }

    @Override
    public void failed(StoreException unwritten) {
        command.fail(reason);
    }
}
