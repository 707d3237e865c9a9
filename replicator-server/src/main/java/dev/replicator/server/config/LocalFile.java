package dev.replicator.server.config;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;

/**
 * The file in which the server keeps what was written to its configuration while it ran: INI, like every other source.
 * It is replaced as a whole: after a crash there is the one before or the one after, never a part.
 */
final class LocalFile {
    static final String NAME = "local.ini";

    private static final String HEAD = """
            ; Written by the server: what is set by /_node/_local/_config is kept here.
            ; Changes made by hand are read at the start and by _config/_reload; comments are not kept.
            """;

    private final Path path;

    LocalFile(Path folder) {
        path = folder.resolve(NAME);
    }

    /**
     * What it holds; nothing where there is none.
     *
     * @throws SettingsException when it cannot be read, or holds what is not known or not taken
     */
    Layer read() {
        Layer layer = new Layer();
        if (Files.exists(path)) {
            layer.file(path);
            layer.entries().forEach((place, entry) -> {
                if (isOnlyForTheStart(place)) {
                    throw new SettingsException(
                            entry.origin() + ": " + place + " cannot be set here, in the folder that it names");
                }
            });
        }
        return layer;
    }

    /** Replaces it; returns when the new one is on the disk. */
    void write(Layer layer) throws IOException {
        Files.createDirectories(path.getParent());
        // Readable by its owner alone where the system knows owners: it holds hashes of passwords.
        Path partial = Files.createTempFile(path.getParent(), NAME, ".partial");
        try {
            try (FileChannel file = FileChannel.open(partial, StandardOpenOption.WRITE)) {
                ByteBuffer bytes = ByteBuffer.wrap(text(layer).getBytes(StandardCharsets.UTF_8));
                while (bytes.hasRemaining()) {
                    int _ = file.write(bytes);
                }
                file.force(true);
            }
            Files.move(partial, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(partial);
        }
        syncFolder();
    }

    static boolean isOnlyForTheStart(Layer.Place place) {
        return Keys.find(place)
                .filter(key -> key.effect() == Effect.ONLY_AT_START)
                .isPresent();
    }

    /** Whether a value comes back as it is from a file: comments, brackets and line ends would not. */
    static boolean canHold(Layer.Place place, String value) {
        String line = "[" + place.section() + "]\n" + place.name() + " = " + value + "\n";
        try {
            return IniFile.parse("", line.lines().toList())
                    .equals(List.of(new IniFile.Entry(2, place.section(), place.name(), value)));
        } catch (SettingsException e) {
            return false;
        }
    }

    private static String text(Layer layer) {
        StringBuilder text = new StringBuilder(HEAD);
        String section = "";
        for (var entry : layer.entries().entrySet()) {
            Layer.Place place = entry.getKey();
            if (!place.section().equals(section)) {
                section = place.section();
                text.append("\n[").append(section).append("]\n");
            }
            text.append(place.name())
                    .append(" = ")
                    .append(entry.getValue().text())
                    .append('\n');
        }
        return text.toString();
    }

    /** The name as well. Some systems cannot sync a folder. */
    private void syncFolder() {
        try (FileChannel folder = FileChannel.open(path.getParent(), StandardOpenOption.READ)) {
            folder.force(true);
        } catch (IOException _) {
            return;
        }
    }

    @Override
    public String toString() {
        return path.toString();
    }
}
