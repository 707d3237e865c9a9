package dev.replicator.rocksdb;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rocksdb.ColumnFamilyDescriptor;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.WriteBatch;

/** Our batches are byte for byte those that RocksDB makes of the same rows. */
class RowsTest {
    @TempDir
    Path folder;

    @Test
    void batchesAreThoseOfRocksDb() throws Exception {
        NativeLibrary.load(folder.resolve("native"));
        long seed = 21;
        Random random = new Random(seed);
        try (Options options = new Options().setCreateIfMissing(true);
                RocksDB db = RocksDB.open(options, folder.resolve("db").toString())) {
            List<ColumnFamilyHandle> families = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                families.add(db.createColumnFamily(new ColumnFamilyDescriptor(new byte[] {(byte) ('a' + i)})));
            }
            for (int round = 0; round < 50; round++) {
                List<Rows> parts = new ArrayList<>();
                try (WriteBatch batch = new WriteBatch()) {
                    for (int part = 0; part < 3; part++) {
                        parts.add(fill(random, families, batch));
                    }
                    assertArrayEquals(batch.data(), Rows.join(parts), "seed " + seed + ", round " + round);
                    try (WriteBatch again = new WriteBatch(Rows.join(parts))) {
                        assertEquals(batch.count(), again.count());
                    }
                }
            }
            families.forEach(ColumnFamilyHandle::close);
        }
    }

    private static Rows fill(Random random, List<ColumnFamilyHandle> families, WriteBatch batch) throws Exception {
        Rows rows = new Rows();
        for (int i = random.nextInt(40); i > 0; i--) {
            ColumnFamilyHandle family = families.get(random.nextInt(families.size()));
            byte[] key = bytes(random, 1 + random.nextInt(300));
            byte[] value = bytes(random, random.nextInt(random.nextInt(10) == 0 ? 40_000 : 200));
            byte[] tail = bytes(random, random.nextInt(20));
            switch (random.nextInt(4)) {
                case 0 -> {
                    batch.delete(family, key);
                    rows.delete(family.getID(), key);
                }
                case 1 -> {
                    batch.delete(family, key);
                    rows.delete(family.getID(), new ByteWriter(1).raw(key));
                }
                case 2 -> {
                    batch.put(family, key, value);
                    rows.put(family.getID(), key, value);
                }
                default -> {
                    ByteWriter whole = new ByteWriter(1).raw(value).raw(tail);
                    batch.put(family, key, whole.toBytes());
                    rows.put(family.getID(), new ByteWriter(1).raw(key), new ByteWriter(1).raw(value), tail);
                }
            }
        }
        return rows;
    }

    private static byte[] bytes(Random random, int count) {
        byte[] bytes = new byte[count];
        random.nextBytes(bytes);
        return bytes;
    }
}
