package dev.replicator.server.config;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The part of the table that is about the databases of users. */
public final class UserKeys {
    public static final Key<Boolean> SECURITY_EDITABLE = Key.flag(
            "couchdb",
            "users_db_security_editable",
            false,
            "Whether administrators may change the _security of the users' database: with a members list that names"
                    + " nobody, everyone can sign up.");

    public static final Key<Set<String>> PUBLIC_FIELDS = new Key<>(
            "chttpd_auth",
            "public_fields",
            "",
            "a list of names of members, separated by commas",
            UserKeys::names,
            Effect.AT_ONCE,
            "What those who may read the users' database see of others' documents.");

    static final List<Key<?>> ALL = List.of(SECURITY_EDITABLE, PUBLIC_FIELDS);

    private UserKeys() {}

    private static Set<String> names(String value) {
        return Stream.of(value.split(",", -1))
                .map(String::strip)
                .filter(name -> !name.isEmpty())
                .collect(Collectors.toUnmodifiableSet());
    }
}
