package dev.replicator.conformance.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.replicator.conformance.http.HttpConnection;
import java.io.IOException;
import java.net.URI;
import java.util.Base64;

/**
 * The server under load, and how requests to it begin.
 *
 * @param authorization the value of the header, sent with every request
 */
record Endpoint(String host, int port, String authorization) {
    private static final int DEFAULT_PORT = 5984;

    static Endpoint of(URI url, String user, String password) {
        if (!"http".equals(url.getScheme()) || url.getHost() == null) {
            throw new IllegalArgumentException("not a URL like http://127.0.0.1:5984/: " + url);
        }
        String credentials = Base64.getEncoder().encodeToString((user + ":" + password).getBytes(UTF_8));
        return new Endpoint(url.getHost(), url.getPort() < 0 ? DEFAULT_PORT : url.getPort(), "Basic " + credentials);
    }

    HttpConnection connect() throws IOException {
        return new HttpConnection(host, port);
    }

    /** A request without a body. */
    byte[] request(String method, String path) {
        return (head(method, path) + "\r\n").getBytes(UTF_8);
    }

    /** A request with a JSON body. */
    byte[] request(String method, String path, byte[] body) {
        String head =
                head(method, path) + "Content-Type: application/json\r\nContent-Length: " + body.length + "\r\n\r\n";
        byte[] start = head.getBytes(UTF_8);
        byte[] request = new byte[start.length + body.length];
        System.arraycopy(start, 0, request, 0, start.length);
        System.arraycopy(body, 0, request, start.length, body.length);
        return request;
    }

    private String head(String method, String path) {
        return method + " " + path + " HTTP/1.1\r\nHost: " + host + ":" + port + "\r\nAuthorization: " + authorization
                + "\r\nAccept: application/json\r\n";
    }
}
