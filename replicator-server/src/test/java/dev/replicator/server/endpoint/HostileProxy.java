package dev.replicator.server.endpoint;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;

/** Stands before an honest server, hands on what it says, and lies as a test has it. */
final class HostileProxy implements AutoCloseable {
    /** @param headers each {@code Name: value} */
    record Request(String method, String target, List<String> headers, byte[] body) {
        String text() {
            return new String(body, ISO_8859_1);
        }
    }

    /** @param headers each {@code Name: value}, without a length */
    record Reply(int status, List<String> headers, byte[] body) {
        static Reply json(int status, String body, String... headers) {
            List<String> all = new ArrayList<>(List.of(headers));
            all.add("Content-Type: application/json");
            return new Reply(status, all, body.getBytes(ISO_8859_1));
        }

        static Reply html(int status, String... headers) {
            List<String> all = new ArrayList<>(List.of(headers));
            all.add("Content-Type: text/html");
            return new Reply(status, all, "<html><form action=login></html>".getBytes(ISO_8859_1));
        }

        /** The same with another text, each character a byte. */
        Reply with(UnaryOperator<String> change) {
            return new Reply(
                    status, headers, change.apply(new String(body, ISO_8859_1)).getBytes(ISO_8859_1));
        }

        String head(long length) {
            return "HTTP/1.1 " + status + " So\r\n" + String.join("\r\n", headers) + "\r\nContent-Length: " + length
                    + "\r\nConnection: close\r\n\r\n";
        }
    }

    /** What the honest server says; asked at most once. */
    @FunctionalInterface
    interface Honest {
        Reply reply() throws IOException, InterruptedException;
    }

    /** What is done in place of handing on. */
    @FunctionalInterface
    interface Fault {
        /** The connection is closed behind it. */
        void play(Request request, Honest honest, Socket to) throws IOException, InterruptedException;
    }

    static final Fault NONE = (_, honest, to) -> send(to, honest.reply());

    private final URI upstream;
    private final HttpClient client = HttpClient.newHttpClient();
    private final ServerSocket server;
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private volatile Fault fault = NONE;

    /** @param upstream the honest server */
    HostileProxy(URI upstream) {
        this.upstream = upstream;
        try {
            server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Thread.ofVirtual().start(this::accept);
    }

    void play(Fault next) {
        fault = next;
    }

    String authority() {
        return "127.0.0.1:" + server.getLocalPort();
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket socket = server.accept();
                sockets.add(socket);
                Thread.ofPlatform().daemon().start(() -> serve(socket));
            } catch (IOException e) {
                return;
            }
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            Request request = read(socket.getInputStream());
            fault.play(request, () -> forward(request), socket);
        } catch (IOException | InterruptedException e) {
            // The client went, as it should from some of this.
        } finally {
            sockets.remove(socket);
        }
    }

    private static Request read(InputStream in) throws IOException {
        ByteArrayOutputStream head = new ByteArrayOutputStream();
        while (!head.toString(ISO_8859_1).endsWith("\r\n\r\n")) {
            int b = in.read();
            if (b < 0) {
                throw new IOException("no head");
            }
            head.write(b);
        }
        List<String> lines = List.of(head.toString(ISO_8859_1).split("\r\n", -1));
        String[] first = lines.getFirst().split(" ", -1);
        int length = lines.stream()
                .filter(line -> line.toLowerCase(Locale.ROOT).startsWith("content-length: "))
                .mapToInt(line -> Integer.parseInt(line.substring(16)))
                .findFirst()
                .orElse(0);
        return new Request(first[0], first[1], lines.subList(1, lines.size() - 2), in.readNBytes(length));
    }

    private Reply forward(Request request) throws IOException, InterruptedException {
        HttpRequest.Builder sent = HttpRequest.newBuilder(upstream.resolve(request.target()))
                .method(request.method(), HttpRequest.BodyPublishers.ofByteArray(request.body()));
        for (String header : request.headers()) {
            String[] parts = header.split(": ", 2);
            if (Set.of("authorization", "accept", "content-type").contains(parts[0].toLowerCase(Locale.ROOT))) {
                sent.header(parts[0], parts[1]);
            }
        }
        HttpResponse<byte[]> answer = client.send(sent.build(), HttpResponse.BodyHandlers.ofByteArray());
        List<String> headers = answer.headers()
                .firstValue("Content-Type")
                .map(type -> List.of("Content-Type: " + type))
                .orElse(List.of("X-No: type"));
        return new Reply(answer.statusCode(), headers, answer.body());
    }

    static void send(Socket to, Reply reply) throws IOException {
        OutputStream out = to.getOutputStream();
        out.write(reply.head(reply.body().length).getBytes(ISO_8859_1));
        out.write(reply.body());
        out.flush();
    }

    @Override
    public void close() throws IOException {
        server.close();
        for (Socket socket : sockets) {
            socket.close();
        }
        client.shutdownNow();
    }
}
