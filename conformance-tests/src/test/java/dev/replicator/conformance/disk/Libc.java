package dev.replicator.conformance.disk;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.invoke.MethodHandle;

/** The system calls a mount needs that Java has not. */
@SuppressWarnings("restricted")
final class Libc {
    private static final StructLayout STATE = Linker.Option.captureStateLayout();
    private static final long ERRNO_AT = STATE.byteOffset(MemoryLayout.PathElement.groupElement("errno"));
    private static final Linker LINKER = Linker.nativeLinker();

    private static final MethodHandle OPEN =
            function("open", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT), Linker.Option.firstVariadicArg(2));
    private static final MethodHandle READ =
            function("read", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG));
    private static final MethodHandle WRITE =
            function("write", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG));
    private static final MethodHandle CLOSE = function("close", FunctionDescriptor.of(JAVA_INT, JAVA_INT));
    private static final MethodHandle MOUNT =
            function("mount", FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS, ADDRESS, JAVA_LONG, ADDRESS));
    private static final MethodHandle UMOUNT = function("umount2", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT));

    private static final int READ_WRITE_CLOSE_ON_EXEC = 2 | 02000000;
    private static final long NO_SUID_NO_DEVICES = 2 | 4;
    private static final int FORCE_AND_DETACH = 1 | 2;

    private Libc() {}

    private static MethodHandle function(String name, FunctionDescriptor type, Linker.Option... options) {
        Linker.Option[] all = new Linker.Option[options.length + 1];
        System.arraycopy(options, 0, all, 0, options.length);
        all[options.length] = Linker.Option.captureCallState("errno");
        return LINKER.downcallHandle(LINKER.defaultLookup().findOrThrow(name), type, all);
    }

    private interface Call {
        long with(MemorySegment state) throws Throwable;
    }

    /** @throws IOException with the error's number, where the call says -1 */
    private static long call(String name, Arena arena, Call call) throws IOException {
        MemorySegment state = arena.allocate(STATE);
        long result;
        try {
            result = call.with(state);
        } catch (Throwable e) {
            throw new LinkageError(name, e);
        }
        if (result < 0) {
            throw new IOException(name + ": errno " + state.get(JAVA_INT, ERRNO_AT));
        }
        return result;
    }

    /** Opens a file for reading and writing; programs that are started do not get it. */
    static int open(String path) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment name = arena.allocateFrom(path);
            return (int)
                    call("open " + path, arena, state -> (int) OPEN.invokeExact(state, name, READ_WRITE_CLOSE_ON_EXEC));
        }
    }

    static long read(int file, MemorySegment into) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            return call("read", arena, state -> (long) READ.invokeExact(state, file, into, into.byteSize()));
        }
    }

    static void write(int file, MemorySegment from, long length) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            long _ = call("write", arena, state -> (long) WRITE.invokeExact(state, file, from, length));
        }
    }

    static void close(int file) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            long _ = call("close", arena, state -> (int) CLOSE.invokeExact(state, file));
        }
    }

    /** Mounts a file system of FUSE. */
    static void mount(String name, String folder, String options) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment source = arena.allocateFrom(name);
            MemorySegment target = arena.allocateFrom(folder);
            MemorySegment type = arena.allocateFrom("fuse." + name);
            MemorySegment data = arena.allocateFrom(options);
            long _ = call("mount " + folder, arena, state ->
                    (int) MOUNT.invokeExact(state, source, target, type, NO_SUID_NO_DEVICES, data));
        }
    }

    /** Ends a mount, whoever uses it yet: all that waits for an answer gets an error. */
    static void unmount(String folder) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment target = arena.allocateFrom(folder);
            long _ = call(
                    "umount2 " + folder, arena, state -> (int) UMOUNT.invokeExact(state, target, FORCE_AND_DETACH));
        }
    }
}
