package dev.replicator.server.limits;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.replicator.server.access.Caller;
import dev.replicator.server.metrics.Refusal;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ClientLimitsTest {
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    private static final Caller BOB = new Caller(Optional.of("bob"), Set.of(), Optional.of("cookie"));
    private static final Caller EVE = new Caller(Optional.of("eve"), Set.of(), Optional.of("cookie"));
    private static final Caller ADMIN = new Caller(Optional.of("root"), Set.of("_admin"), Optional.of("cookie"));

    private long nanos = Long.MAX_VALUE - SECOND;
    private ClientRules rules = ClientRules.NONE;
    private final List<Refusal> refusals = new ArrayList<>();
    private final ClientLimits limits = new ClientLimits(() -> rules, refusals::add, () -> nanos);

    private static InetAddress address(String text) {
        try {
            return InetAddress.getByName(text);
        } catch (UnknownHostException e) {
            throw new AssertionError(e);
        }
    }

    private boolean isServed(Caller caller, String address) {
        return limits.request(caller, address(address)).isEmpty();
    }

    private int served(Caller caller, String address, int asked) {
        int served = 0;
        for (int i = 0; i < asked; i++) {
            served += isServed(caller, address) ? 1 : 0;
        }
        return served;
    }

    @Test
    void aBurstIsServedAndThenTheRate() {
        rules = new ClientRules(0, 0, 0, 0, 0, 5, 4);
        assertEquals(20, served(BOB, "10.0.0.1", 100), "four seconds' worth at once");
        for (int second = 0; second < 10; second++) {
            nanos += SECOND;
            assertEquals(5, served(BOB, "10.0.0.1", 100));
        }
        nanos += 2 * SECOND;
        assertEquals(10, served(BOB, "10.0.0.1", 100), "it fills while it is not used");
    }

    @Test
    void whoIsRefusedIsToldWhenToComeBack() {
        rules = new ClientRules(0, 0, 0, 0, 0, 1, 1);
        assertTrue(isServed(BOB, "10.0.0.1"));
        Excess excess = limits.request(BOB, address("10.0.0.1")).orElseThrow();
        assertEquals(429, excess.error().status());
        assertTrue(excess.error().reason().contains("[limits] max_requests_per_second"));
        assertEquals(List.of(Refusal.MAX_REQUESTS_PER_SECOND), refusals);
        nanos += excess.retrySeconds() * SECOND;
        assertTrue(isServed(BOB, "10.0.0.1"));
    }

    @Test
    void usersAreCountedByNameAndNobodyByAddress() {
        rules = new ClientRules(0, 0, 0, 0, 0, 1, 1);
        assertTrue(isServed(BOB, "10.0.0.1"));
        assertEquals(0, served(BOB, "10.0.0.2", 1), "another address is the same user");
        assertTrue(isServed(EVE, "10.0.0.1"), "others behind that address have their own");
        assertTrue(isServed(Caller.anonymous(), "10.0.0.1"));
        assertEquals(0, served(Caller.anonymous(), "10.0.0.1", 1));
        assertTrue(isServed(Caller.anonymous(), "10.0.0.2"));
        assertTrue(isServed(Caller.anonymous(), "2001:db8::1"));
        assertEquals(0, served(Caller.anonymous(), "2001:db8::2", 1), "one customer's network is one address");
        assertTrue(isServed(Caller.anonymous(), "2001:db8:0:1::1"));
    }

    @Test
    void administratorsAreNeverHeldUp() {
        rules = new ClientRules(0, 0, 0, 1, 1, 1, 1);
        assertEquals(100, served(ADMIN, "10.0.0.1", 100));
        for (int i = 0; i < 10; i++) {
            assertInstanceOf(ClientLimits.Admitted.class, limits.openFeed(ADMIN, address("10.0.0.1")));
        }
    }

    @Test
    void bucketsAreForgottenWhenTheyAreFullAndBounded() {
        RequestRates rates = new RequestRates();
        for (int i = 0; i < 5000; i++) {
            assertEquals(0, rates.take("a" + i, 10, 1, 0));
        }
        assertEquals(5000, rates.size());
        for (int i = 0; i < 5000; i++) {
            assertEquals(0, rates.take("b", 1000, 10, 10 * SECOND));
        }
        assertEquals(1, rates.size(), "those who left are forgotten");
        for (int i = 0; i < RequestRates.MOST + 5000; i++) {
            assertEquals(0, rates.take("c" + i, 1, 3600, 10 * SECOND));
        }
        assertTrue(rates.size() <= RequestRates.MOST, rates.size() + " buckets");
    }

    @Test
    void placesAreForgottenWhenTheyAreLeft() {
        Places places = new Places();
        assertEquals(null, places.take("a", 2, 1));
        assertEquals(Places.Full.HOLDER, places.take("a", 2, 1));
        assertEquals(null, places.take("b", 2, 1));
        assertEquals(Places.Full.ALL, places.take("c", 2, 1));
        places.leave("a");
        places.leave("b");
        assertEquals(0, places.holders());
        assertEquals(null, places.take("a", 1, 1), "what was refused took no place");
    }

    @Test
    void whatAllHaveTogetherIsToldApartFromWhatOneHas() {
        rules = new ClientRules(2, 1, 1, 0, 1, 0, 1);
        assertTrue(limits.connect(address("10.0.0.1"), false).isPresent());
        assertTrue(limits.connect(address("10.0.0.1"), false).isEmpty());
        assertTrue(limits.connect(address("10.0.0.1"), true).isPresent(), "a proxy's are not those of one client");
        assertTrue(limits.connect(address("10.0.0.2"), true).isEmpty());
        assertInstanceOf(ClientLimits.Admitted.class, limits.openFeed(BOB, address("10.0.0.1")));
        assertInstanceOf(ClientLimits.Refused.class, limits.openFeed(BOB, address("10.0.0.2")));
        assertEquals(
                List.of(Refusal.MAX_CONNECTIONS_PER_ADDRESS, Refusal.MAX_CONNECTIONS, Refusal.MAX_FEEDS), refusals);
    }

    @Test
    void aFeedTooManyOfAUserLeavesTheAddressItsPlaces() {
        rules = new ClientRules(0, 0, 0, 1, 2, 0, 1);
        ClientLimits.Admission first = limits.openFeed(BOB, address("10.0.0.1"));
        for (int i = 0; i < 5; i++) {
            assertInstanceOf(ClientLimits.Refused.class, limits.openFeed(BOB, address("10.0.0.1")));
        }
        assertInstanceOf(ClientLimits.Admitted.class, limits.openFeed(EVE, address("10.0.0.1")));
        assertInstanceOf(ClientLimits.Refused.class, limits.openFeed(Caller.anonymous(), address("10.0.0.1")));
        assertEquals(5, Collections.frequency(refusals, Refusal.MAX_FEEDS_PER_USER));
        assertEquals(1, Collections.frequency(refusals, Refusal.MAX_FEEDS_PER_ADDRESS));
        ((ClientLimits.Admitted) first).place().leave();
        assertInstanceOf(ClientLimits.Admitted.class, limits.openFeed(BOB, address("10.0.0.1")));
    }
}
