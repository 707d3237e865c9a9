package dev.replicator.server.access;

import dev.replicator.document.DocumentId;
import dev.replicator.error.CouchError;
import dev.replicator.error.RefusedDocumentException;
import dev.replicator.local.DocumentReader;
import dev.replicator.local.DocumentRule;
import dev.replicator.store.Database;
import dev.replicator.store.Store;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Supplier;

/**
 * The databases whose documents are users: {@code _users}, and the one that is configured in its place. Says what may
 * be saved there, with passwords hashed, and who sees what. Thread-safe.
 */
public final class UserDatabases implements DocumentRules {
    private static final String STANDARD = "_users";

    private final Store store;
    private final Securities securities;
    private final String configured;
    private final Supplier<UserRules> rules;
    private final InstantSource clock;

    /**
     * @param securities of the store's databases
     * @param configured the database where users are looked up
     * @param rules asked each time
     */
    public UserDatabases(
            Store store, Securities securities, String configured, Supplier<UserRules> rules, InstantSource clock) {
        this.store = store;
        this.securities = securities;
        this.configured = configured;
        this.rules = rules;
        this.clock = clock;
    }

    /** Makes the databases that are not there; returns when they are durable. */
    public void prepare() {
        for (String name : new TreeSet<>(List.of(STANDARD, configured))) {
            prepare(store.create(name).or(() -> store.database(name)).orElseThrow());
        }
    }

    /** Puts into a database of users what belongs there from the beginning; does nothing to others. */
    void prepare(Database database) {
        if (isOne(database.name())) {
            AuthDesign.putInto(database, clock);
        }
    }

    /** Whether a database's documents are users. */
    public boolean isOne(String database) {
        return database.equals(STANDARD) || database.equals(configured);
    }

    /** Whether a database keeps the security it has. */
    public boolean hasFixedSecurity(String database) {
        return isOne(database) && !rules.get().securityIsEditable();
    }

    /** {@inheritDoc} Where a password is to be hashed, the rule takes some tenths of a second. */
    @Override
    public DocumentRule of(String database, Caller caller) {
        return isOne(database) ? (id, deleted, body) -> judged(database, caller, id, deleted, body) : DocumentRule.NONE;
    }

    private byte[] judged(String database, Caller caller, String id, boolean deleted, byte[] body) {
        if (DocumentId.isDesign(id)) {
            return body;
        }
        UserDocument after = UserDocument.of(body);
        boolean byAdmin = securities.of(database).isAdmin(caller);
        new UserEdit(id, deleted, after, current(database, id), caller, byAdmin)
                .refusal()
                .ifPresent(refusal -> {
                    throw new RefusedDocumentException(refusal);
                });
        return after.text("password")
                .map(password -> after.with(hashed(password)))
                .orElse(body);
    }

    private PasswordHash hashed(String password) {
        UserRules now = rules.get();
        now.passwords().objection(password).ifPresent(objection -> {
            throw new RefusedDocumentException(CouchError.badRequest(objection));
        });
        return PasswordHash.of(password, now.hashing());
    }

    private Optional<UserDocument> current(String database, String id) {
        return store.database(database)
                .flatMap(open -> open.document(id)
                        .flatMap(new DocumentReader(open)::winner)
                        .filter(found -> !found.node().deleted())
                        .map(found -> UserDocument.of(found.content().body())));
    }

    /** What a caller sees of a document of a database. */
    public Sight sight(String database, Caller caller, boolean byAdmin, String id) {
        return isOne(database) && !byAdmin ? Sight.ofUser(caller, id, rules.get()) : new Sight.Whole();
    }
}
