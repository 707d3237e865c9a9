package dev.replicator.rocksdb;

import dev.replicator.store.StoreException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;

/**
 * What a database's writer hands to the committer: rows, and all that is to be told when they are durable.
 *
 * @param number which of the ledger's chunks this is, from 1
 * @param begun the commands that have rows in it
 * @param finished those of them that end with it
 * @param changes whether it makes changes that readers of {@code changes} see
 * @param last the last sequence number given
 * @param begunEpochs the epochs, where it begins one
 * @param event what it means to those who follow the databases
 */
record Chunk(
        Writer writer,
        Ledger ledger,
        long number,
        Rows rows,
        List<Command> begun,
        List<Command> finished,
        List<InFlight> documents,
        List<Ledger.LocalInFlight> locals,
        Map<BodyId, Ledger.References> attachments,
        boolean changes,
        long last,
        Optional<Epochs> begunEpochs,
        Optional<DatabaseEventRow> event)
        implements Batch {
    @Override
    public StoreException obstacle() {
        return ledger.broken();
    }

    @Override
    public void written() {
        ledger.durableChunk = number;
        finished.forEach(Command::written);
        writer.written(this);
    }

    /** Lets go of what is durable now, and answers those who wait: each on a thread of its own, as they may wait. */
    void complete(Executor completions) {
        completions.execute(() -> {
            forget();
            if (!finished.isEmpty()) {
                finished.getFirst().complete();
            }
        });
        for (int i = 1; i < finished.size(); i++) {
            completions.execute(finished.get(i)::complete);
        }
    }

    private void forget() {
        for (InFlight document : documents) {
            ledger.documents.remove(document.id, document);
        }
        for (Ledger.LocalInFlight local : locals) {
            ledger.locals.remove(local.id, local);
        }
        attachments.forEach(ledger.attachments::remove);
    }

    @Override
    public void failed(StoreException reason) {
        ledger.breakWith(reason);
        begun.forEach(command -> command.fail(reason));
        writer.released(this);
    }
}
