package dev.replicator.lines;

import java.io.IOException;
import java.io.InputStream;

/** A stream line by line, however long a line: each ends as a stream of its own would. One thread. */
final class LineInput extends InputStream {
    private static final int BUFFER_BYTES = 64 << 10;

    private final InputStream in;
    private final byte[] buffer = new byte[BUFFER_BYTES];
    private int position;
    private int end;
    private boolean lineEnded = true;
    private long line;
    private long taken;

    LineInput(InputStream in) {
        this.in = in;
    }

    /** Goes on to the next line, past what was not read of this one; false where there is none. */
    boolean nextLine() throws IOException {
        while (line > 0 && !lineEnded) {
            position = endOfLine();
            skipEnd();
        }
        if (!fill()) {
            return false;
        }
        line++;
        lineEnded = false;
        return true;
    }

    /** The number of the line, from 1 on. */
    long line() {
        return line;
    }

    /** How many bytes were read of all lines, about. */
    long taken() {
        return taken;
    }

    /** Passes over white space, which means nothing to JSON; whether nothing else is in the line. */
    boolean skipBlank() throws IOException {
        while (!lineEnded && fill()) {
            switch (buffer[position]) {
                case ' ', '\t', '\r' -> position++;
                case '\n' -> skipEnd();
                default -> {
                    return false;
                }
            }
        }
        return true;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int from, int count) throws IOException {
        if (count == 0) {
            return 0;
        }
        if (lineEnded || !fill()) {
            lineEnded = true;
            return -1;
        }
        int stop = endOfLine();
        int read = Math.min(count, stop - position);
        if (read == 0) {
            skipEnd();
            return -1;
        }
        System.arraycopy(buffer, position, into, from, read);
        position += read;
        return read;
    }

    /** Where the line ends, or what is in the buffer. */
    private int endOfLine() {
        for (int at = position; at < end; at++) {
            if (buffer[at] == '\n') {
                return at;
            }
        }
        return end;
    }

    /** At an end: of the line, of the buffer, or of all. */
    private void skipEnd() throws IOException {
        if (position < end) {
            position++;
            lineEnded = true;
        } else if (!fill()) {
            lineEnded = true;
        }
    }

    private boolean fill() throws IOException {
        if (position < end) {
            return true;
        }
        position = 0;
        end = Math.max(0, in.read(buffer));
        taken += end;
        return end > 0;
    }
}
