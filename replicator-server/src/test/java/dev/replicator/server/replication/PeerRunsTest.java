package dev.replicator.server.replication;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.replicator.peer.VirtualThreads;
import dev.replicator.replication.Peer;
import dev.replicator.replication.ReplicationException;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class PeerRunsTest {
    @Test
    void theSourceIsClosedWhereTheTargetCannotBeOpened() {
        List<String> calls = new ArrayList<>();
        Peer source = (Peer)
                Proxy.newProxyInstance(Peer.class.getClassLoader(), new Class<?>[] {Peer.class}, (_, method, _) -> {
                    calls.add(method.getName());
                    return null;
                });
        Job job = SchedulerTest.job("x", true, false);
        Peers peers = (reference, _) -> {
            if (reference.equals(job.request.target())) {
                throw new ReplicationException("forbidden", "not there", false, null);
            }
            return source;
        };
        PeerRuns runs = new PeerRuns("replicator", peers, new VirtualThreads());
        assertThrows(ReplicationException.class, () -> runs.start(job, _ -> {}));
        assertEquals(List.of("close"), calls);
    }
}
