package dev.replicator.server.limits;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.replicator.server.address.Network;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TrustedProxiesTest {
    private static final TrustedProxies PROXIES = new TrustedProxies(
            Optional.of("X-Forwarded-For"),
            Stream.of("10.0.0.0/8", "192.0.2.1", "fd00::/8").map(Network::parse).toList());

    private static String client(String connected, String... fields) {
        return PROXIES.client(
                        InetAddress.ofLiteral(connected),
                        name -> name.equals("X-Forwarded-For") ? List.of(fields) : List.of("203.0.113.99"))
                .getHostAddress();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    10.0.0.1    | 203.0.113.7                         | 203.0.113.7
                    10.0.0.1    | 203.0.113.7, 10.1.2.3, 192.0.2.1    | 203.0.113.7
                    10.0.0.1    | 198.51.100.1, 203.0.113.7           | 203.0.113.7
                    10.0.0.1    | 10.9.9.9,203.0.113.7 , 10.1.2.3     | 203.0.113.7
                    fd00::1     | 2001:db8::7                         | 2001:db8:0:0:0:0:0:7
                    10.0.0.1    | ::ffff:203.0.113.7                  | 203.0.113.7
                    10.0.0.1    | 203.0.113.7:4711                    | 203.0.113.7
                    10.0.0.1    | [2001:db8::7]:4711                  | 2001:db8:0:0:0:0:0:7
                    10.0.0.1    | [2001:db8::7]                       | 2001:db8:0:0:0:0:0:7
                    10.0.0.1    | 10.1.1.1, 10.2.2.2                  | 10.1.1.1
                    """)
    void theLastAddressThatIsNoProxysIsTheClients(String connected, String field, String client) {
        assertEquals(client, client(connected, field));
    }

    @Test
    void severalFieldsAreOneList() {
        assertEquals("203.0.113.7", client("10.0.0.1", "198.51.100.1", "203.0.113.7, 10.1.2.3"));
        assertEquals("203.0.113.7", client("10.0.0.1", "198.51.100.1, 203.0.113.7", "10.1.2.3"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"192.0.2.2", "11.0.0.1", "203.0.113.1", "fe00::1"})
    void whoIsNoTrustedProxyIsNotBelieved(String connected) {
        assertEquals(InetAddress.ofLiteral(connected).getHostAddress(), client(connected, "198.51.100.1"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "unknown",
                "203.0.113.7,",
                "203.0.113.7, localhost",
                "203.0.113.7, _hidden",
                "1.2",
                "fe80::1%1"
            })
    void beforeWhatIsNoAddressNothingIsBelieved(String field) {
        assertEquals("10.0.0.1", client("10.0.0.1", field));
        assertEquals("10.1.2.3", client("10.0.0.1", field + ", 10.1.2.3"));
    }

    @Test
    void withoutTheHeaderTheProxyIsAllThatIsKnown() {
        assertEquals("10.0.0.1", client("10.0.0.1"));
    }

    @Test
    void withoutAConfiguredHeaderNobodyIsAProxy() {
        TrustedProxies none = new TrustedProxies(Optional.empty(), PROXIES.networks());
        assertFalse(none.include(InetAddress.ofLiteral("10.0.0.1")));
        assertTrue(PROXIES.include(InetAddress.ofLiteral("10.0.0.1")));
    }

    @ParameterizedTest
    @CsvSource({
        "192.168.16.0/20, 192.168.31.255, true",
        "192.168.16.0/20, 192.168.32.0, false",
        "192.168.16.0/20, 192.168.15.255, false",
        "128.0.0.0/1, 255.0.0.1, true",
        "128.0.0.0/1, 127.255.255.255, false",
        "0.0.0.0/0, 203.0.113.7, true",
        "0.0.0.0/0, 2001:db8::7, false",
        "192.0.2.1/32, 192.0.2.1, true",
        "192.0.2.1/32, 192.0.2.0, false",
        "2001:db8::/33, 2001:db8:7fff::1, true",
        "2001:db8::/33, 2001:db8:8000::1, false",
    })
    void aNetworkIsItsFirstBits(String network, String address, boolean contained) {
        assertEquals(contained, Network.parse(network).contains(InetAddress.ofLiteral(address)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "localhost",
                "10.0.0.0/33",
                "::/129",
                "10.0.0.0/",
                "10.0/8",
                "10.0.0.0/-1",
                "10.0.0.0/8/8",
                "10.0.0.256"
            })
    void whatIsNoNetworkIsRefused(String text) {
        assertThrows(IllegalArgumentException.class, () -> Network.parse(text));
    }
}
