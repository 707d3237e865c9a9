package dev.replicator.server.endpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.replicator.server.config.AuditKeys;
import dev.replicator.server.config.AuthKeys;
import dev.replicator.server.config.ProxyKeys;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Requests that come through a proxy, from this machine's own address: whom they are taken for. */
class ProxiedRequestsTest {
    private static final String HEADER = "X-Forwarded-For";

    @TempDir
    private Path folder;

    private Served served;

    private void serve(String header, String proxies) throws Exception {
        served = new Served(
                folder,
                new Served.Setting(ProxyKeys.PEER_HEADER, header),
                new Served.Setting(ProxyKeys.TRUSTED_PROXIES, proxies),
                Served.with(AuthKeys.LOCKOUT_THRESHOLD, 2),
                new Served.Setting(AuditKeys.ENABLE, "true"));
    }

    @AfterEach
    void stop() {
        served.close();
    }

    private int login(String password, String... headers) {
        String[] all = new String[headers.length + 2];
        System.arraycopy(headers, 0, all, 2, headers.length);
        all[0] = "Authorization";
        all[1] = "Basic " + Base64.getEncoder().encodeToString(("admin:" + password).getBytes(StandardCharsets.UTF_8));
        return served.anonymously("GET", "/_session", "", all).statusCode();
    }

    private String doctor(String... headers) {
        return served.get("/_doctor", headers).body();
    }

    private static void assertContains(String part, String text) {
        assertTrue(text.contains(part), part + " in " + text);
    }

    @Test
    void whoGuessesPasswordsBehindATrustedProxyLocksNobodyElseOut() throws Exception {
        serve(HEADER, "127.0.0.1");
        assertEquals(401, login("guess", HEADER, "203.0.113.7"));
        assertEquals(401, login("again", HEADER, "203.0.113.7"));
        assertEquals(403, login("secret", HEADER, "203.0.113.7"));
        assertEquals(
                403, login("secret", HEADER, "203.0.113.8, 203.0.113.7"), "what a client says itself is not believed");
        assertEquals(200, login("secret", HEADER, "203.0.113.8"));
        served.close();
        String written = Files.readString(folder.resolve("audit.jsonl"));
        assertContains("\"address\":\"203.0.113.7\"", written);
        assertFalse(written.contains("127.0.0.1"), written);
    }

    @Test
    void aHeaderFromElsewhereChangesNothing() throws Exception {
        serve(HEADER, "192.0.2.0/24");
        assertEquals(401, login("guess", HEADER, "203.0.113.7"));
        assertEquals(401, login("again", HEADER, "203.0.113.8"));
        assertEquals(403, login("secret", HEADER, "203.0.113.9"));
        served.close();
        assertFalse(Files.readString(folder.resolve("audit.jsonl")).contains("203.0.113"));
    }

    @Test
    void theDoctorTellsTheAddressAndTheProxy() throws Exception {
        serve("x-real-ip", "127.0.0.1");
        String report = doctor("X-Real-IP", "203.0.113.7");
        assertContains("\"address\":\"203.0.113.7\",\"proxy\":\"127.0.0.1\"", report);
        assertContains("\"findings\":[]", report);
        assertContains("\"findings\":[]", doctor());
    }

    @Test
    void theDoctorFindsAProxyThatIsNotConfigured() throws Exception {
        served = new Served(folder);
        String report = doctor(HEADER, "203.0.113.7");
        assertContains("\"address\":\"127.0.0.1\",\"proxy\":null", report);
        assertContains("a proxy at 127.0.0.1 all count as one address", report);
        assertContains(
                "set chttpd/peer_header to X-Forwarded-For, and add its address to limits/trusted_proxies", report);
        served.put("/_node/_local/_config/chttpd/peer_header", "\"X-Forwarded-For\"");
        String half = doctor(HEADER, "203.0.113.7");
        assertContains("If it is yours, add its address to limits/trusted_proxies", half);
        served.put("/_node/_local/_config/limits/trusted_proxies", "\"10.0.0.0/8, 127.0.0.1\"");
        assertContains("\"findings\":[]", doctor(HEADER, "203.0.113.7"));
    }

    @Test
    void whatNamesNoHeaderOrNetworkIsRefused() throws Exception {
        served = new Served(folder);
        for (String[] wrong : new String[][] {
            {"chttpd/peer_header", "Forwarded"},
            {"chttpd/peer_header", "X Forwarded"},
            {"limits/trusted_proxies", "proxy.example"},
            {"limits/trusted_proxies", "10.0.0.0/33"},
        }) {
            assertEquals(
                    400,
                    served.put("/_node/_local/_config/" + wrong[0], "\"" + wrong[1] + "\"")
                            .statusCode(),
                    wrong[1]);
        }
    }
}
