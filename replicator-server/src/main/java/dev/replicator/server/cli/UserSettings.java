package dev.replicator.server.cli;

import dev.replicator.server.access.Securities;
import dev.replicator.server.access.UserDatabases;
import dev.replicator.server.access.UserRules;
import dev.replicator.server.config.AuthKeys;
import dev.replicator.server.config.PasswordKeys;
import dev.replicator.server.config.Settings;
import dev.replicator.server.config.UserKeys;
import dev.replicator.server.peruser.PerUserDatabases;
import dev.replicator.server.peruser.PerUserRules;
import dev.replicator.store.Store;
import java.time.InstantSource;

/** Makes what deals with users, as it is configured. */
final class UserSettings {
    private UserSettings() {}

    static UserDatabases databases(Settings settings, Store store, Securities securities) {
        return new UserDatabases(
                store,
                securities,
                settings.get(AuthKeys.AUTHENTICATION_DB),
                () -> new UserRules(
                        settings.get(UserKeys.SECURITY_EDITABLE),
                        settings.get(UserKeys.PUBLIC_FIELDS),
                        settings.get(PasswordKeys.REQUIREMENTS),
                        PasswordKeys.fresh(settings)),
                InstantSource.system());
    }

    static PerUserDatabases perUser(Settings settings, Store store) {
        PerUserDatabases databases = new PerUserDatabases(
                store,
                settings.get(AuthKeys.AUTHENTICATION_DB),
                () -> new PerUserRules(
                        settings.get(UserKeys.PER_USER),
                        settings.get(UserKeys.PER_USER_DELETE),
                        settings.get(UserKeys.PER_USER_PREFIX)));
        settings.onChange(databases::wake);
        return databases;
    }
}
