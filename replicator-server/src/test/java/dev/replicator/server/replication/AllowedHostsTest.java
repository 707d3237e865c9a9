package dev.replicator.server.replication;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AllowedHostsTest {
    private static boolean hasAddress(String list, String address) throws UnknownHostException {
        return AllowedHosts.parse(list).hasAddress(InetAddress.getByName(address));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "127.0.0.1",
                "127.9.9.9",
                "0.0.0.0",
                "10.1.2.3",
                "172.16.0.1",
                "172.31.255.255",
                "192.168.1.1",
                "169.254.169.254",
                "100.64.0.1",
                "100.100.100.200",
                "192.0.0.192",
                "198.18.0.1",
                "224.0.0.1",
                "255.255.255.255",
                "168.63.129.16",
                "::",
                "::1",
                "::ffff:127.0.0.1",
                "::ffff:10.0.0.1",
                "::7f00:1",
                "fe80::1",
                "fec0::1",
                "fc00::1",
                "fd00:ec2::254",
                "ff02::1",
                "64:ff9b::7f00:1",
                "2002:7f00:1::",
                "2001::1",
                "2001:db8::1"
            })
    void whatIsOfThisMachineItsNetworkOrItsCloudIsNotPublic(String address) throws UnknownHostException {
        assertFalse(hasAddress("public", address));
        assertTrue(hasAddress("*", address));
        assertFalse(hasAddress("", address));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1.1.1.1",
                "9.255.255.255",
                "11.0.0.0",
                "126.0.0.1",
                "128.0.0.1",
                "172.15.0.1",
                "172.32.0.0",
                "192.167.0.1",
                "100.63.0.1",
                "100.128.0.1",
                "223.255.255.255",
                "::ffff:8.8.8.8",
                "2606:4700::1111",
                "2a00::1"
            })
    void whatIsOfTheInternetIsPublic(String address) throws UnknownHostException {
        assertTrue(hasAddress("public", address));
        assertFalse(hasAddress("10.0.0.0/8", address));
    }

    @Test
    void rangesReachAsFarAsTheirBits() throws UnknownHostException {
        String list = "public, 10.1.2.0/23,::1, fd00::/8 ,192.168.7.7";
        for (String in : new String[] {"10.1.2.0", "10.1.3.255", "::1", "fd99::1", "192.168.7.7", "8.8.8.8"}) {
            assertTrue(hasAddress(list, in), in);
        }
        for (String out : new String[] {"10.1.1.255", "10.1.4.0", "::2", "fc00::1", "192.168.7.8", "127.0.0.1"}) {
            assertFalse(hasAddress(list, out), out);
        }
        assertTrue(hasAddress("0.0.0.0/0", "127.0.0.1"));
        assertFalse(hasAddress("0.0.0.0/0", "::1"));
    }

    @Test
    void namesCountAsTheyAreOrByTheirEnd() {
        AllowedHosts hosts = AllowedHosts.parse("Couch.Example.org,*.inner, db_1");
        for (String in : new String[] {"couch.example.org", "COUCH.example.ORG.", "a.inner", "a.b.inner", "db_1"}) {
            assertTrue(hosts.hasName(in), in);
        }
        for (String out : new String[] {"example.org", "x.couch.example.org", "inner", "notinner", "db_1.org"}) {
            assertFalse(hosts.hasName(out), out);
        }
        assertTrue(AllowedHosts.parse("*").hasName("any"));
    }

    @Test
    void ofAddressesItIsSaidBeforeAnyNameIsLookedUp() {
        AllowedHosts hosts = AllowedHosts.parse("public,10.0.0.1");
        for (String out : new String[] {"127.0.0.1", "[::1]", "10.0.0.2", "127.1", "2130706433", "[::ffff:10.0.0.2]"}) {
            assertTrue(hosts.refusesAddress(out), out);
        }
        for (String in : new String[] {"10.0.0.1", "8.8.8.8", "[2606:4700::1111]", "localhost", "no.such.invalid"}) {
            assertFalse(hosts.refusesAddress(in), in);
        }
    }

    @Test
    void whatIsNoHostIsNotTaken() {
        Stream.of(
                        "10.0.0.0/33",
                        "10.0.0.0/-1",
                        "10.1/8",
                        "::/129",
                        "http://x",
                        "a b",
                        "*x",
                        "a.*",
                        "10.0.0.0/x",
                        "1.2.3.4.5")
                .forEach(list -> assertThrows(IllegalArgumentException.class, () -> AllowedHosts.parse(list), list));
        assertEquals(false, AllowedHosts.parse("").hasName(""));
    }
}
