package dev.replicator.server.access;

import dev.replicator.document.JsonBuffer;
import dev.replicator.document.StoredMembers;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;

/**
 * A document of the users' database, by CouchDB's form: {@code type}, {@code name}, {@code roles}, and the password's
 * hash as {@code password_scheme}, {@code pbkdf2_prf}, {@code iterations}, {@code salt} and {@code derived_key} or
 * {@code password_sha}. Immutable.
 */
final class UserDocument {
    static final String ID_PREFIX = "org.couchdb.user:";

    /** What CouchDB takes it for where a document of its early times does not say. */
    private static final long STANDARD_ITERATIONS = 10_000;

    /** Each as its JSON. */
    private final Map<String, byte[]> members;

    private UserDocument(Map<String, byte[]> members) {
        this.members = members;
    }

    /** @param body as it is stored: a compact object, each name once */
    static UserDocument of(byte[] body) {
        return new UserDocument(StoredMembers.of(body));
    }

    /**
     * Whom the document makes of a name.
     *
     * @return empty where it is not of the form, or of a name other than its id says: nobody is let in by guessing
     */
    Optional<Principal> principal(String name, Principal.Source source) {
        boolean named = text("type").equals(Optional.of("user")) && text("name").equals(Optional.of(name));
        if (!named) {
            return Optional.empty();
        }
        return roles().flatMap(roles -> hash().map(hash -> new Principal(name, roles, hash, cookieSalt(hash), source)));
    }

    /**
     * HMAC fills keys up with zeros: a salt of nothing else would leave the bare secret, with which proxies sign names
     * and vouch for any role. So a cookie would be such a proof.
     */
    private static String cookieSalt(PasswordHash hash) {
        return hash.salt().chars().allMatch(c -> c == 0) ? hash.toString() : hash.salt();
    }

    /** The document with another hash of the password, and not the password itself. */
    byte[] with(PasswordHash hash) {
        Map<String, byte[]> changed = new LinkedHashMap<>(members);
        changed.remove("password");
        changed.remove("password_sha");
        changed.put("password_scheme", quoted("pbkdf2"));
        changed.put("pbkdf2_prf", quoted(hash.prf()));
        changed.put("iterations", new JsonBuffer().number(hash.iterations()).toByteArray());
        changed.put("salt", quoted(hash.salt()));
        changed.put("derived_key", quoted(hash.keyHex()));
        return StoredMembers.object(changed);
    }

    /** Those members of the document that have one of some names. */
    SequencedMap<String, byte[]> only(Set<String> names) {
        SequencedMap<String, byte[]> few = new LinkedHashMap<>(members);
        few.keySet().retainAll(names);
        return few;
    }

    /** Without system roles, which no document gives. */
    private Optional<Set<String>> roles() {
        return givenRoles().map(given -> {
            Set<String> roles = new LinkedHashSet<>(given);
            roles.removeIf(role -> role.startsWith("_"));
            return Collections.unmodifiableSet(roles);
        });
    }

    /** The roles as they stand; empty where they are no list of strings. */
    Optional<List<String>> givenRoles() {
        return isList("roles") ? StoredMembers.texts(members.get("roles")) : Optional.empty();
    }

    boolean has(String name) {
        return members.containsKey(name);
    }

    boolean isNull(String name) {
        return has(name) && members.get(name)[0] == 'n';
    }

    boolean isList(String name) {
        return has(name) && members.get(name)[0] == '[';
    }

    boolean isNumber(String name) {
        return has(name) && (members.get(name)[0] == '-' || Character.isDigit(members.get(name)[0]));
    }

    /** Whether a member is what JavaScript takes for true: CouchDB's rules are written in it. */
    boolean says(String name) {
        if (!has(name)) {
            return false;
        }
        byte[] json = members.get(name);
        return switch (json[0]) {
            case 'n', 'f' -> false;
            case '"' -> json.length > 2;
            default -> !isNumber(name) || Double.parseDouble(new String(json, StandardCharsets.UTF_8)) != 0;
        };
    }

    private Optional<PasswordHash> hash() {
        String salt = text("salt").orElse("");
        try {
            return switch (text("password_scheme").orElse("simple")) {
                case "simple" -> text("password_sha").map(key -> PasswordHash.simple(key, salt));
                case "pbkdf2" -> pbkdf2(salt);
                case "simple+pbkdf2" -> pbkdf2(salt).map(PasswordHash::ofSimple);
                default -> Optional.empty();
            };
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private Optional<PasswordHash> pbkdf2(String salt) {
        String prf = text("pbkdf2_prf").orElse("sha");
        return text("derived_key").map(key -> PasswordHash.pbkdf2(prf, key, salt, iterations()));
    }

    private long iterations() {
        byte[] number = members.get("iterations");
        return number == null ? STANDARD_ITERATIONS : Long.parseLong(new String(number, StandardCharsets.UTF_8));
    }

    Optional<String> text(String name) {
        return Optional.ofNullable(members.get(name)).flatMap(StoredMembers::text);
    }

    private static byte[] quoted(String text) {
        return new JsonBuffer().string(text).toByteArray();
    }
}
