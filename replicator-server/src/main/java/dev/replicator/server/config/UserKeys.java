package dev.replicator.server.config;

import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The part of the table that is about the databases of users. */
public final class UserKeys {
    private static final Pattern PREFIX = Pattern.compile("[a-z][a-z0-9_$()+/-]{0,99}");

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

    public static final Key<Boolean> PER_USER = Key.flag(
            "couch_peruser",
            "enable",
            false,
            "Whether each user has a database, whose name ends in the user's name in hex. Those who signed up while it"
                    + " was off get theirs when it is switched on.");

    public static final Key<Boolean> PER_USER_DELETE = Key.flag(
            "couch_peruser",
            "delete_dbs",
            false,
            "Whether a user's database is deleted with the user; else the user is taken out of its _security.");

    private static final String NO_SHARDS = "Taken for CouchDB's sake: databases have no shards here.";

    public static final Key<Long> PER_USER_Q = Key.number("couch_peruser", "q", 1, 1, Integer.MAX_VALUE, NO_SHARDS);

    public static final Key<Long> PER_USER_N = Key.number("couch_peruser", "n", 1, 1, Integer.MAX_VALUE, NO_SHARDS);

    public static final Key<String> PER_USER_PREFIX = new Key<>(
            "couch_peruser",
            "database_prefix",
            "userdb-",
            "what the name of a database can begin with, of at most 100 characters",
            UserKeys::prefix,
            Effect.AT_ONCE,
            "What the names of users' databases begin with; those there are keep theirs.");

    static final List<Key<?>> ALL = List.of(
            SECURITY_EDITABLE, PUBLIC_FIELDS, PER_USER, PER_USER_DELETE, PER_USER_Q, PER_USER_N, PER_USER_PREFIX);

    private UserKeys() {}

    private static String prefix(String value) {
        if (!PREFIX.matcher(value).matches()) {
            throw new IllegalArgumentException(value);
        }
        return value;
    }

    private static Set<String> names(String value) {
        return Stream.of(value.split(",", -1))
                .map(String::strip)
                .filter(name -> !name.isEmpty())
                .collect(Collectors.toUnmodifiableSet());
    }
}
