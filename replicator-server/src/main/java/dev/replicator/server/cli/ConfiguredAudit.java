package dev.replicator.server.cli;

import dev.replicator.server.audit.AuditRules;
import dev.replicator.server.config.AuditKeys;
import dev.replicator.server.config.Keys;
import dev.replicator.server.config.Settings;
import java.nio.file.Path;
import java.util.function.Supplier;

/** The section {@code audit}, read when it changes: every write asks for it. */
final class ConfiguredAudit implements Supplier<AuditRules> {
    private static final String STANDARD_NAME = "audit.jsonl";

    private final Settings settings;
    private volatile AuditRules now;

    ConfiguredAudit(Settings settings) {
        this.settings = settings;
        now = read();
        settings.onChange(() -> now = read());
    }

    @Override
    public AuditRules get() {
        return now;
    }

    private AuditRules read() {
        Path file = settings.get(AuditKeys.FILE)
                .orElseGet(() -> settings.get(Keys.DATABASE_DIR).resolve(STANDARD_NAME));
        return new AuditRules(
                settings.get(AuditKeys.ENABLE),
                file,
                settings.get(AuditKeys.MAX_BYTES),
                Math.toIntExact(settings.get(AuditKeys.KEEP)),
                settings.get(AuditKeys.EVENTS));
    }
}
