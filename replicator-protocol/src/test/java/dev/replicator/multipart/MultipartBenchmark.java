package dev.replicator.multipart;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.util.Arrays;
import java.util.Random;

/** Prints how many bytes of parts are read in a second. Run by hand; figures depend on the machine. */
final class MultipartBenchmark {
    private static final String BOUNDARY = "e9a9d16d26236df5b35cf44fbde6d746";
    private static final int PIECE_BYTES = 16 * 1024;
    private static final int PIECES = 40_000;

    private MultipartBenchmark() {}

    public static void main(String[] args) {
        byte[] random = new byte[PIECE_BYTES];
        new Random(1).nextBytes(random);
        byte[] zeros = new byte[PIECE_BYTES];
        for (int round = 0; round < 3; round++) {
            print("random bytes", random);
            print("one byte repeated", zeros);
            print("carriage returns", filled("\r"));
            print("beginnings of delimiters", filled("\r\n--"));
            print("delimiters but for their last byte", filled("\r\n--" + BOUNDARY + "-"));
        }
    }

    private static byte[] filled(String pattern) {
        return Arrays.copyOf(pattern.repeat(PIECE_BYTES / pattern.length() + 1).getBytes(US_ASCII), PIECE_BYTES);
    }

    private static void print(String what, byte[] piece) {
        Count count = new Count();
        MultipartParser parser = new MultipartParser(BOUNDARY, MultipartLimits.ofParts(1), count);
        byte[] begin = ("--" + BOUNDARY + "\r\n\r\n").getBytes(US_ASCII);
        parser.take(begin, 0, begin.length);
        long start = System.nanoTime();
        for (int i = 0; i < PIECES; i++) {
            parser.take(piece, 0, piece.length);
        }
        double seconds = (System.nanoTime() - start) / 1e9;
        System.out.printf("%s: %.0f MB/s (%d bytes)%n", what, count.bytes / seconds / 1e6, count.bytes);
    }

    private static final class Count implements PartHandler {
        private long bytes;

        @Override
        public void begin(PartHeaders headers) {}

        @Override
        public void data(byte[] array, int offset, int count) {
            bytes += count;
        }

        @Override
        public void endPart() {}
    }
}
