package dev.replicator.server.cli;

import ch.qos.logback.classic.LoggerContext;
import dev.replicator.server.config.Keys;
import dev.replicator.server.config.LogKeys;
import dev.replicator.server.config.Settings;
import dev.replicator.server.log.LogRules;
import dev.replicator.server.log.Logging;
import java.io.IOException;
import java.nio.file.Files;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Has the process log as it is configured, now and after each change. */
final class ConfiguredLog {
    private static final Logger LOG = LoggerFactory.getLogger(ConfiguredLog.class);
    private static final String STANDARD_NAME = "replicator.log";

    private ConfiguredLog() {}

    /** @throws IOException when the file cannot be written, in one line */
    static void begin(Settings settings) throws IOException {
        if (LoggerFactory.getILoggerFactory() instanceof LoggerContext context) {
            Logging logging = new Logging(context);
            LogRules first = rules(settings);
            if (first.writer() == LogRules.Writer.FILE) {
                // The store is not open yet.
                Files.createDirectories(settings.get(Keys.DATABASE_DIR));
            }
            logging.apply(first);
            settings.onChange(() -> change(logging, settings));
        }
    }

    private static void change(Logging logging, Settings settings) {
        try {
            logging.apply(rules(settings));
        } catch (IOException e) {
            LOG.error("{}; it is logged as before", e.getMessage());
        }
    }

    private static LogRules rules(Settings settings) {
        return new LogRules(
                settings.get(LogKeys.LEVEL),
                settings.get(LogKeys.FORMAT),
                settings.get(LogKeys.WRITER),
                settings.get(LogKeys.FILE)
                        .orElseGet(() -> settings.get(Keys.DATABASE_DIR).resolve(STANDARD_NAME)),
                settings.get(LogKeys.MAX_BYTES),
                Math.toIntExact(settings.get(LogKeys.KEEP)));
    }
}
