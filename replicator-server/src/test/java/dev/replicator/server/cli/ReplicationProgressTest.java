package dev.replicator.server.cli;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.replicator.replication.PeerSequence;
import dev.replicator.replication.Progress;
import dev.replicator.replication.Statistics;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/** What people and scripts are shown while {@code replicate} runs. */
class ReplicationProgressTest {
    private static final Statistics DONE = new Statistics(5000, 4000, 3900, 3800, 100, 2, 4000, 3900, 7_500_000);

    private static String told(boolean terminal, OptionalLong pending) {
        StringWriter text = new StringWriter();
        new ReplicationProgress(new PrintWriter(text), terminal)
                .tell(new Progress(PeerSequence.START, PeerSequence.START, PeerSequence.START, pending, DONE));
        return text.toString();
    }

    @Test
    void aTerminalShowsABarThatIsWrittenOver() {
        String line = told(true, OptionalLong.of(15_000));
        assertTrue(
                line.matches("\r\u001b\\[K\\[#{5}\\.{15}\\] 3,800 documents, 7\\.5 MB, [0-9,]+ documents/s,"
                        + " 15,000 changes to go, 100 refused, 2 gone from the source"),
                line);
    }

    @Test
    void withoutAnEndThereIsNoBar() {
        String line = told(true, OptionalLong.empty());
        assertTrue(line.startsWith("\r\u001b[K3,800 documents") && !line.contains("to go"), line);
    }

    @Test
    void elsewhereItIsJsonALine() {
        String line = told(false, OptionalLong.of(15_000));
        assertTrue(
                line.matches("\\{\"docs_read\":3900,\"docs_written\":3800,\"doc_write_failures\":100,\"docs_gone\":2,"
                        + "\"missing_checked\":5000,\"missing_found\":4000,\"bytes_read\":7500000,"
                        + "\"changes_pending\":15000,\"docs_per_second\":[0-9]+,\"done\":false}\\R"),
                line);
    }
}
