package dev.replicator.conformance.recordings;

import dev.replicator.conformance.kit.Check;
import dev.replicator.conformance.kit.Suite;
import dev.replicator.conformance.kit.Target;
import dev.replicator.conformance.kit.Verdict;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.function.BiConsumer;

/**
 * What CouchDB answered on one topic, as checks: an exchange passes when the server's answer is the recorded one, what
 * is volatile aside.
 *
 * <p>Requests name revisions that CouchDB made, so most of them presume a server that makes the same ids. Topics that
 * speak of the server as a whole presume a fresh one.
 */
public final class RecordedTopic implements Suite {
    /** All topics that were recorded. */
    public static final List<String> TOPICS = List.of(
            "documents",
            "bulk",
            "alldocs",
            "changes",
            "revids",
            "members",
            "winners",
            "attachments",
            "server",
            "design",
            "find",
            "replicate",
            "users");

    private final Recording recording;
    private final List<Check> checks;

    private RecordedTopic(Recording recording, List<Check> checks) {
        this.recording = recording;
        this.checks = checks;
    }

    /** @throws IllegalArgumentException if nothing was recorded on that topic */
    public static RecordedTopic of(String topic) {
        Recording recording = Recording.of(topic);
        RuleTable rules = RuleTable.of(topic);
        return new RecordedTopic(
                recording, recording.exchanges().stream().map(rules::check).toList());
    }

    @Override
    public String topic() {
        return recording.topic();
    }

    @Override
    public List<Check> checks() {
        return checks;
    }

    @Override
    public void run(Target target, BiConsumer<Check, Verdict> verdicts) throws IOException {
        try (var player = new Player(target)) {
            Set<String> taken = player.existing(recording.databases());
            if (!taken.isEmpty()) {
                throw new IOException(target.url() + " has databases of these names already: " + taken);
            }
            try {
                player.play(recording, (verdict, index) -> verdicts.accept(checks.get(index), verdict));
            } finally {
                player.remove(player.existing(recording.databases()));
            }
        }
    }
}
