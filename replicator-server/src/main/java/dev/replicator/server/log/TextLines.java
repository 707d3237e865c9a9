package dev.replicator.server.log;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import java.nio.charset.StandardCharsets;

/**
 * Lines for people. Names that clients gave cannot end a line, nor speak to a terminal; what is thrown, which may say
 * them too, follows in lines that begin with a space, so that none looks like one of the log.
 */
final class TextLines extends PatternLayoutEncoder {
    /**
     * But for the tab and the end of a line: what a terminal obeys (that of ISO 6429 too), and Unicode's ends of lines.
     */
    private static final String CONTROL = "\\x00-\\x08\\x0b-\\x1f\\x7f-\\x9f\\u2028\\u2029";

    private static final String WHAT = "%-5level [%thread] %logger{0}: %replace(%msg){'[\\n" + CONTROL
            + "]', '?'}%n%replace(%replace(%ex){'[" + CONTROL + "]', '?'}){'(?m)^(?=.)', ' '}";

    private final boolean forJournal;

    /** @param forJournal without the time, and with the priority in front as sd-daemon(3) has it */
    TextLines(boolean forJournal) {
        this.forJournal = forJournal;
        setPattern(forJournal ? WHAT : "%d{yyyy-MM-dd'T'HH:mm:ss.SSSXXX} " + WHAT);
        setCharset(StandardCharsets.UTF_8);
    }

    @Override
    public byte[] encode(ILoggingEvent event) {
        byte[] line = super.encode(event);
        if (!forJournal) {
            return line;
        }
        byte[] marked = new byte[line.length + 3];
        marked[0] = '<';
        marked[1] = (byte) ('0' + priority(event.getLevel()));
        marked[2] = '>';
        System.arraycopy(line, 0, marked, 3, line.length);
        return marked;
    }

    private static int priority(Level level) {
        return switch (level.toInt()) {
            case Level.ERROR_INT -> 3;
            case Level.WARN_INT -> 4;
            case Level.INFO_INT -> 6;
            default -> 7;
        };
    }
}
