package dev.replicator.server.log;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.Appender;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.OutputStreamAppender;
import ch.qos.logback.core.encoder.Encoder;
import ch.qos.logback.core.filter.Filter;
import ch.qos.logback.core.rolling.FixedWindowRollingPolicy;
import ch.qos.logback.core.rolling.RollingFileAppender;
import ch.qos.logback.core.rolling.SizeBasedTriggeringPolicy;
import ch.qos.logback.core.spi.FilterReply;
import ch.qos.logback.core.util.Duration;
import ch.qos.logback.core.util.FileSize;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.util.ArrayList;
import java.util.List;

/** Has the process log as rules say. What its libraries log is always only their warnings. One thread at a time. */
public final class Logging {
    private static final String NAME = "rules";

    private final LoggerContext context;
    private LogRules now;

    /** @param context of Logback; until rules are applied, it logs as its own file says */
    public Logging(LoggerContext context) {
        this.context = context;
    }

    /**
     * Logs by these rules from now on.
     *
     * @throws IOException when the file cannot be written, in one line; it goes on as before then
     */
    public void apply(LogRules rules) throws IOException {
        if (now == null || !now.equals(leveled(rules, now.level()))) {
            replaceAppender(rules);
        }
        context.getLogger("dev.replicator")
                .setLevel(
                        switch (rules.level()) {
                            case "notice" -> Level.INFO;
                            case "warning" -> Level.WARN;
                            default -> Level.toLevel(rules.level());
                        });
        now = rules;
    }

    private static LogRules leveled(LogRules rules, String level) {
        return new LogRules(level, rules.format(), rules.writer(), rules.file(), rules.maxBytes(), rules.keep());
    }

    private void replaceAppender(LogRules rules) throws IOException {
        Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        List<Appender<ILoggingEvent>> before = new ArrayList<>();
        root.iteratorForAppenders().forEachRemaining(before::add);
        // Logback takes two appenders of one file for a mistake.
        boolean sameFile = now != null
                && now.writer() == LogRules.Writer.FILE
                && rules.writer() == LogRules.Writer.FILE
                && now.file().equals(rules.file());
        if (sameFile) {
            before.forEach(Appender::stop);
        }
        OutputStreamAppender<ILoggingEvent> next =
                rules.writer() == LogRules.Writer.FILE ? file(rules) : new ConsoleAppender<>();
        if (next instanceof ConsoleAppender<ILoggingEvent> console) {
            console.setTarget("System.err");
        }
        next.setContext(context);
        next.setName(NAME);
        next.setEncoder(encoder(rules));
        next.addFilter(new ClosedPort());
        next.start();
        if (!next.isStarted()) {
            throw new IOException("[log] file: cannot write " + rules.file());
        }
        root.addAppender(next);
        before.forEach(old -> {
            root.detachAppender(old);
            old.stop();
        });
    }

    /** Keeps back what XNIO takes for an error: that a port was closed while somebody connected, as when we stop. */
    private static final class ClosedPort extends Filter<ILoggingEvent> {
        @Override
        public FilterReply decide(ILoggingEvent event) {
            boolean isThat = event.getLoggerName().equals("org.xnio.listener")
                    && event.getThrowableProxy() != null
                    && event.getThrowableProxy().getClassName().equals(ClosedChannelException.class.getName());
            return isThat ? FilterReply.DENY : FilterReply.NEUTRAL;
        }
    }

    private Encoder<ILoggingEvent> encoder(LogRules rules) {
        Encoder<ILoggingEvent> encoder = switch (rules.format()) {
            case JSON -> new JsonLines();
            case TEXT -> new TextLines(rules.writer() == LogRules.Writer.JOURNALD);
        };
        encoder.setContext(context);
        encoder.start();
        return encoder;
    }

    private OutputStreamAppender<ILoggingEvent> file(LogRules rules) {
        RollingFileAppender<ILoggingEvent> file = new RollingFileAppender<>();
        file.setFile(rules.file().toString());
        FixedWindowRollingPolicy names = new FixedWindowRollingPolicy();
        names.setContext(context);
        names.setParent(file);
        names.setFileNamePattern(rules.file() + ".%i");
        names.setMinIndex(1);
        names.setMaxIndex(rules.keep());
        names.start();
        SizeBasedTriggeringPolicy<ILoggingEvent> size = new SizeBasedTriggeringPolicy<>();
        size.setContext(context);
        size.setMaxFileSize(new FileSize(rules.maxBytes()));
        size.setCheckIncrement(Duration.buildByMilliseconds(0));
        size.start();
        file.setRollingPolicy(names);
        file.setTriggeringPolicy(size);
        return file;
    }
}
