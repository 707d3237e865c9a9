package dev.replicator.server.endpoint;

import java.time.InstantSource;
import java.util.function.Supplier;

/** Ids of the algorithm that is configured when they are made. Thread-safe. */
public final class ConfiguredIds implements DocumentIds {
    private final Supplier<Choice> choice;
    private final InstantSource clock;
    private volatile Made made;

    /** @param choice asked for each id */
    public ConfiguredIds(Supplier<Choice> choice, InstantSource clock) {
        this.choice = choice;
        this.clock = clock;
        this.made = make(choice.get());
    }

    /** See {@link DocumentIds#of}. */
    public record Choice(String algorithm, String suffix) {}

    private record Made(Choice choice, DocumentIds ids) {}

    @Override
    public String next() {
        Choice now = choice.get();
        Made current = made;
        return (current.choice().equals(now) ? current : changed(now)).ids().next();
    }

    private synchronized Made changed(Choice now) {
        if (!made.choice().equals(now)) {
            made = make(now);
        }
        return made;
    }

    private Made make(Choice now) {
        return new Made(now, DocumentIds.of(now.algorithm(), now.suffix(), clock));
    }
}
