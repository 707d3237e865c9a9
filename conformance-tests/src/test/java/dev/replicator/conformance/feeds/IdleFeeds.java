package dev.replicator.conformance.feeds;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.concurrent.TimeUnit;

/** Many requests that are open at once, each on a connection of its own, read by the one thread that uses this. */
final class IdleFeeds implements AutoCloseable {
    private static final int BUFFER_BYTES = 64 << 10;

    private final InetSocketAddress server;
    private final Selector selector;
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES);

    IdleFeeds(URI server) throws IOException {
        this.server = new InetSocketAddress(server.getHost(), server.getPort());
        this.selector = Selector.open();
    }

    /** How much of a text a connection has sent so far, whose first byte stands in it but once. */
    private static final class Awaited {
        private byte[] text;
        private int seen;

        void look(ByteBuffer bytes) {
            while (bytes.hasRemaining() && seen < text.length) {
                byte next = bytes.get();
                seen = next == text[seen] ? seen + 1 : next == text[0] ? 1 : 0;
            }
        }

        boolean isThere() {
            return seen == text.length;
        }
    }

    /** Opens one more, which has its request sent when this returns. */
    void open(byte[] request) throws IOException {
        SocketChannel channel = SocketChannel.open(server);
        ByteBuffer rest = ByteBuffer.wrap(request);
        while (rest.hasRemaining()) {
            channel.write(rest);
        }
        channel.configureBlocking(false);
        channel.register(selector, SelectionKey.OP_READ, new Awaited());
    }

    /** Reads on until each has sent a text, or the time is over; returns how many have. */
    int await(String text, int seconds) throws IOException {
        byte[] bytes = text.getBytes(US_ASCII);
        selector.keys().forEach(key -> {
            ((Awaited) key.attachment()).text = bytes;
            ((Awaited) key.attachment()).seen = 0;
        });
        int all = selector.keys().size();
        int told = 0;
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
        while (told < all && System.nanoTime() < deadline) {
            selector.select(100);
            for (SelectionKey key : selector.selectedKeys()) {
                told += read((SocketChannel) key.channel(), (Awaited) key.attachment()) ? 1 : 0;
            }
            selector.selectedKeys().clear();
        }
        return told;
    }

    /** Reads what is there; returns whether that is the end of what is waited for. */
    private boolean read(SocketChannel channel, Awaited awaited) throws IOException {
        boolean before = awaited.isThere();
        buffer.clear();
        if (channel.read(buffer) < 0) {
            throw new EOFException("a feed ended");
        }
        awaited.look(buffer.flip());
        return !before && awaited.isThere();
    }

    @Override
    public void close() throws IOException {
        for (SelectionKey key : selector.keys()) {
            key.channel().close();
        }
        selector.close();
    }
}
