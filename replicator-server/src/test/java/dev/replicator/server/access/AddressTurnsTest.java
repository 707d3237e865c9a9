package dev.replicator.server.access;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.replicator.error.CouchError;
import dev.replicator.server.address.Addresses;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Whose turn it is, and for whom there is no place. */
class AddressTurnsTest {
    private WaitingBounds bounds = new WaitingBounds(4, 3);
    private final AddressTurns queue = new AddressTurns("passwords", () -> bounds);
    private final CountDownLatch begun = new CountDownLatch(1);
    private final CountDownLatch goOn = new CountDownLatch(1);
    private final List<String> done = Collections.synchronizedList(new ArrayList<>());

    /** All that is submitted later waits until it goes on. */
    @BeforeEach
    void occupy() throws InterruptedException {
        var _ = queue.submit("other", () -> {
            begun.countDown();
            try {
                goOn.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            return "";
        });
        begun.await();
    }

    @AfterEach
    void close() {
        goOn.countDown();
        queue.close();
    }

    private CompletableFuture<String> submit(String address, String what) {
        return queue.submit(address, () -> {
                    done.add(what);
                    return what;
                })
                .toCompletableFuture();
    }

    private static void assertRefused(int status, String key, CompletableFuture<?> task) {
        assertTrue(task.isCompletedExceptionally(), "refused at once");
        CouchError error = Requests.refused(task);
        assertEquals(status, error.status());
        assertTrue(error.reason().contains("([limits] " + key + ")"), error.reason());
    }

    @Test
    void addressesTakeTurns() {
        bounds = new WaitingBounds(10, 10);
        List<CompletableFuture<String>> all = List.of(
                submit("a", "a1"),
                submit("a", "a2"),
                submit("a", "a3"),
                submit("b", "b1"),
                submit("c", "c1"),
                submit("b", "b2"));
        goOn.countDown();
        all.forEach(CompletableFuture::join);
        assertEquals(List.of("a1", "b1", "c1", "a2", "b2", "a3"), done);
        assertEquals(0, queue.size());
    }

    @Test
    void anAddressHasNoMoreThanItsShareWaiting() {
        List<CompletableFuture<String>> mine = List.of(submit("a", "a1"), submit("a", "a2"), submit("a", "a3"));
        assertRefused(429, "max_waiting_passwords_per_address", submit("a", "a4"));
        CompletableFuture<String> others = submit("b", "b1");
        assertEquals(4, queue.size());
        goOn.countDown();
        assertEquals("b1", others.join());
        mine.forEach(CompletableFuture::join);
        assertEquals("a4", submit("a", "a4").join());
    }

    /** So those who have none waiting get in, until there are as many addresses as places. */
    @Test
    void whoHasMostWaitingMakesPlace() {
        CompletableFuture<String> first = submit("a", "a1");
        CompletableFuture<String> second = submit("a", "a2");
        CompletableFuture<String> third = submit("a", "a3");
        CompletableFuture<String> b = submit("b", "b1");
        CompletableFuture<String> c = submit("c", "c1");
        assertRefused(503, "max_waiting_passwords", third);
        CompletableFuture<String> d = submit("d", "d1");
        assertRefused(503, "max_waiting_passwords", second);
        assertRefused(503, "max_waiting_passwords", submit("e", "e1"));
        assertRefused(503, "max_waiting_passwords", submit("a", "a4"));
        assertEquals(4, queue.size());
        goOn.countDown();
        CompletableFuture.allOf(first, b, c, d).join();
        assertEquals(List.of("a1", "b1", "c1", "d1"), done);
    }

    @Test
    void whatFailsFailsForItselfAlone() {
        CompletableFuture<String> failing = queue.<String>submit("a", () -> {
                    throw new IllegalStateException("no");
                })
                .toCompletableFuture();
        CompletableFuture<String> next = submit("a", "a2");
        goOn.countDown();
        assertEquals("a2", next.join());
        try {
            assertFalse(failing.join().isEmpty());
            throw new AssertionError("did not fail");
        } catch (CompletionException e) {
            assertEquals("no", e.getCause().getMessage());
        }
    }

    @Test
    void ofAnIpv6AddressTheNetworkCounts() {
        assertEquals(Addresses.keyOf("2001:db8:1:2::1"), Addresses.keyOf("2001:db8:1:2:ffff::2%1"));
        assertFalse(Addresses.keyOf("2001:db8:1:2::1").equals(Addresses.keyOf("2001:db8:1:3::1")));
        assertEquals("192.0.2.1", Addresses.keyOf("192.0.2.1"));
    }
}
