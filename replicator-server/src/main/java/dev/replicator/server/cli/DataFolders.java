package dev.replicator.server.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Data folders that commands are given beside {@code serve}, which alone makes new ones. */
final class DataFolders {
    private DataFolders() {}

    /** @throws IOException where a folder is no data folder; the message is one line */
    static void require(Path folder) throws IOException {
        if (!Files.isDirectory(folder.resolve("rocksdb"))) {
            throw new IOException(folder + " is no data folder");
        }
    }
}
