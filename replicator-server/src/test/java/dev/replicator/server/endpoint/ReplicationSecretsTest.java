package dev.replicator.server.endpoint;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.PatternLayout;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.replicator.server.config.Keys;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** Passwords that replications are given are in no answer but the document's own, and in no log. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class ReplicationSecretsTest {
    private static final List<String> SECRETS = List.of("in-url", "in-basic", "in-header", "aW4tYmFzaWM", "aW4tdXJs");

    private static final Pattern JOB = Pattern.compile("\"id\":\"([^\"]+)\"");

    @TempDir
    private Path folder;

    private final List<String> said = new ArrayList<>();

    @Test
    void areNowhereShown() throws IOException {
        Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        Level before = root.getLevel();
        ListAppender<ILoggingEvent> log = new ListAppender<>();
        log.start();
        root.addAppender(log);
        try (Served served =
                new Served(folder, Served.with(Keys.BACKOFF_INTERVAL, 20), Served.with(Keys.RETRIES_PER_REQUEST, 0))) {
            root.setLevel(Level.DEBUG);
            replicate(served);
        } finally {
            root.setLevel(before);
            root.detachAppender(log);
        }
        PatternLayout layout = new PatternLayout();
        layout.setContext(root.getLoggerContext());
        layout.setPattern("%logger %msg %ex");
        layout.start();
        List.copyOf(log.list).stream()
                .filter(event -> event != null)
                .map(layout::doLayout)
                .forEach(said::add);
        assertTrue(said.stream().anyMatch(line -> line.contains("127.0.0.1")), "the peers' addresses are shown");
        for (String secret : SECRETS) {
            for (String line : said) {
                assertFalse(line.contains(secret), line);
            }
        }
    }

    private void replicate(Served served) throws IOException {
        String peer = "127.0.0.1:" + closedPort() + "/db";
        List<String> sources = List.of(
                "\"http://me:in-url@" + peer + "\"",
                "{\"url\":\"http://" + peer
                        + "2\",\"auth\":{\"basic\":{\"username\":\"me\",\"password\":\"in-basic\"}}}",
                "{\"url\":\"http://me:in-url@" + peer + "3\",\"headers\":{\"Authorization\":\"Bearer in-header\"}}");
        for (String source : sources) {
            for (String options : List.of("", ",\"continuous\":true", ",\"doc_ids\":7")) {
                said.add(served.post("/_replicate", "{\"source\":" + source + ",\"target\":\"db\"" + options + "}")
                        .body());
            }
        }
        for (int i = 0; i < sources.size(); i++) {
            for (String more : List.of("", ",\"doc_ids\":7", ",\"continuous\":true,\"filter\":\"x/y\"")) {
                said.add(served.put(
                                "/_replicator/job" + i + more.length(),
                                "{\"target\":" + sources.get(i) + ",\"source\":\"db\"" + more + "}")
                        .body());
            }
        }
        String docs;
        do {
            docs = served.get("/_scheduler/docs").body();
        } while (docs.contains("initializing") || docs.contains("\"state\":\"running\"") || !docs.contains("crashing"));
        said.add(docs);
        for (int i = 0; i < sources.size(); i++) {
            said.add(served.get("/_scheduler/docs/_replicator/job" + i + "0").body());
        }
        for (int i = 0; i < 20; i++) {
            said.add(served.get("/_active_tasks").body());
        }
        String jobs = served.get("/_scheduler/jobs").body();
        said.add(jobs);
        for (Matcher id = JOB.matcher(jobs); id.find(); ) {
            said.add(served.get("/_scheduler/jobs/" + id.group(1).replace("+", "%2B"))
                    .body());
        }
    }

    private static int closedPort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
