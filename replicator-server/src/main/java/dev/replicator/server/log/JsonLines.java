package dev.replicator.server.log;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.encoder.EncoderBase;
import dev.replicator.document.JsonBuffer;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.util.List;
import java.util.Locale;
import org.slf4j.event.KeyValuePair;

/**
 * An object a line: {@code time} (UTC), {@code level}, {@code logger}, {@code thread}, {@code message}, what a line
 * says by name, such as {@code request} and {@code user}, and {@code stack} where something was thrown.
 */
final class JsonLines extends EncoderBase<ILoggingEvent> {
    private static final DateTimeFormatter TIME =
            new DateTimeFormatterBuilder().appendInstant(3).toFormatter(Locale.ROOT);

    @Override
    public byte[] headerBytes() {
        return new byte[0];
    }

    @Override
    public byte[] footerBytes() {
        return new byte[0];
    }

    @Override
    public byte[] encode(ILoggingEvent event) {
        JsonBuffer line = new JsonBuffer().raw("{\"time\":").string(TIME.format(event.getInstant()));
        line.raw(",\"level\":").string(event.getLevel().toString().toLowerCase(Locale.ROOT));
        line.raw(",\"logger\":").string(event.getLoggerName());
        line.raw(",\"thread\":").string(event.getThreadName());
        line.raw(",\"message\":").string(String.valueOf(event.getFormattedMessage()));
        List<KeyValuePair> named = event.getKeyValuePairs();
        if (named != null) {
            named.forEach(pair -> add(line, pair));
        }
        IThrowableProxy thrown = event.getThrowableProxy();
        if (thrown != null) {
            line.raw(",\"stack\":").string(ThrowableProxyUtil.asString(thrown));
        }
        return line.raw("}\n").toByteArray();
    }

    private static void add(JsonBuffer line, KeyValuePair pair) {
        line.raw(',').string(pair.key).raw(':');
        switch (pair.value) {
            case Long number -> line.number(number);
            case Integer number -> line.number(number);
            case null -> line.raw("null");
            default -> line.string(pair.value.toString());
        }
    }
}
