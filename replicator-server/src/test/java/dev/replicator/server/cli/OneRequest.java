package dev.replicator.server.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;

/** A server that takes the head of one request and goes. */
final class OneRequest implements AutoCloseable {
    private final ServerSocket server;
    private final CompletableFuture<String> head;

    OneRequest() throws IOException {
        server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        head = CompletableFuture.supplyAsync(this::take);
    }

    int port() {
        return server.getLocalPort();
    }

    private String take() {
        StringBuilder text = new StringBuilder();
        try (Socket socket = server.accept();
                InputStream in = socket.getInputStream()) {
            server.close();
            while (text.indexOf("\r\n\r\n") < 0) {
                text.append(new String(new byte[] {(byte) in.read()}, StandardCharsets.ISO_8859_1));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return text.toString();
    }

    String head() {
        return head.join();
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
