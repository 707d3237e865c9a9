package dev.replicator.server.http;

import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * Logs requests that have ended: each one, where that is wanted, and those that the server took long for, with what
 * took it. Of the URL only the path is told: a query can bear secrets.
 *
 * @param all whether each is logged
 * @param slowMillis of the server's own time (the client's do not count), from which on a request is slow; 0 for none
 */
public record RequestLog(boolean all, long slowMillis) {
    /** Says nothing. */
    public static final RequestLog OFF = new RequestLog(false, 0);

    private static final Logger LOG = LoggerFactory.getLogger(RequestLog.class);

    /** Paths can be long. */
    private static final int MOST_PATH = 300;

    /**
     * It was answered, or given up after the answer began.
     *
     * @param waited whether it waited for what may never have come, as feeds do: then it is not slow
     */
    void ended(RequestHead head, Optional<String> user, String address, int status, RequestTime time, boolean waited) {
        boolean slow = slowMillis > 0 && !waited && time.serverMillis() >= slowMillis;
        if (!slow && !all) {
            return;
        }
        long millis = TimeUnit.NANOSECONDS.toMillis(time.nanos());
        String path = path(head);
        LoggingEventBuilder line = (slow ? LOG.atWarn() : LOG.atInfo())
                .addKeyValue("request", head.id())
                .addKeyValue("address", address)
                .addKeyValue("method", head.method())
                .addKeyValue("path", path)
                .addKeyValue("status", status)
                .addKeyValue("ms", millis);
        if (user.isPresent()) {
            line = line.addKeyValue("user", user.get());
        }
        String parts = "";
        if (slow) {
            StringBuilder each = new StringBuilder(": ");
            for (RequestTime.Part part : RequestTime.Part.values()) {
                if (part != RequestTime.Part.REST) {
                    line = line.addKeyValue(part.word() + "_ms", time.millis(part));
                    each.append(part.word())
                            .append(' ')
                            .append(time.millis(part))
                            .append(", ");
                }
            }
            parts = each.substring(0, each.length() - 2);
        }
        line.log(
                "{}request {} of {} from {}: {} {} {} in {} ms{}",
                slow ? "slow " : "",
                head.id(),
                user.orElse("nobody"),
                address,
                head.method(),
                path,
                status,
                millis,
                parts);
    }

    private static String path(RequestHead head) {
        String path = head.rawPath();
        return path.length() <= MOST_PATH ? path : path.substring(0, MOST_PATH) + "…";
    }
}
