package dev.replicator.server.log;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.util.LogbackMDCAdapter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.channels.ClosedChannelException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;

/** What lines come, where and how, of a Logback of the test's own. */
class LoggingTest {
    @TempDir
    private Path folder;

    private final LoggerContext context = new LoggerContext();
    private final Logging logging = new Logging(context);
    private final Logger server = context.getLogger("dev.replicator.server.X");
    private Path file;

    @BeforeEach
    void choose() {
        file = folder.resolve("log");
        context.setMDCAdapter(new LogbackMDCAdapter());
        context.start();
    }

    @AfterEach
    void stop() {
        context.stop();
    }

    private void apply(String level, LogRules.Format format) throws IOException {
        logging.apply(new LogRules(level, format, LogRules.Writer.FILE, file, 1 << 20, 3));
    }

    private List<String> lines() throws IOException {
        return Files.readAllLines(file);
    }

    @Test
    void aLineOfJsonSaysAllByName() throws IOException {
        apply("info", LogRules.Format.JSON);
        server.atError()
                .setCause(new IllegalStateException("no \"room\""))
                .addKeyValue("request", "abc")
                .addKeyValue("user", "jan\n")
                .addKeyValue("ms", 7L)
                .log("failed: {}", "ü\n2");
        String line = lines().getFirst();
        assertEquals(1, lines().size());
        assertTrue(
                line.matches(
                        "\\{\"time\":\"\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z\",\"level\":\"error\","
                                + "\"logger\":\"dev.replicator.server.X\",\"thread\":\"[^\"]+\","
                                + "\"message\":\"failed: ü\\\\n2\",\"request\":\"abc\",\"user\":\"jan\\\\n\",\"ms\":7,"
                                + "\"stack\":\"java.lang.IllegalStateException: no \\\\\"room\\\\\"\\\\n\\\\tat dev.replicator.*\"}"),
                line);
    }

    @Test
    void aNameCannotEndALineOfText() throws IOException {
        apply("info", LogRules.Format.TEXT);
        server.info("user {} is unknown", "a\r\nb\u001b[31m");
        assertEquals(1, lines().size());
        assertTrue(
                lines().getFirst()
                        .matches("\\d{4}-\\d\\d-\\d\\dT\\S+ INFO  \\[.*] X: user a\\?\\?b\\?\\[31m is unknown"),
                lines().getFirst());
    }

    @Test
    void noNameSpeaksToATerminal() throws IOException {
        apply("info", LogRules.Format.TEXT);
        server.info("user {} is unknown", "a\u009b31m\u0085b\b\u0000\u007f\u2028c");
        assertTrue(lines().getFirst().endsWith(" X: user a?31m?b????c is unknown"), lines().getFirst());
    }

    /** What is thrown says what it was about, in words of clients too. */
    @Test
    void whatIsThrownCannotLookLikeALineOfItsOwn() throws IOException {
        apply("info", LogRules.Format.TEXT);
        String forged = "2026-01-01T00:00:00.000Z INFO  [main] X: all is well";
        server.error(
                "failed",
                new IllegalStateException(
                        "bad\n" + forged, new IOException("worse\r" + forged + "\u001b[2J\u2028" + forged)));
        List<String> lines = lines();
        assertTrue(lines.get(1).contains("java.lang.IllegalStateException: bad"), lines::toString);
        assertTrue(
                lines.stream().anyMatch(line -> line.contains("Caused by: java.io.IOException: worse?")),
                lines::toString);
        assertTrue(lines.stream().anyMatch(line -> line.contains("at dev.replicator.server.log.LoggingTest")));
        assertTrue(lines.stream().skip(1).allMatch(line -> line.startsWith(" ")), lines::toString);
        assertFalse(Files.readString(file).matches("(?s).*[\u001b\u2028\r].*"), lines::toString);
    }

    @Test
    void theJournalIsToldThePriorityAndNotTheTime() throws IOException {
        PrintStream before = System.err;
        ByteArrayOutputStream written = new ByteArrayOutputStream();
        System.setErr(new PrintStream(written, true, UTF_8));
        try {
            logging.apply(new LogRules("debug", LogRules.Format.TEXT, LogRules.Writer.JOURNALD, file, 1 << 20, 3));
            server.error("e");
            server.warn("w");
            server.info("i");
            server.debug("d");
        } finally {
            System.setErr(before);
        }
        List<String> marks = written.toString(UTF_8)
                .lines()
                .map(line -> line.replaceAll("\\[.*] ", ""))
                .toList();
        assertEquals(List.of("<3>ERROR X: e", "<4>WARN  X: w", "<6>INFO  X: i", "<7>DEBUG X: d"), marks);
        assertFalse(Files.exists(file));
    }

    @Test
    void rulesCountFromTheNextLineOn() throws IOException {
        apply("warning", LogRules.Format.TEXT);
        server.info("not this");
        server.warn("one");
        apply("info", LogRules.Format.JSON);
        server.info("two");
        context.getLogger("org.elsewhere").warn("three");
        assertEquals(3, lines().size(), () -> "of " + file);
        assertTrue(lines().get(0).endsWith("one"));
        assertTrue(lines().get(1).contains("\"message\":\"two\""));
        Path other = folder.resolve("other");
        logging.apply(new LogRules("info", LogRules.Format.TEXT, LogRules.Writer.FILE, other, 1 << 20, 3));
        server.info("four");
        assertEquals(3, lines().size());
        assertTrue(Files.readString(other).endsWith("four\n"));
    }

    @Test
    void aPortThatIsClosedIsNoErrorAndOneThatCannotTakeMoreIs() throws IOException {
        apply("info", LogRules.Format.TEXT);
        Logger listener = context.getLogger("org.xnio.listener");
        listener.error("no accept", new ClosedChannelException());
        listener.error("no accept", new IOException("Too many open files"));
        assertTrue(lines().get(1).contains("Too many open files"), lines()::toString);
    }

    @Test
    void aFullFileIsFollowedByTheNextAndTheOldestGoes() throws IOException {
        logging.apply(new LogRules("info", LogRules.Format.TEXT, LogRules.Writer.FILE, file, 1000, 2));
        for (int i = 0; i < 100; i++) {
            server.info("line {} {}", i, "x".repeat(100));
        }
        assertTrue(Files.size(file) < 2000);
        assertTrue(Files.exists(folder.resolve("log.1")) && Files.exists(folder.resolve("log.2")));
        assertFalse(Files.exists(folder.resolve("log.3")));
        assertTrue(Files.readString(file).contains("line 99 "));
    }

    @Test
    void whereNothingCanBeWrittenItIsLoggedAsBefore() throws IOException {
        apply("info", LogRules.Format.TEXT);
        LogRules impossible = new LogRules(
                "info", LogRules.Format.TEXT, LogRules.Writer.FILE, file.resolve("below-a-file"), 1 << 20, 3);
        assertEquals(
                "[log] file: cannot write " + file.resolve("below-a-file"),
                assertThrows(IOException.class, () -> logging.apply(impossible)).getMessage());
        server.info("still here");
        assertTrue(lines().getFirst().endsWith("still here"));
    }
}
