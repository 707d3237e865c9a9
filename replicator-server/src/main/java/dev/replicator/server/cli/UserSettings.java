package dev.replicator.server.cli;

import dev.replicator.server.access.Access;
import dev.replicator.server.access.Securities;
import dev.replicator.server.access.UserDatabases;
import dev.replicator.server.access.UserRules;
import dev.replicator.server.config.AuthKeys;
import dev.replicator.server.config.Settings;
import dev.replicator.server.config.UserKeys;
import dev.replicator.store.Store;
import java.time.InstantSource;

/** Makes what deals with users, as it is configured. */
final class UserSettings {
    private UserSettings() {}

    static UserDatabases databases(Settings settings, Store store, Securities securities, Access access) {
        return new UserDatabases(
                store,
                securities,
                settings.get(AuthKeys.AUTHENTICATION_DB),
                () -> new UserRules(
                        settings.get(UserKeys.SECURITY_EDITABLE),
                        settings.get(UserKeys.PUBLIC_FIELDS),
                        access.rules().hashes()),
                InstantSource.system());
    }
}
