package dev.replicator.server.endpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.replicator.server.config.Keys;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.GeneralSecurityException;
import java.util.Base64;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Peers behind {@code https}: whom this server trusts is what the section {@code [replicator]} says. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class HttpsReplicationTest {
    private static final String HERE = "SAN=ip:127.0.0.1";
    private static final String PREFIX = "/_node/_local/_config/replicator/";

    @TempDir
    private static Path keys;

    private static TestCertificates certificates;

    @TempDir
    private Path folder;

    private Served served;
    private Served other;

    @BeforeAll
    static void makeCertificates() throws IOException, InterruptedException {
        certificates = new TestCertificates(keys)
                .make("self", "-ext", HERE)
                .make("named", "-ext", "SAN=dns:localhost")
                .make("elsewhere", "-ext", "SAN=dns:example.org")
                .make("root", "-ext", "bc=ca:true")
                .make("between", "-signer", "root", "-ext", "bc=ca:true")
                .make("leaf", "-signer", "between", "-ext", HERE);
    }

    @AfterAll
    static void forget() {
        certificates = null;
    }

    @BeforeEach
    void start() throws IOException {
        served = new Served(folder.resolve("here"), Served.with(Keys.RETRIES_PER_REQUEST, 0));
        other = new Served(folder.resolve("there"));
        other.save("/db/doc", "{}");
    }

    @AfterEach
    void stop() {
        served.close();
        other.close();
    }

    private void configure(String key, String value) {
        assertEquals(200, served.put(PREFIX + key, "\"" + value + "\"").statusCode());
    }

    /** By one who does not administer the server, to whose peers it connects by addresses. */
    private HttpResponse<String> replicateByUserFrom(String alias) throws IOException, GeneralSecurityException {
        served.put("/_node/_local/_config/chttpd_auth/iterations", "\"1\"");
        configure("allowed_hosts", "127.0.0.1, ::1");
        configure("ssl_trusted_certificates_file", certificates.pem(alias).toString());
        served.save(
                "/_users/org.couchdb.user:bob",
                "{\"name\":\"bob\",\"type\":\"user\",\"roles\":[],\"password\":\"secret\"}");
        served.put("/db/_security", "{}");
        try (TlsFront front = new TlsFront(certificates.only(alias), other.uri("/"))) {
            return served.sendAsNobody(
                    "POST",
                    "/_replicate",
                    BodyPublishers.ofString("{\"source\":\"https://admin:secret@localhost:" + front.port()
                            + "/db\",\"target\":\"db\"}"),
                    BodyHandlers.ofString(),
                    "Content-Type",
                    Served.JSON,
                    "Authorization",
                    "Basic " + Base64.getEncoder().encodeToString("bob:secret".getBytes(StandardCharsets.UTF_8)));
        }
    }

    private HttpResponse<String> replicateFrom(String alias) throws IOException, GeneralSecurityException {
        try (TlsFront front = new TlsFront(certificates.only(alias), other.uri("/"))) {
            return served.post(
                    "/_replicate",
                    "{\"source\":\"https://admin:secret@127.0.0.1:" + front.port() + "/db\",\"target\":\"db\"}");
        }
    }

    private void assertArrived(HttpResponse<String> answer) {
        assertEquals(200, answer.statusCode(), answer.body());
        assertEquals(200, served.get("/db/doc").statusCode());
    }

    private void assertRefused(String why, HttpResponse<String> answer) {
        assertEquals(502, answer.statusCode(), answer.body());
        assertTrue(answer.body().matches("(?s).*(" + why + ").*"), answer.body());
        assertEquals(404, served.get("/db/doc").statusCode());
    }

    @Test
    void aCertificateThatNobodyKnowsIsRefusedAndTheReasonSaysSo() throws IOException, GeneralSecurityException {
        assertRefused(
                "https://127.0.0.1:[0-9]+/db/.*: SSLHandshakeException: .*certification path", replicateFrom("self"));
    }

    @Test
    void withoutVerificationAnyIsTaken() throws IOException, GeneralSecurityException {
        configure("verify_ssl_certificates", "false");
        assertArrived(replicateFrom("elsewhere"));
        configure("verify_ssl_certificates", "true");
        assertEquals(502, replicateFrom("elsewhere").statusCode(), "the setting holds at once");
    }

    @Test
    void aFileSaysWhomToTrust() throws IOException, GeneralSecurityException {
        configure("ssl_trusted_certificates_file", certificates.pem("root").toString());
        assertRefused("certification path", replicateFrom("self"));
        configure("ssl_trusted_certificates_file", certificates.pem("self").toString());
        assertArrived(replicateFrom("self"));
    }

    @Test
    void aTrustedCertificateOfAnotherHostIsRefused() throws IOException, GeneralSecurityException {
        configure("ssl_trusted_certificates_file", certificates.pem("elsewhere").toString());
        assertRefused("SSLHandshakeException: .*127.0.0.1", replicateFrom("elsewhere"));
    }

    @Test
    void aCertificateThatComesOfATrustedOneIsTaken() throws IOException, GeneralSecurityException {
        configure("ssl_trusted_certificates_file", certificates.pem("root").toString());
        assertArrived(replicateFrom("leaf"));
    }

    @Test
    void aFileThatCannotBeReadIsNamedAndReadAgainOnceItIsMended() throws IOException, GeneralSecurityException {
        Path file = folder.resolve("trusted.pem");
        configure("ssl_trusted_certificates_file", file.toString());
        String named = "replicator/ssl_trusted_certificates_file: .*trusted.pem cannot be used: ";
        assertRefused(named + ".*NoSuchFileException", replicateFrom("self"));
        Files.writeString(file, "nothing");
        assertRefused(named, replicateFrom("self"));
        Files.copy(certificates.pem("self"), folder.resolve("good.pem"));
        Files.move(folder.resolve("good.pem"), file, StandardCopyOption.REPLACE_EXISTING);
        assertArrived(replicateFrom("self"));
    }

    @Test
    void theCertificateIsOfTheNameWhereTheAddressIsChosen() throws IOException, GeneralSecurityException {
        assertArrived(replicateByUserFrom("named"));
    }

    @Test
    void aCertificateOfTheAddressIsNoneOfTheName() throws IOException, GeneralSecurityException {
        assertRefused("The server's log says more", replicateByUserFrom("self"));
    }
}
