package dev.replicator.server.cli;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import org.slf4j.LoggerFactory;

/** How much this server logs; its libraries always only warn. */
final class Logging {
    private Logging() {}

    /** @param level in CouchDB's words, which has one more below warnings */
    static void setLevel(String level) {
        if (LoggerFactory.getILoggerFactory() instanceof LoggerContext context) {
            context.getLogger("dev.replicator")
                    .setLevel(
                            switch (level) {
                                case "notice" -> Level.INFO;
                                case "warning" -> Level.WARN;
                                default -> Level.toLevel(level);
                            });
        }
    }
}
