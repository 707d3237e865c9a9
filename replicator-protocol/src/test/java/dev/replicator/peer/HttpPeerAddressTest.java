package dev.replicator.peer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.replicator.replication.PeerException;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Where a peer is, and that nobody reads there who asks. */
class HttpPeerAddressTest {
    private static final String SECRET = "s3cr3t";

    @ParameterizedTest
    @CsvSource({
        "HTTP://Host.Example:80/db,http://host.example/db/",
        "https://host:443/db/,https://host/db/",
        "http://host:5984/a%2Fb,http://host:5984/a%2Fb/",
        "http://jan:apple@host/couch/db//,http://host/couch/db/",
        "http://jan:p@ss:word@host/db,http://host/db/",
        "http://[::1]:5984/db,http://[::1]:5984/db/"
    })
    void anAddressIsTheUrlWithoutCredentials(String url, String address) {
        try (HttpPeer peer = HttpPeer.open(HttpPeerSettings.of(url))) {
            assertEquals(address, peer.address());
        }
    }

    @Test
    void credentialsOfAUrlArePercentDecoded() {
        assertEquals(
                new Authentication.Basic("j@n", "p:a+b/"),
                HttpPeerSettings.of("http://j%40n:p%3Aa+b%2F@host/db").authentication());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://jan:s3cr3t@host",
                "http://jan:s3cr3t@host/",
                "ftp://jan:s3cr3t@host/db",
                "http://jan:s3cr3t@ho st/db",
                "http://jan:s3cr3t@host/db?x=1",
                "http://jan:s3cr3t@/db",
                "jan:s3cr3t@host/db"
            })
    void aUrlThatIsNoDatabaseIsRefusedWithoutShowingThePassword(String url) {
        Throwable refused = assertThrows(IllegalArgumentException.class, () -> HttpPeerSettings.of(url));
        for (Throwable cause = refused; cause != null; cause = cause.getCause()) {
            assertFalse(cause.toString().contains(SECRET), cause.toString());
        }
    }

    @Test
    void nothingThatIsPrintedShowsCredentials() {
        Map<String, String> headers = Map.of("X-Key", SECRET);
        for (Authentication authentication : List.of(
                new Authentication.None(),
                new Authentication.Basic("jan", SECRET),
                new Authentication.Session("jan", SECRET),
                new Authentication.Bearer(SECRET))) {
            try (FakePeer fake = FakePeer.always(FakePeer.Answered.json(403, "{\"error\":\"forbidden\"}"));
                    HttpPeer peer = HttpPeer.open(settings(
                            "http://jan:" + SECRET + "@127.0.0.1:" + fake.port() + "/db", authentication, headers))) {
                Throwable refused = assertThrows(PeerException.Refused.class, peer::info);
                String shown = peer
                        + refused.toString()
                        + peer.address()
                        + authentication
                        + settings(fake.url(), authentication, headers);
                assertFalse(shown.contains(SECRET), shown);
                assertEquals(SECRET, fake.asked().getLast().header("X-key").orElseThrow(), "it is sent");
            }
        }
    }

    @Test
    void aHeaderThatCannotBeSentIsRefusedWithoutItsValue() {
        for (String name : List.of("Content-Length", "a b")) {
            HttpPeerSettings settings =
                    settings("http://host/db", new Authentication.None(), Map.of(name, SECRET + "\n"));
            Throwable refused = assertThrows(IllegalArgumentException.class, () -> HttpPeer.open(settings));
            assertEquals("The header " + name + " cannot be sent to a peer", refused.getMessage());
        }
    }

    private static HttpPeerSettings settings(String url, Authentication authentication, Map<String, String> headers) {
        HttpPeerSettings all = HttpPeerSettings.of(url);
        return new HttpPeerSettings(
                URI.create(url),
                authentication,
                headers,
                Map.of(),
                true,
                all.heartbeat(),
                all.connectTimeout(),
                all.requestTimeout(),
                all.connections(),
                all.maxDocumentBytes(),
                Optional.empty());
    }
}
