package dev.replicator.server.endpoint;

import dev.replicator.server.http.ByteSink;
import dev.replicator.server.http.Chunks;
import dev.replicator.server.http.Pull;
import dev.replicator.server.http.Wakeup;
import dev.replicator.server.metrics.Count;
import dev.replicator.server.metrics.Counts;
import java.io.IOException;

/** A feed of changes that is counted among the open ones until it is closed. */
final class CountedFeed implements Chunks {
    private final Chunks feed;
    private final Counts counts;

    CountedFeed(Chunks feed, Counts counts) {
        this.feed = feed;
        this.counts = counts;
        counts.add(Count.CHANGES_FEEDS, 1);
    }

    @Override
    public void start(Wakeup wakeup) {
        feed.start(wakeup);
    }

    @Override
    public Pull next(ByteSink out) throws IOException {
        return feed.next(out);
    }

    @Override
    public void finish() {
        feed.finish();
    }

    @Override
    public void close() {
        counts.add(Count.CHANGES_FEEDS, -1);
        feed.close();
    }
}
