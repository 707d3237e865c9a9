package dev.replicator.conformance.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What a process has cost so far, as Linux counts it.
 *
 * @param cpuSeconds user and system time of all its threads, in steps of 10 ms
 * @param residentBytes its memory now
 */
record ServerCost(double cpuSeconds, long residentBytes) {
    /** USER_HZ: the unit of times in {@code /proc}, the same on every Linux. */
    private static final double TICKS_PER_SECOND = 100;

    private static final long PAGE_BYTES = 4096;

    // Places after the name of the program, which is in parentheses and may itself hold spaces.
    private static final int USER_TICKS = 11;
    private static final int SYSTEM_TICKS = 12;
    private static final int RESIDENT_PAGES = 21;

    static ServerCost of(long pid) {
        try {
            String stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
            String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
            long ticks = Long.parseLong(fields[USER_TICKS]) + Long.parseLong(fields[SYSTEM_TICKS]);
            return new ServerCost(ticks / TICKS_PER_SECOND, Long.parseLong(fields[RESIDENT_PAGES]) * PAGE_BYTES);
        } catch (IOException e) {
            throw new UncheckedIOException("no process " + pid + " to read the CPU time of", e);
        }
    }
}
