package dev.replicator.conformance.replication;

import dev.replicator.conformance.process.FreePort;
import dev.replicator.conformance.process.ServerProcess;
import java.nio.file.Path;
import java.util.Map;

/** One of the servers, which keeps its port and its folder when it is killed and started again. Thread-safe. */
final class MeshMember implements AutoCloseable {
    static final String DATABASE = "mesh";

    /**
     * Short pauses: what takes minutes by the defaults is to happen within seconds. JVMs that start with little work.
     */
    private static final Map<String, String> SETTINGS = Map.of(
            "REPLICATOR_JAVA_OPTS", "-Xmx128m -XX:+UseSerialGC -XX:TieredStopAtLevel=1",
            "REPLICATOR_REPLICATOR_BACKOFF_INTERVAL", "200",
            "REPLICATOR_REPLICATOR_HEALTH_THRESHOLD", "1",
            "REPLICATOR_REPLICATOR_RETRIES_PER_REQUEST", "3",
            "REPLICATOR_REPLICATOR_CONNECTION_TIMEOUT", "6000",
            "REPLICATOR_REPLICATOR_CHECKPOINT_INTERVAL", "500");

    private final Requests requests;
    private ServerProcess server;
    private boolean up = true;

    /** Starts it, with an empty database. */
    MeshMember(Path data) {
        server = ServerProcess.start(data, FreePort.find(), SETTINGS);
        requests = new Requests(server.url());
        requests.call("PUT", DATABASE, "");
    }

    Requests requests() {
        return requests;
    }

    int port() {
        return requests.server().getPort();
    }

    /** Has it replicate from or to a database until the end of the test. */
    void replicate(String name, String source, String target) {
        requests.call(
                "PUT",
                "_replicator/" + name,
                "{\"source\":\"%s\",\"target\":\"%s\",\"continuous\":true}".formatted(source, target));
    }

    synchronized void kill() {
        up = false;
        server.kill();
    }

    synchronized void startAgain() {
        server = server.startAgain();
        up = true;
        notifyAll();
    }

    /** Returns when it is not killed, at once mostly. */
    synchronized void awaitUp() throws InterruptedException {
        while (!up) {
            wait();
        }
    }

    synchronized String output() {
        return server.output();
    }

    synchronized void stop() {
        server.stop();
    }

    @Override
    public synchronized void close() {
        server.close();
    }
}
