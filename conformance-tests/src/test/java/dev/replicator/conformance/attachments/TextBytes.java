package dev.replicator.conformance.attachments;

import static java.nio.charset.StandardCharsets.US_ASCII;

/** Lines of text that gzip makes about a quarter of: half of each line is the same, half are digits of a number. */
record TextBytes(long seed) implements ByteSource {
    private static final int LINE = 64;
    private static final int DIGITS = 16;
    private static final byte[] SAME = "a line of the text that is attached to the doc\n".getBytes(US_ASCII);

    @Override
    public void fill(long offset, byte[] into, int count) {
        byte[] line = new byte[LINE];
        byte[] random = new byte[Long.BYTES];
        RandomBytes numbers = new RandomBytes(seed);
        for (int done = 0; done < count; ) {
            long number = (offset + done) / LINE;
            int within = (int) ((offset + done) % LINE);
            numbers.fill(number * Long.BYTES, random, Long.BYTES);
            for (int i = 0; i < DIGITS; i++) {
                line[i] = (byte) Character.forDigit((random[i / 2] >> (4 * (i % 2))) & 0xf, 16);
            }
            line[DIGITS] = ' ';
            System.arraycopy(SAME, 0, line, DIGITS + 1, SAME.length);
            int part = Math.min(LINE - within, count - done);
            System.arraycopy(line, within, into, done, part);
            done += part;
        }
    }
}
