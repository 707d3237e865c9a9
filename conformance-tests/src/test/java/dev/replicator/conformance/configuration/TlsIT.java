package dev.replicator.conformance.configuration;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.replicator.conformance.process.Command;
import dev.replicator.conformance.process.ServerProcess;
import java.io.InputStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** TLS as README sets it up: a certificate by the command, and what that prints as configuration. */
final class TlsIT {
    @Test
    void whatTheCommandPrintsMakesAServerSpeakTls(@TempDir Path folder) throws Exception {
        Path certificate = folder.resolve("c.crt");
        Path key = folder.resolve("c.key");
        Command.Result made =
                Command.run("certificate", "--cert", certificate.toString(), "--key", key.toString(), "--days", "2");
        assertEquals(0, made.status(), made.toString());
        Path ini = Files.writeString(folder.resolve("tls.ini"), made.output() + "port = 0\n");
        try (ServerProcess server = ServerProcess.startWithFlags(folder.resolve("data"), "--config", ini.toString());
                HttpClient client = HttpClient.newBuilder()
                        .sslContext(trusting(certificate))
                        .build()) {
            HttpResponse<String> received = client.send(
                    HttpRequest.newBuilder(server.tlsUrl())
                            .timeout(Duration.ofSeconds(30))
                            .build(),
                    BodyHandlers.ofString());
            assertEquals(200, received.statusCode());
            assertEquals(HttpClient.Version.HTTP_2, received.version());
            assertTrue(received.body().contains("\"couchdb\":\"Welcome\""), received.body());
        }
    }

    private static SSLContext trusting(Path certificate) throws Exception {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        try (InputStream file = Files.newInputStream(certificate)) {
            store.setCertificateEntry(
                    "it", CertificateFactory.getInstance("X.509").generateCertificate(file));
        }
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(store);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        return context;
    }
}
