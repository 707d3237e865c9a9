package dev.replicator.local;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.replicator.document.Blob;
import dev.replicator.store.AttachmentLease;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Base64;
import java.util.Random;
import java.util.zip.CRC32;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AttachmentCodingTest extends LocalFixture {
    private final AttachmentLease lease = db.lease();

    @AfterEach
    void closeLease() {
        lease.close();
    }

    private static String digest(Blob blob) {
        return Base64.getEncoder().encodeToString(blob.md5());
    }

    private Blob store(String type, byte[] bytes) {
        try {
            return IncomingAttachment.plain(lease, type).storeAll(new ByteArrayInputStream(bytes));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static byte[] random(int length) {
        byte[] bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        return bytes;
    }

    @ParameterizedTest
    @CsvSource({
        "text/plain,true",
        "TEXT/HTML,true",
        "text/plain; charset=utf-8,true",
        "'text/x ;a=b',true",
        "application/json,true",
        "Application/JavaScript,true",
        "application/xml;q=1,true",
        "application/jsonx,false",
        "application/octet-stream,false",
        "image/svg+xml,false",
        "context/plain,false",
        "'',false"
    })
    void textIsCompressible(String type, boolean compressible) {
        assertEquals(compressible, AttachmentCoding.isCompressible(type));
    }

    /** Digests of attachments.json of the recordings. */
    @ParameterizedTest
    @CsvSource({
        "text/plain,hello,1,iMaiC8wqiFlD2NjLTemvCQ==,25",
        "text/plain,put here,1,CVc4Bqun2+EJoFyDiJUJNA==,-1",
        "text/plain,'',1,cCkGbCesb17xjWYNV0GXmg==,-1",
        "text/html,<b>x</b>,1,s5vgjpzaIuF9Kx5VCfPTTw==,-1",
        "text/plain,'compressible text. ',200,PRLXzSDx8lt2xnoZTAM/hg==,68"
    })
    void storesTextWithCouchDbsBytes(String type, String text, int times, String digest, long storedLength) {
        byte[] bytes = text.repeat(times).getBytes(UTF_8);
        Blob blob = store(type, bytes);
        assertEquals(digest, digest(blob));
        assertEquals(bytes.length, blob.length());
        assertEquals(Blob.Encoding.GZIP, blob.encoding());
        assertTrue(storedLength < 0 || storedLength == blob.storedLength());
        assertArrayEquals(bytes, bytes(AttachmentCoding.decoded(db, blob)));
    }

    @Test
    void knowsWhetherTheDeflaterIsTheUsualOne() {
        assertTrue(AttachmentCoding.compressesLikeCouchDb());
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 65535, 65536, 65537, 300_000})
    void bytesOfEveryLengthComeBack(int length) {
        byte[] bytes = random(length);
        for (String type : new String[] {"text/plain", "image/x"}) {
            Blob blob = store(type, bytes);
            assertEquals(length, blob.length());
            assertArrayEquals(bytes, bytes(AttachmentCoding.decoded(db, blob)));
            assertEquals(blob.storedLength(), bytes(AttachmentCoding.stored(db, blob)).length);
        }
    }

    @Test
    void otherTypesAreStoredAsTheyCome() {
        Blob blob = store("application/octet-stream", new byte[] {0, 1, 2});
        assertEquals("uV9n9h67A2GWIteY9F/C0w==", digest(blob));
        assertEquals(Blob.Encoding.IDENTITY, blob.encoding());
        assertArrayEquals(new byte[] {0, 1, 2}, bytes(AttachmentCoding.stored(db, blob)));
    }

    @Test
    void readsFromAnyPlace() throws IOException {
        byte[] bytes = random(1000);
        try (InputStream stored = AttachmentCoding.stored(db, store("image/x", bytes))) {
            assertEquals(bytes[0] & 0xff, stored.read());
            assertEquals(499, stored.skip(499));
            byte[] part = new byte[20];
            assertEquals(10, stored.read(part, 5, 10));
            assertArrayEquals(Arrays.copyOfRange(bytes, 500, 510), Arrays.copyOfRange(part, 5, 15));
            assertEquals(490, stored.skip(1_000_000));
            assertEquals(-1, stored.read());
            assertEquals(0, stored.read(part, 0, 0));
        }
    }

    // ---- sent gzipped

    private static byte[] gzip(byte[] bytes) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
            gzip.write(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }

    /** As a socket gives bytes: a few at a time, and never any ahead. */
    private static InputStream trickle(byte[] bytes, int step) {
        return new FilterInputStream(new ByteArrayInputStream(bytes)) {
            @Override
            public int read(byte[] into, int from, int count) throws IOException {
                return super.read(into, from, Math.min(count, step));
            }

            @Override
            public int available() {
                return 0;
            }
        };
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 7, 100, 100_000})
    void gzippedBytesAreKeptAsTheyAre(int step) throws IOException {
        byte[] bytes = random(100_000);
        byte[] sent = gzip(bytes);
        Blob blob = IncomingAttachment.gzipped(lease).storeAll(trickle(sent, step));
        assertEquals(bytes.length, blob.length());
        assertArrayEquals(sent, bytes(AttachmentCoding.stored(db, blob)));
        assertArrayEquals(bytes, bytes(AttachmentCoding.decoded(db, blob)));
    }

    /** The first ends at every place about the end of a buffer: there a reader must ask whether more follows. */
    @Test
    void severalMembersAreOneAttachment() throws IOException {
        for (int length = 65_440; length < 65_560; length++) {
            ByteArrayOutputStream sent = new ByteArrayOutputStream();
            ByteArrayOutputStream whole = new ByteArrayOutputStream();
            for (byte[] part : new byte[][] {random(length), random(100), random(5)}) {
                sent.write(gzip(part));
                whole.write(part);
            }
            for (int step : new int[] {length, 100_000}) {
                Blob blob = IncomingAttachment.gzipped(lease).storeAll(trickle(sent.toByteArray(), step));
                assertArrayEquals(sent.toByteArray(), bytes(AttachmentCoding.stored(db, blob)));
                assertEquals(whole.size(), blob.length());
                assertArrayEquals(whole.toByteArray(), bytes(AttachmentCoding.decoded(db, blob)));
            }
        }
    }

    /** A file name, a comment, extra fields and a checksum of the header, as gzip programs write them. */
    @ParameterizedTest
    @ValueSource(ints = {1, 3, 100_000})
    void allFieldsOfAHeaderAreRead(int step) throws IOException {
        byte[] bytes = random(1000);
        byte[] plain = gzip(bytes);
        for (int flags = 0; flags < 32; flags += 2) {
            ByteArrayOutputStream sent = new ByteArrayOutputStream();
            sent.write(new byte[] {0x1f, (byte) 0x8b, 8, (byte) flags, 0, 0, 0, 0, 0, 3});
            if ((flags & 4) != 0) {
                sent.write(new byte[] {3, 0, 0, 1, 0});
            }
            if ((flags & 8) != 0) {
                sent.write("name\0".getBytes(UTF_8));
            }
            if ((flags & 16) != 0) {
                sent.write("a comment\0".getBytes(UTF_8));
            }
            if ((flags & 2) != 0) {
                CRC32 header = new CRC32();
                header.update(sent.toByteArray());
                sent.write((int) header.getValue());
                sent.write((int) (header.getValue() >> 8));
            }
            sent.write(plain, 10, plain.length - 10);
            Blob blob = IncomingAttachment.gzipped(lease).storeAll(trickle(sent.toByteArray(), step));
            assertEquals(bytes.length, blob.length());
            assertArrayEquals(bytes, bytes(AttachmentCoding.decoded(db, blob)));
        }
    }

    @Test
    void whatFollowsTheLastMemberIsKeptAndNotRead() throws IOException {
        byte[] sent = Arrays.copyOf(gzip(random(10)), 200_000);
        Blob blob = IncomingAttachment.gzipped(lease).storeAll(new ByteArrayInputStream(sent));
        assertArrayEquals(sent, bytes(AttachmentCoding.stored(db, blob)));
        assertArrayEquals(random(10), bytes(AttachmentCoding.decoded(db, blob)));
    }

    @Test
    void whatIsNotGzipIsRefusedAndLeavesNothing() {
        byte[] cut = Arrays.copyOf(gzip(random(1000)), 500);
        byte[] damaged = gzip(random(1000));
        damaged[damaged.length - 6] ^= 1;
        for (byte[] bad : new byte[][] {new byte[0], "plain".getBytes(UTF_8), cut, damaged}) {
            assertThrows(
                    IOException.class, () -> IncomingAttachment.gzipped(lease).storeAll(new ByteArrayInputStream(bad)));
        }
        lease.close();
        assertEquals(0, db.sweepAttachments());
    }

    @Test
    void aSourceThatFailsLeavesNothing() {
        InputStream failing = new FilterInputStream(new ByteArrayInputStream(random(100_000))) {
            @Override
            public int read(byte[] into, int from, int count) throws IOException {
                int read = super.read(into, from, count);
                if (read < 0) {
                    throw new IOException("the client left");
                }
                return read;
            }
        };
        assertThrows(
                IOException.class,
                () -> IncomingAttachment.plain(lease, "text/plain").storeAll(failing));
        lease.close();
        assertEquals(0, db.sweepAttachments());
    }
}
