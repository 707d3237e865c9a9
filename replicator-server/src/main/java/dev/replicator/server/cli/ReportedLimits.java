package dev.replicator.server.cli;

import dev.replicator.server.config.Key;
import dev.replicator.server.config.Keys;
import dev.replicator.server.config.LimitKeys;
import dev.replicator.server.config.Settings;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The limits that a client may meet, as {@code _doctor} tells them: by the keys that set them. */
final class ReportedLimits {
    private static final List<Key<Long>> KEYS = List.of(
            Keys.MAX_DOCUMENT_SIZE,
            Keys.MAX_ATTACHMENT_SIZE,
            Keys.MAX_ATTACHMENTS,
            Keys.MAX_HTTP_REQUEST_SIZE,
            Keys.MAX_LIST_SIZE,
            Keys.MAX_BULK_DOCS,
            Keys.MAX_BULK_GET,
            Keys.STALL_TIMEOUT,
            Keys.HTTP2_MAX_STREAMS,
            LimitKeys.DOCUMENT_DEPTH,
            LimitKeys.URI_LENGTH,
            LimitKeys.HEADER_BYTES,
            LimitKeys.HEADERS,
            LimitKeys.USER_FEEDS,
            LimitKeys.ADDRESS_FEEDS,
            LimitKeys.ADDRESS_CONNECTIONS,
            LimitKeys.REQUESTS_PER_SECOND,
            LimitKeys.BURST_SECONDS,
            LimitKeys.LEAST_PACE,
            LimitKeys.ADDRESS_WAITING_PASSWORDS);

    private ReportedLimits() {}

    static Map<String, Long> of(Settings settings) {
        Map<String, Long> limits = new LinkedHashMap<>();
        KEYS.forEach(key -> limits.put(key.section() + "/" + key.name(), settings.get(key)));
        return limits;
    }
}
