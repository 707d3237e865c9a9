package dev.replicator.rocksdb;

import dev.replicator.store.StoreException;
import java.io.IOException;
import java.io.InputStream;
import java.net.JarURLConnection;
import java.net.URL;
import java.net.URLConnection;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.zip.CRC32;
import org.rocksdb.RocksDB;
import org.rocksdb.util.Environment;

/**
 * Loads RocksDB's native library from a fixed folder, unpacking it there once.
 *
 * <p>Left to itself, rocksdbjni unpacks 17 MB to a file in the temporary folder at each start, and leaves it there when
 * the process is killed.
 */
final class NativeLibrary {
    private static final String NAME = "rocksdb";

    /** {@link RocksDB#loadLibrary(List)} asks for {@code librocksdbjnijni-…}: it adds what the name has already. */
    private static final String LOADED_NAME = "rocksdbjni";

    private static boolean loaded;

    private NativeLibrary() {}

    /** Loads the library, once for the process: the folder of a later call stays as it is. */
    static synchronized void load(Path folder) {
        if (loaded) {
            return;
        }
        Path file = folder.resolve(Environment.getJniLibraryFileName(LOADED_NAME));
        try {
            URL packed = packed(Environment.getJniLibraryFileName(NAME));
            if (!matches(file, packed)) {
                unpack(packed, file);
            }
            RocksDB.loadLibrary(List.of(folder.toString()));
        } catch (IOException | UnsatisfiedLinkError e) {
            throw new StoreException.CannotOpen("cannot load RocksDB's library from " + file + ": " + e, e);
        }
        loaded = true;
    }

    private static URL packed(String fileName) throws IOException {
        ClassLoader loader = RocksDB.class.getClassLoader();
        URL packed = loader.getResource(fileName);
        String fallback = Environment.getFallbackJniLibraryFileName(NAME);
        if (packed == null && fallback != null) {
            packed = loader.getResource(fallback);
        }
        if (packed == null) {
            throw new IOException("there is none for this system (" + fileName + ")");
        }
        return packed;
    }

    /** Whether the file is what is packed: one that was cut off by a crash or comes from another version is not. */
    private static boolean matches(Path file, URL packed) throws IOException {
        URLConnection connection = packed.openConnection();
        if (!(connection instanceof JarURLConnection jar) || !Files.isRegularFile(file)) {
            return false;
        }
        return Files.size(file) == jar.getJarEntry().getSize()
                && crc(file) == jar.getJarEntry().getCrc();
    }

    private static long crc(Path file) throws IOException {
        CRC32 crc = new CRC32();
        byte[] part = new byte[1 << 16];
        try (InputStream in = Files.newInputStream(file)) {
            for (int count = in.read(part); count >= 0; count = in.read(part)) {
                crc.update(part, 0, count);
            }
        }
        return crc.getValue();
    }

    private static void unpack(URL packed, Path file) throws IOException {
        Files.createDirectories(file.getParent());
        Path partial = Files.createTempFile(file.getParent(), "unpacking", null);
        try (InputStream in = packed.openStream()) {
            Files.copy(in, partial, StandardCopyOption.REPLACE_EXISTING);
            Files.move(partial, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(partial);
        }
    }
}
