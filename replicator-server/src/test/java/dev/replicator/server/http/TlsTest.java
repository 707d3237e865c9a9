package dev.replicator.server.http;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.replicator.server.limits.ClientRules;
import dev.replicator.server.limits.TrustedProxies;
import dev.replicator.server.tls.SelfSigned;
import dev.replicator.server.tls.ServerIdentity;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.Set;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** TLS as clients see it. */
final class TlsTest {
    private static final Set<String> BOTH = Set.copyOf(ServerIdentity.VERSIONS);
    private static final List<String> HOSTS = List.of("localhost", "127.0.0.1");

    @TempDir
    private static Path made;

    @TempDir
    private Path folder;

    private Path certificate;
    private Path key;
    private TestServer server;

    @BeforeAll
    static void make() throws IOException {
        for (String name : List.of("first", "second")) {
            SelfSigned.write(made.resolve(name + ".crt"), made.resolve(name + ".key"), HOSTS, 2);
        }
    }

    @BeforeEach
    void start() throws IOException {
        certificate = folder.resolve("server.crt");
        key = folder.resolve("server.key");
        install("first");
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private void install(String name) throws IOException {
        // Their lengths are alike, and both may be written within what a file system can tell apart.
        Files.writeString(certificate, "# " + name + "\n" + Files.readString(made.resolve(name + ".crt")));
        Files.writeString(key, Files.readString(made.resolve(name + ".key")));
    }

    private URI serve(Set<String> versions, HttpLimits limits) throws IOException {
        server = TestServer.start(
                limits,
                router -> router.root(
                                TestServer.open("GET", request -> Answer.json(200, "\"" + request.baseUrl() + "\"")))
                        .server(
                                "_echo",
                                TestServer.open(
                                        "PUT",
                                        request -> new Answer.Whole(
                                                200,
                                                Headers.of("Content-Type", "text/plain"),
                                                request.body().open().readAllBytes()))));
        InetSocketAddress address = server.server.listenByTls(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                ServerIdentity.of(certificate, key, "", versions));
        return URI.create("https://127.0.0.1:" + address.getPort() + "/");
    }

    private URI serve() throws IOException {
        return serve(BOTH, TestServer.limits(folder));
    }

    /** Trusts what was made here, and nothing else. */
    private static SSLContext trust() throws Exception {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        for (String name : List.of("first", "second")) {
            try (InputStream file = Files.newInputStream(made.resolve(name + ".crt"))) {
                store.setCertificateEntry(
                        name, CertificateFactory.getInstance("X.509").generateCertificate(file));
            }
        }
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(store);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        return context;
    }

    private static HttpClient client(HttpClient.Version version) throws Exception {
        return HttpClient.newBuilder().version(version).sslContext(trust()).build();
    }

    private static HttpResponse<String> get(URI url, HttpClient.Version version) throws Exception {
        try (HttpClient client = client(version)) {
            return client.send(
                    HttpRequest.newBuilder(url).timeout(Duration.ofSeconds(20)).build(), BodyHandlers.ofString());
        }
    }

    @Test
    void http2IsAgreedOn() throws Exception {
        URI url = serve();
        HttpResponse<String> received = get(url, HttpClient.Version.HTTP_2);
        assertEquals(HttpClient.Version.HTTP_2, received.version());
        assertEquals(
                "\"" + url.toString().replaceAll("/$", "") + "\"",
                received.body().strip());
    }

    @Test
    void whoWantsHttp11GetsIt() throws Exception {
        URI url = serve();
        HttpResponse<String> received = get(url, HttpClient.Version.HTTP_1_1);
        assertEquals(HttpClient.Version.HTTP_1_1, received.version());
        assertEquals(
                "\"" + url.toString().replaceAll("/$", "") + "\"",
                received.body().strip());
    }

    @Test
    void http2ThatIsOffIsNotAgreedOn() throws Exception {
        URI url = serve(BOTH, new HttpLimits(1 << 20, 64 * 1024, 1 << 20, folder.resolve("spool"), 4, 0, 60_000));
        assertEquals(
                HttpClient.Version.HTTP_1_1, get(url, HttpClient.Version.HTTP_2).version());
    }

    /** A protocol that this server does not have is no reason to break off: the request itself may still be HTTP. */
    @Test
    void whoOffersUnknownProtocolsIsTakenForHttp11() throws Exception {
        URI url = serve();
        try (SSLSocket socket = socket(url)) {
            var parameters = socket.getSSLParameters();
            parameters.setApplicationProtocols(new String[] {"http/1.0", "spdy/3"});
            socket.setSSLParameters(parameters);
            socket.startHandshake();
            assertEquals("", socket.getApplicationProtocol());
            ask(socket);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"HTTP_1_1", "HTTP_2"})
    void largeBodiesComeAndGoWhole(HttpClient.Version version) throws Exception {
        byte[] body = new byte[900_000];
        new Random(7).nextBytes(body);
        URI url = serve();
        try (HttpClient client = client(version)) {
            for (int i = 0; i < 3; i++) {
                HttpResponse<byte[]> received = client.send(
                        HttpRequest.newBuilder(url.resolve("/_echo"))
                                .timeout(Duration.ofSeconds(20))
                                .PUT(BodyPublishers.ofByteArray(body))
                                .build(),
                        BodyHandlers.ofByteArray());
                assertEquals(version, received.version());
                assertArrayEquals(body, received.body());
            }
        }
    }

    private static SSLSocket socket(URI url) throws Exception {
        SSLSocket socket = (SSLSocket) trust().getSocketFactory().createSocket("127.0.0.1", url.getPort());
        socket.setSoTimeout(20_000);
        return socket;
    }

    private static void ask(Socket socket) throws IOException {
        socket.getOutputStream()
                .write("GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
        assertTrue(answer.startsWith("HTTP/1.1 200 "), answer);
    }

    private static BigInteger shown(URI url) throws Exception {
        try (SSLSocket socket = socket(url)) {
            socket.startHandshake();
            return ((X509Certificate) socket.getSession().getPeerCertificates()[0]).getSerialNumber();
        }
    }

    private static BigInteger serial(String name) throws Exception {
        try (InputStream file = Files.newInputStream(made.resolve(name + ".crt"))) {
            return ((X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(file))
                    .getSerialNumber();
        }
    }

    @Test
    void aRenewedCertificateIsShownFromTheNextConnectionOn() throws Exception {
        URI url = serve();
        assertEquals(serial("first"), shown(url));
        install("second");
        assertEquals(serial("second"), shown(url));
    }

    @Test
    void aCertificateWhoseKeyIsNotThereYetIsNotShown() throws Exception {
        URI url = serve();
        Files.writeString(certificate, "# second\n" + Files.readString(made.resolve("second.crt")));
        assertEquals(serial("first"), shown(url));
        Files.delete(key);
        assertEquals(serial("first"), shown(url));
        install("second");
        assertEquals(serial("second"), shown(url));
    }

    /** As certbot and Kubernetes renew; the files' times and lengths say nothing. */
    @Test
    void aLinkThatIsTurnedToAnotherCertificateIsNoticed() throws Exception {
        long longest = 0;
        for (String name : List.of("first.crt", "second.crt", "first.key", "second.key")) {
            longest = Math.max(longest, Files.size(made.resolve(name)));
        }
        for (String name : List.of("first", "second")) {
            for (String kind : List.of(".crt", ".key")) {
                String pem = Files.readString(made.resolve(name + kind));
                Path file = folder.resolve(name + kind);
                Files.writeString(file, pem + "\n".repeat((int) longest - pem.length()));
                Files.setLastModifiedTime(file, FileTime.fromMillis(0));
            }
        }
        turn("first");
        URI url = serve();
        assertEquals(serial("first"), shown(url));
        turn("second");
        assertEquals(serial("second"), shown(url));
    }

    private void turn(String name) throws IOException {
        Files.deleteIfExists(certificate);
        Files.deleteIfExists(key);
        Files.createSymbolicLink(certificate, folder.resolve(name + ".crt"));
        Files.createSymbolicLink(key, folder.resolve(name + ".key"));
    }

    @Test
    void noClientAsksForOneHandshakeAfterTheOther() throws Exception {
        URI url = serve();
        try (SSLSocket socket = socket(url)) {
            socket.setEnabledProtocols(new String[] {"TLSv1.2"});
            socket.startHandshake();
            // Otherwise the next goes on with it, which costs little.
            socket.getSession().invalidate();
            socket.startHandshake();
            assertThrows(IOException.class, () -> ask(socket));
        }
        try (SSLSocket socket = socket(url)) {
            ask(socket);
        }
    }

    @Test
    void aVersionThatIsNotConfiguredIsNotSpoken() throws Exception {
        URI url = serve(Set.of("TLSv1.3"), TestServer.limits(folder));
        try (SSLSocket socket = socket(url)) {
            socket.setEnabledProtocols(new String[] {"TLSv1.2"});
            assertThrows(SSLHandshakeException.class, socket::startHandshake);
        }
        try (SSLSocket socket = socket(url)) {
            ask(socket);
            assertEquals("TLSv1.3", socket.getSession().getProtocol());
        }
    }

    @Test
    void oldCiphersAreNotSpoken() throws Exception {
        URI url = serve();
        try (SSLSocket socket = socket(url)) {
            socket.setEnabledProtocols(new String[] {"TLSv1.2"});
            socket.setEnabledCipherSuites(new String[] {"TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256"});
            assertThrows(SSLHandshakeException.class, socket::startHandshake);
        }
        try (SSLSocket socket = socket(url)) {
            socket.setEnabledProtocols(new String[] {"TLSv1.2"});
            ask(socket);
        }
    }

    /** As it has to be said before the first request, by TLS. */
    @Test
    void noUpgradeIsGrantedOverTls() throws Exception {
        URI url = serve();
        try (SSLSocket socket = socket(url)) {
            socket.getOutputStream().write(Http2StreamsTest.UPGRADE_REQUEST.getBytes(StandardCharsets.US_ASCII));
            byte[] begin = socket.getInputStream().readNBytes(12);
            assertEquals("HTTP/1.1 200", new String(begin, StandardCharsets.US_ASCII));
        }
    }

    @Test
    void whoDoesNotSpeakTlsIsLetGoAndOthersAreAnswered() throws Exception {
        URI url = serve();
        try (Socket plain = new Socket(InetAddress.getLoopbackAddress(), url.getPort())) {
            plain.setSoTimeout(20_000);
            plain.getOutputStream().write("GET / HTTP/1.1\r\nHost: h\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            String answer = new String(plain.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
            assertTrue(!answer.contains("HTTP"), answer);
        }
        try (Socket silent = new Socket(InetAddress.getLoopbackAddress(), url.getPort());
                SSLSocket other = socket(url)) {
            assertTrue(silent.isConnected());
            ask(other);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 100})
    void aHandshakeThatStopsIsNotWaitedFor(int http2Streams) throws Exception {
        HeadLimits heads = new HeadLimits(2000, 3000, 20, 500);
        Guards guards = new Guards(ClientRules.NONE, TrustedProxies.NONE, heads, 0, 0);
        URI url = serve(
                BOTH,
                new HttpLimits(1 << 20, 64 * 1024, 1 << 20, folder.resolve("spool"), 4, http2Streams, 60_000, guards));
        // A record of 512 bytes, of which half come.
        byte[] hello = new byte[5 + 256];
        System.arraycopy(new byte[] {22, 3, 1, 2, 0, 1, 0, 1, (byte) 252, 3, 3}, 0, hello, 0, 11);
        for (int sent : new int[] {0, 3, hello.length}) {
            try (Socket slow = new Socket(InetAddress.getLoopbackAddress(), url.getPort())) {
                slow.setSoTimeout(20_000);
                slow.getOutputStream().write(hello, 0, sent);
                assertEquals(0, slow.getInputStream().readAllBytes().length, sent + " bytes of a handshake");
            }
        }
        try (SSLSocket other = socket(url)) {
            ask(other);
        }
    }

    @Test
    void thePlainPortIsAnsweredToo() throws Exception {
        serve();
        try (Wire wire = server.connect()) {
            wire.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
            assertEquals(200, wire.receive().status());
        }
    }
}
