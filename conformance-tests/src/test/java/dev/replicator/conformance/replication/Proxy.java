package dev.replicator.conformance.replication;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * Stands before a server at a port of its own and passes on what it and its clients say, as long as it is let. Where
 * the server is not there, a connection ends as soon as it has begun.
 */
final class Proxy implements AutoCloseable {
    private static final int BUFFER = 8192;

    private final ServerSocket listener;
    private final int server;
    private final Supplier<Passage> passages;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();

    /** What bytes of one connection in one direction go through. Used by one thread. */
    @FunctionalInterface
    interface Passage {
        /** @return how many of the first {@code length} bytes pass; if not all, the connection ends behind them */
        int let(byte[] bytes, int length);
    }

    /**
     * @param server the port of the server behind it
     * @param passages one for each direction of each connection
     */
    Proxy(int server, Supplier<Passage> passages) {
        this.server = server;
        this.passages = passages;
        try {
            listener = new ServerSocket(0, 0, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Thread.startVirtualThread(this::accept);
    }

    int port() {
        return listener.getLocalPort();
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                Socket client = listener.accept();
                open.add(client);
                Thread.startVirtualThread(() -> connect(client));
            } catch (IOException closed) {
                return;
            }
        }
    }

    private void connect(Socket client) {
        try {
            Socket upstream = new Socket(InetAddress.getLoopbackAddress(), server);
            open.add(upstream);
            Passage requests = passages.get();
            Passage answers = passages.get();
            Thread.startVirtualThread(() -> pass(client, upstream, requests));
            pass(upstream, client, answers);
        } catch (IOException down) {
            end(client);
        }
    }

    private void pass(Socket from, Socket to, Passage passage) {
        byte[] buffer = new byte[BUFFER];
        try {
            InputStream input = from.getInputStream();
            OutputStream output = to.getOutputStream();
            for (int length = input.read(buffer); length >= 0; length = input.read(buffer)) {
                int passing = passage.let(buffer, length);
                output.write(buffer, 0, passing);
                if (passing < length) {
                    return;
                }
            }
        } catch (IOException ended) {
            // By either side, or by the other direction.
        } finally {
            end(from);
            end(to);
        }
    }

    private void end(Socket socket) {
        open.remove(socket);
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        try {
            listener.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        open.forEach(this::end);
    }
}
