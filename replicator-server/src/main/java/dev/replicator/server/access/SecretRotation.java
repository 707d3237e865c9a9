package dev.replicator.server.access;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Remembers secrets that are replaced while the server runs: as in CouchDB, what they signed stays valid for as long as
 * a session lasts, so that a new secret logs nobody out. A restart forgets them. Thread-safe.
 */
public final class SecretRotation {
    private final InstantSource clock;

    /** Guarded by this. */
    private Optional<byte[]> current = Optional.empty();

    /** Written under the lock alone, and read by every request. */
    private volatile List<Replaced> replaced = List.of();

    @SuppressWarnings("ArrayRecordComponent") // Never compared.
    private record Replaced(byte[] secret, Instant until) {}

    public SecretRotation(InstantSource clock) {
        this.clock = clock;
    }

    /**
     * Takes note of the secret that signs from now on.
     *
     * @param life of what the one before it signed
     * @return the secret, and those that still verify
     */
    public synchronized List<byte[]> secrets(byte[] secret, Duration life) {
        Instant now = clock.instant();
        replaced = Stream.concat(
                        replaced.stream(),
                        current
                                .filter(before -> !Arrays.equals(before, secret))
                                .map(before -> new Replaced(before, now.plus(life)))
                                .stream())
                .filter(old -> now.isBefore(old.until()))
                .toList();
        current = Optional.of(secret);
        return Stream.concat(Stream.of(secret), replaced.stream().map(Replaced::secret))
                .toList();
    }

    /** Whether one that {@link #secrets} told of verifies no more. */
    public boolean isOutdated() {
        List<Replaced> now = replaced;
        return !now.isEmpty() && now.stream().anyMatch(old -> !clock.instant().isBefore(old.until()));
    }
}
