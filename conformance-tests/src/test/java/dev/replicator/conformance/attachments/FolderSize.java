package dev.replicator.conformance.attachments;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;

/** How many bytes the files of a folder have, also while some come and go. */
final class FolderSize {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final int PAUSE_MILLIS = 100;

    private FolderSize() {}

    static long of(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.mapToLong(FolderSize::ofFile).sum();
        } catch (UncheckedIOException e) {
            if (e.getCause() instanceof NoSuchFileException) {
                return of(folder);
            }
            throw e.getCause();
        }
    }

    private static long ofFile(Path file) {
        try {
            return Files.isRegularFile(file) ? Files.size(file) : 0;
        } catch (NoSuchFileException e) {
            return 0;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Waits until they have less, and returns how many they have then, or at last. */
    static long awaitBelow(Path folder, long bytes) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        long now = of(folder);
        while (now >= bytes && System.nanoTime() < deadline) {
            Thread.sleep(PAUSE_MILLIS);
            now = of(folder);
        }
        return now;
    }
}
