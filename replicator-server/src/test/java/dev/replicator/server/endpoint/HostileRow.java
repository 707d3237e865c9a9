package dev.replicator.server.endpoint;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;

/**
 * A way to be hostile, and what is said of it.
 *
 * @param reason found in what the replication fails with; empty where it bears this
 * @param slow whether it is about time or size: then with a short time-out, and once
 */
record HostileRow(String name, HostileProxy.Fault fault, Optional<Pattern> reason, boolean slow) {
    /** Writes what is no rule's. */
    @FunctionalInterface
    interface Raw {
        void write(OutputStream out) throws IOException, InterruptedException;
    }

    HostileRow(String name, String reason, HostileProxy.Fault fault) {
        this(name, fault, Optional.of(Pattern.compile(reason, Pattern.DOTALL)), false);
    }

    static HostileRow slow(String name, String reason, HostileProxy.Fault fault) {
        return new HostileRow(name, fault, Optional.of(Pattern.compile(reason, Pattern.DOTALL)), true);
    }

    static HostileRow harmless(String name, HostileProxy.Fault fault) {
        return new HostileRow(name, fault, Optional.empty(), false);
    }

    /** Only where method and target begin so; else what the honest server says. */
    static HostileProxy.Fault on(String asked, HostileProxy.Fault fault) {
        return (request, honest, to) -> {
            boolean meant = (request.method() + " " + request.target()).matches(asked);
            (meant ? fault : HostileProxy.NONE).play(request, honest, to);
        };
    }

    /** An answer in place of the honest one, which is not even asked for. */
    static HostileProxy.Fault instead(HostileProxy.Reply reply) {
        return (_, _, to) -> HostileProxy.send(to, reply);
    }

    /** What the honest server says, changed. */
    static HostileProxy.Fault changed(UnaryOperator<String> change) {
        return (_, honest, to) -> HostileProxy.send(to, honest.reply().with(change));
    }

    static HostileProxy.Fault raw(Raw raw) {
        return (_, _, to) -> raw.write(to.getOutputStream());
    }

    /** The same again and again, with pauses, until the other side has enough. */
    static void forever(OutputStream out, String text, int pauseMillis) throws IOException, InterruptedException {
        byte[] bytes = text.getBytes(ISO_8859_1);
        while (true) {
            out.write(bytes);
            out.flush();
            if (pauseMillis > 0) {
                Thread.sleep(pauseMillis);
            }
        }
    }

    /** A head, and a beginning of a body of no said length. */
    static void begin(OutputStream out, String type, String text) throws IOException {
        out.write(("HTTP/1.1 200 OK\r\nContent-Type: " + type + "\r\nConnection: close\r\n\r\n" + text)
                .getBytes(ISO_8859_1));
    }

    @Override
    public String toString() {
        return name;
    }
}
