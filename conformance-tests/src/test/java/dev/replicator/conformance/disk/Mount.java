package dev.replicator.conformance.disk;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Files at a folder of this machine, until it is closed. Needs Linux, root and {@code /dev/fuse}.
 *
 * <p>Closing it does not wait for those who have files of it open: all they do there fails from then on.
 */
final class Mount implements AutoCloseable {
    static final Path DEVICE = Path.of("/dev/fuse");

    private static final int WORKERS = 4;
    private static final int REQUEST = Frames.IN_HEADER + Frames.WRITE_HEADER + Frames.MAX_WRITE + Contents.PAGE;

    private final Path folder;
    private final int device;
    private final List<Thread> workers = new ArrayList<>();
    /** A mount would outlive the tests' process. */
    private final Thread atExit = new Thread(this::unmount, "unmounting");

    Mount(Tree tree, Path folder) {
        this.folder = folder;
        try {
            device = Libc.open(DEVICE.toString());
            Libc.mount("failing-disk", folder.toString(), "fd=" + device + ",rootmode=40000,user_id=0,group_id=0");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Runtime.getRuntime().addShutdownHook(atExit);
        Operations operations = new Operations(tree);
        for (int i = 0; i < WORKERS; i++) {
            workers.add(Thread.ofPlatform().name("disk-" + i).daemon().start(() -> work(operations)));
        }
    }

    private void work(Operations operations) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment request = arena.allocate(REQUEST, Long.BYTES);
            MemorySegment answer = arena.allocate(REQUEST, Long.BYTES);
            ByteBuffer in = request.asByteBuffer().order(ByteOrder.nativeOrder());
            ByteBuffer out = answer.asByteBuffer().order(ByteOrder.nativeOrder());
            while (true) {
                long length = Libc.read(device, request);
                in.clear().limit((int) length);
                if (operations.answer(in, out)) {
                    answer(answer, out.position());
                }
            }
        } catch (IOException unmounted) {
            // As it was meant to be.
        }
    }

    private void answer(MemorySegment answer, int length) {
        try {
            Libc.write(device, answer, length);
        } catch (IOException interrupted) {
            // Nobody waits for it any more: whoever asked was killed.
        }
    }

    private void unmount() {
        try {
            Libc.unmount(folder.toString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        Runtime.getRuntime().removeShutdownHook(atExit);
        unmount();
        try {
            for (Thread worker : workers) {
                worker.join();
            }
            Libc.close(device);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
