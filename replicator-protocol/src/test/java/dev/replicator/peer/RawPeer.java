package dev.replicator.peer;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** A server that keeps no rules: a test says what each connection does once the head of a request is there. */
final class RawPeer implements AutoCloseable {
    /** What a connection does; it is closed behind that. */
    @FunctionalInterface
    interface Script {
        void play(Socket socket) throws IOException, InterruptedException;
    }

    private final ServerSocket server;
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();

    RawPeer(Script script) {
        try {
            server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Thread.ofVirtual().start(() -> accept(script));
    }

    private void accept(Script script) {
        while (!server.isClosed()) {
            try {
                Socket socket = server.accept();
                sockets.add(socket);
                Thread.ofVirtual().start(() -> play(socket, script));
            } catch (IOException e) {
                return;
            }
        }
    }

    private static void play(Socket socket, Script script) {
        try (socket) {
            readHead(socket);
            script.play(socket);
        } catch (IOException | InterruptedException e) {
            // The client went, which is what some tests are about.
        }
    }

    private static void readHead(Socket socket) throws IOException {
        int ends = 0;
        while (ends < 4) {
            int b = socket.getInputStream().read();
            if (b < 0) {
                throw new IOException("no head");
            }
            boolean next = b == (ends % 2 == 0 ? '\r' : '\n');
            ends = next ? ends + 1 : b == '\r' ? 1 : 0;
        }
    }

    static void send(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
        socket.getOutputStream().flush();
    }

    static String head(String contentType, String more) {
        return "HTTP/1.1 200 OK\r\nContent-Type: " + contentType + "\r\n" + more + "\r\n\r\n";
    }

    String url() {
        return "http://127.0.0.1:" + server.getLocalPort() + "/db";
    }

    /** A peer with time-outs that a test can wait for. */
    HttpPeer peer(Duration heartbeat, Duration requestTimeout) {
        HttpPeerSettings all = HttpPeerSettings.of(url());
        return HttpPeer.open(new HttpPeerSettings(
                all.database(),
                all.authentication(),
                Map.of(),
                Map.of(),
                true,
                heartbeat,
                all.connectTimeout(),
                requestTimeout,
                2,
                all.maxDocumentBytes(),
                Optional.empty()));
    }

    @Override
    public void close() throws IOException {
        server.close();
        for (Socket socket : sockets) {
            socket.close();
        }
    }
}
