package dev.replicator.conformance.attachments;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Bytes that nothing compresses: SplitMix64's words of a seed, one after the other. */
record RandomBytes(long seed) implements ByteSource {
    private static final VarHandle WORD = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long GOLDEN = 0x9e3779b97f4a7c15L;

    @Override
    public void fill(long offset, byte[] into, int count) {
        int done = 0;
        while (done < count) {
            long at = offset + done;
            long word = word(at / Long.BYTES);
            if (at % Long.BYTES == 0 && count - done >= Long.BYTES) {
                WORD.set(into, done, word);
                done += Long.BYTES;
            } else {
                into[done++] = (byte) (word >>> (Long.BYTES * (at % Long.BYTES)));
            }
        }
    }

    private long word(long index) {
        long word = mixed(seed) + GOLDEN * (index + 1);
        return mixed(word);
    }

    private static long mixed(long word) {
        long half = (word ^ (word >>> 30)) * 0xbf58476d1ce4e5b9L;
        half = (half ^ (half >>> 27)) * 0x94d049bb133111ebL;
        return half ^ (half >>> 31);
    }
}
