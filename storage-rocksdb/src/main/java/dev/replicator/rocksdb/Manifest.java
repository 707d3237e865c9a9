package dev.replicator.rocksdb;

import dev.replicator.store.Backup;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a backup consists of: {@code docs/FORMAT.md}.
 *
 * @param store the uuid of the store that it is of
 */
record Manifest(long number, String store, Instant time, long newBytes, List<Entry> entries) {
    private static final String HEAD = "replicator-backup 1";
    private static final String SUM = "sum ";
    private static final Pattern FIELD = Pattern.compile("(store|made|new) (\\S+)");
    private static final Pattern FILE = Pattern.compile("file ([0-9a-f]{64}) (\\d{1,18}) (-?\\d{1,19}) (.+)");

    /**
     * A file.
     *
     * @param sha256 of its bytes, 64 hex digits: its name among the files of all backups
     * @param modified when it was written, in nanoseconds since 1970, as the file system has it
     * @param name its path in the data folder, with slashes
     */
    record Entry(String sha256, long bytes, long modified, String name) {
        /**
         * Where it belongs in a folder.
         *
         * @throws IOException where the name leads out of it
         */
        Path in(Path folder) throws IOException {
            Path path = folder.resolve(name).normalize();
            if (!path.startsWith(folder) || path.equals(folder)) {
                throw new IOException("a backup has a file of the name " + name);
            }
            return path;
        }
    }

    Backup backup() {
        return new Backup(number, time, entries.stream().mapToLong(Entry::bytes).sum(), entries.size(), newBytes);
    }

    byte[] toBytes() {
        StringBuilder text = new StringBuilder(HEAD).append('\n');
        text.append("store ").append(store).append('\n');
        text.append("made ").append(time).append('\n');
        text.append("new ").append(newBytes).append('\n');
        for (Entry entry : entries) {
            text.append("file ").append(entry.sha256()).append(' ').append(entry.bytes());
            text.append(' ').append(entry.modified()).append(' ').append(entry.name());
            text.append('\n');
        }
        String lines = text.toString();
        return (lines + SUM + sum(lines) + "\n").getBytes(StandardCharsets.UTF_8);
    }

    /** @throws IOException where it is not as it was written */
    static Manifest parse(long number, byte[] bytes) throws IOException {
        String text = new String(bytes, StandardCharsets.UTF_8);
        int end = text.lastIndexOf(SUM);
        if (end < 0 || !text.substring(end).equals(SUM + sum(text.substring(0, end)) + "\n")) {
            throw damaged(number);
        }
        List<String> lines = text.substring(0, end).lines().toList();
        if (!lines.getFirst().equals(HEAD)) {
            throw new IOException("backup " + number + " is of another version: " + lines.getFirst());
        }
        try {
            List<Entry> entries = new ArrayList<>();
            for (String line : lines.subList(4, lines.size())) {
                Matcher file = FILE.matcher(line);
                if (!file.matches()) {
                    throw damaged(number);
                }
                entries.add(new Entry(
                        file.group(1), Long.parseLong(file.group(2)), Long.parseLong(file.group(3)), file.group(4)));
            }
            return new Manifest(
                    number,
                    field(number, lines.get(1)),
                    Instant.parse(field(number, lines.get(2))),
                    Long.parseLong(field(number, lines.get(3))),
                    List.copyOf(entries));
        } catch (IndexOutOfBoundsException | NumberFormatException | DateTimeException e) {
            throw new IOException(damaged(number).getMessage(), e);
        }
    }

    private static String field(long number, String line) throws IOException {
        Matcher field = FIELD.matcher(line);
        if (!field.matches()) {
            throw damaged(number);
        }
        return field.group(2);
    }

    private static IOException damaged(long number) {
        return new IOException("the list of the files of backup " + number + " is damaged");
    }

    private static String sum(String text) {
        return HexFormat.of().formatHex(sha256().digest(text.getBytes(StandardCharsets.UTF_8)));
    }

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
