package dev.replicator.conformance.process;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.Random;

/**
 * A free port for a server that will be killed and started again on it.
 *
 * <p>It lies below the ports that systems give to outgoing connections. Otherwise, while the server is down, a client
 * that keeps trying to connect could be given that very port and connect to itself.
 */
public final class FreePort {
    private static final int LOWEST = 12_000;
    private static final int BOUND = 32_000;
    private static final int TRIES = 100;

    private FreePort() {}

    public static int find() {
        Random random = new Random();
        for (int i = 0; i < TRIES; i++) {
            int port = random.nextInt(LOWEST, BOUND);
            try (var _ = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
                return port;
            } catch (IOException taken) {
                // Try the next one.
            }
        }
        throw new AssertionError("no free port between " + LOWEST + " and " + BOUND);
    }
}
