package dev.replicator.server.log;

import java.nio.file.Path;

/**
 * How is logged.
 *
 * @param level in CouchDB's words, which has one more below warnings
 * @param file where {@link Writer#FILE} writes
 * @param maxBytes of it before the next is begun: {@code file} is written, {@code file.1} is the one before
 * @param keep how many files before it are kept; at least 1
 */
public record LogRules(String level, Format format, Writer writer, Path file, long maxBytes, int keep) {
    /** What a line looks like. */
    public enum Format {
        TEXT,
        /** An object a line, for collectors. */
        JSON
    }

    /** Where lines go, in CouchDB's words. */
    public enum Writer {
        STDERR,
        FILE,
        /** The standard error stream, read by systemd: it knows the time and is told the priority. */
        JOURNALD
    }
}
