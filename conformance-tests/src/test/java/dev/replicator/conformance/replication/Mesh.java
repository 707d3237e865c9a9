package dev.replicator.conformance.replication;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * Servers that replicate with each other, each pair by a replication that either of the two runs. Some pairs have a
 * network between them that cuts connections after any number of bytes, until it is told to be {@linkplain #calm calm}.
 */
final class Mesh implements AutoCloseable {
    private static final int LEAST_UNCUT = 100;
    private static final int MOST_UNCUT = 300_000;

    private final List<MeshMember> members = new ArrayList<>();
    private final List<Proxy> proxies = new ArrayList<>();
    private final SplittableRandom random;
    private volatile boolean calm;

    /** How members are connected; what one has reaches all others. */
    enum Shape {
        /** Each has one that it brings all it has to. */
        RING,
        /** Each brings what it has to each other one. */
        ALL_TO_ALL
    }

    Mesh(Path folder, int size, Shape shape, SplittableRandom random) {
        this.random = random;
        try {
            IntStream.range(0, size)
                    .parallel()
                    .mapToObj(i -> new MeshMember(folder.resolve("member" + i)))
                    .forEachOrdered(members::add);
            for (int from = 0; from < size; from++) {
                for (int to = 0; to < size; to++) {
                    if (shape == Shape.RING ? to == (from + 1) % size : to != from) {
                        connect(from, to);
                    }
                }
            }
        } catch (Throwable e) {
            close();
            throw e;
        }
    }

    List<MeshMember> members() {
        return members;
    }

    private void connect(int from, int to) {
        String name = from + "-to-" + to;
        boolean pulls = random.nextBoolean();
        MeshMember remote = members.get(pulls ? from : to);
        String address = Requests.address(port(remote), MeshMember.DATABASE);
        if (pulls) {
            members.get(to).replicate(name, address, MeshMember.DATABASE);
        } else {
            members.get(from).replicate(name, MeshMember.DATABASE, address);
        }
    }

    /** The port of a member, or of a network before it. */
    private int port(MeshMember member) {
        if (random.nextBoolean()) {
            return member.port();
        }
        Proxy proxy = new Proxy(member.port(), this::passage);
        proxies.add(proxy);
        return proxy.port();
    }

    private Proxy.Passage passage() {
        int uncut;
        synchronized (random) {
            uncut = random.nextInt(LEAST_UNCUT, MOST_UNCUT);
        }
        return new Proxy.Passage() {
            private int left = uncut;

            @Override
            public int let(byte[] bytes, int length) {
                if (calm) {
                    return length;
                }
                int passing = Math.min(left, length);
                left -= passing;
                return passing;
            }
        };
    }

    /** From now on no connection is cut. */
    void calm() {
        calm = true;
    }

    /** Ends all members as an operator does. */
    void stop() {
        members.forEach(MeshMember::stop);
    }

    @Override
    public void close() {
        proxies.forEach(Proxy::close);
        members.forEach(MeshMember::close);
    }
}
