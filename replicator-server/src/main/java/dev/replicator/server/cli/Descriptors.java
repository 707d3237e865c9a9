package dev.replicator.server.cli;

import com.sun.management.UnixOperatingSystemMXBean;
import dev.replicator.rocksdb.RocksStoreOptions;
import java.lang.management.ManagementFactory;
import java.util.OptionalLong;

/**
 * How many connections the process's file descriptors leave room for: without one a connection cannot be taken, and the
 * store cannot open its files.
 *
 * @param limit of the process; empty where the operating system tells none
 */
record Descriptors(OptionalLong limit) {
    /** For the store's files, and for logs, spooled bodies, replications and what Java has open. */
    static final long RESERVED = RocksStoreOptions.DEFAULT.maxOpenFiles() + 512L;

    /** Where nothing is configured, and the descriptors allow it. */
    private static final long STANDARD = 20_000;

    /** However few descriptors there are, a server without connections would be none. */
    static final long LEAST = 64;

    /** Those of this process. */
    static Descriptors ofProcess() {
        return new Descriptors(
                ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean system
                        ? OptionalLong.of(system.getMaxFileDescriptorCount())
                        : OptionalLong.empty());
    }

    /**
     * How many connections are taken.
     *
     * @param configured 0 for any number; so is the answer
     */
    long connections(OptionalLong configured) {
        long wanted = configured.orElse(STANDARD);
        if (limit.isEmpty()) {
            return wanted;
        }
        long room = Math.max(LEAST, limit.getAsLong() - RESERVED);
        return wanted == 0 ? room : Math.min(wanted, room);
    }
}
