package dev.replicator.server.http;

import io.undertow.protocols.http2.HpackDecoder;
import io.undertow.protocols.http2.HpackException;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** A connection of HTTP/2 with prior knowledge on which every frame is the test's own. */
final class Http2Wire implements AutoCloseable {
    static final int DATA = 0;
    static final int HEADERS = 1;
    static final int RST_STREAM = 3;
    static final int SETTINGS = 4;
    static final int PING = 6;
    static final int GOAWAY = 7;
    static final int WINDOW_UPDATE = 8;
    static final int CONTINUATION = 9;
    static final int END_STREAM = 1;
    static final int END_HEADERS = 4;
    static final int PADDED = 8;

    static final String PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
    private static final int TIMEOUT_MILLIS = 10_000;

    /** A frame as it came; the header fields of an answer decoded. */
    @SuppressWarnings("ArrayRecordComponent") // Not compared.
    record Frame(int type, int flags, int stream, byte[] payload, Map<String, String> fields) {
        int number() {
            return ByteBuffer.wrap(payload).getInt(type == GOAWAY ? 4 : 0);
        }

        boolean ends() {
            return (type == DATA || type == HEADERS) && (flags & END_STREAM) != 0;
        }
    }

    /** An answer: status and body, or the code with which its stream was reset. */
    record Received(Map<String, String> fields, String body, int reset) {
        int status() {
            return Integer.parseInt(fields.getOrDefault(":status", "0"));
        }
    }

    private final Socket socket = new Socket();
    private final DataInputStream in;
    private final OutputStream out;
    private final HpackDecoder decoder = new HpackDecoder(4096);
    private final Deque<Frame> kept = new ArrayDeque<>();
    private int lastStream = -1;

    /** @param settings number, value, number, value … */
    Http2Wire(InetSocketAddress server, int... settings) throws IOException {
        socket.setSoTimeout(TIMEOUT_MILLIS);
        socket.setTcpNoDelay(true);
        socket.connect(server);
        in = new DataInputStream(socket.getInputStream());
        out = socket.getOutputStream();
        ByteBuffer payload = ByteBuffer.allocate(3 * settings.length);
        for (int i = 0; i < settings.length; i += 2) {
            payload.putShort((short) settings[i]).putInt(settings[i + 1]);
        }
        out.write(PREFACE.getBytes(StandardCharsets.US_ASCII));
        send(SETTINGS, 0, 0, payload.array());
    }

    void send(int type, int flags, int stream, byte[] payload) throws IOException {
        ByteBuffer frame = ByteBuffer.allocate(9 + payload.length);
        frame.putInt((payload.length << 8) | type)
                .put((byte) flags)
                .putInt(stream)
                .put(payload);
        out.write(frame.array());
    }

    /** Begins a request; returns its stream. */
    int open(boolean ended, String method, String path, String... fields) throws IOException {
        lastStream += 2;
        send(HEADERS, END_HEADERS | (ended ? END_STREAM : 0), lastStream, head(method, path, fields));
        return lastStream;
    }

    int get(String path) throws IOException {
        return open(true, "GET", path);
    }

    static byte[] head(String method, String path, String... fields) {
        ByteArrayOutputStream block = new ByteArrayOutputStream();
        literal(block, ":method", method);
        literal(block, ":scheme", "http");
        literal(block, ":path", path);
        literal(block, ":authority", "h");
        for (int i = 0; i < fields.length; i += 2) {
            literal(block, fields[i], fields[i + 1]);
        }
        return block.toByteArray();
    }

    /** A field that enters no table (RFC 7541, section 6.2.2). */
    static void literal(ByteArrayOutputStream block, String name, String value) {
        block.write(0);
        string(block, name);
        string(block, value);
    }

    private static void string(ByteArrayOutputStream block, String text) {
        int rest = text.length();
        if (rest < 127) {
            block.write(rest);
        } else {
            block.write(127);
            for (rest -= 127; rest >= 128; rest >>= 7) {
                block.write((rest & 127) | 128);
            }
            block.write(rest);
        }
        block.writeBytes(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    void data(int stream, int length, boolean ends) throws IOException {
        send(DATA, ends ? END_STREAM : 0, stream, new byte[length]);
    }

    void reset(int stream) throws IOException {
        send(RST_STREAM, 0, stream, number(8));
    }

    void widen(int stream, int by) throws IOException {
        send(WINDOW_UPDATE, 0, stream, number(by));
    }

    static byte[] number(int number) {
        return ByteBuffer.allocate(4).putInt(number).array();
    }

    /** The next frame; throws {@link EOFException} at the end of the connection. */
    Frame next() throws IOException {
        int begin = in.readInt();
        int flags = in.read();
        int stream = in.readInt();
        int type = begin & 255;
        byte[] payload = in.readNBytes(begin >>> 8);
        // In the order in which they come: they share a table.
        return new Frame(type, flags, stream, payload, type == HEADERS ? decode(payload) : Map.of());
    }

    /** The next frame of that type, of whatever stream; others are dropped. */
    Frame next(int type) throws IOException {
        while (true) {
            Frame frame = next();
            if (frame.type() == type) {
                return frame;
            }
        }
    }

    /** Waits until the server has seen all that was sent; returns the frames that came until it says so. */
    List<Frame> ping() throws IOException {
        send(PING, 0, 0, new byte[8]);
        List<Frame> before = new ArrayList<>();
        while (true) {
            Frame frame = next();
            if (frame.type() == PING) {
                return before;
            }
            before.add(frame);
        }
    }

    /** The next frame of that stream; those of others are kept for later. */
    Frame of(int stream) throws IOException {
        for (Frame frame : kept) {
            if (frame.stream() == stream) {
                kept.remove(frame);
                return frame;
            }
        }
        while (true) {
            Frame frame = next();
            if (frame.type() == GOAWAY) {
                throw new EOFException("GOAWAY " + frame.number());
            }
            if (frame.stream() == stream) {
                return frame;
            }
            kept.add(frame);
        }
    }

    /** The answer on a stream, which must be whole within the windows. */
    Received receive(int stream) throws IOException {
        Map<String, String> fields = new TreeMap<>();
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        while (true) {
            Frame frame = of(stream);
            switch (frame.type()) {
                case HEADERS -> fields.putAll(frame.fields());
                case DATA -> body.writeBytes(frame.payload());
                case RST_STREAM -> {
                    return new Received(fields, body.toString(StandardCharsets.UTF_8), frame.number());
                }
                default -> {}
            }
            if (frame.ends()) {
                return new Received(fields, body.toString(StandardCharsets.UTF_8), -1);
            }
        }
    }

    private Map<String, String> decode(byte[] block) throws IOException {
        Map<String, String> fields = new TreeMap<>();
        decoder.setHeaderEmitter((name, value, _) -> fields.put(name.toString().toLowerCase(Locale.ROOT), value));
        try {
            decoder.decode(ByteBuffer.wrap(block), false);
        } catch (HpackException e) {
            throw new IOException(e);
        }
        return fields;
    }

    /** The code of the GOAWAY with which the server ends the connection; -1 where it ends without. */
    int end() throws IOException {
        try {
            return next(GOAWAY).number();
        } catch (EOFException | java.net.SocketException e) {
            return -1;
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
