package dev.replicator.server.access;

import dev.replicator.document.AttachmentLimits;
import dev.replicator.document.DocumentParser;
import dev.replicator.document.ParsedDocument;
import dev.replicator.local.EditMaker;
import dev.replicator.revision.Revision;
import dev.replicator.store.AttachmentLease;
import dev.replicator.store.Database;
import dev.replicator.store.Edit;
import dev.replicator.store.EditOutcome;
import dev.replicator.store.StoredDocument;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/** Writes documents of users into a database, whatever they say. */
record UserDatabase(Database database) {
    private static final AttachmentLimits LIMITS = new AttachmentLimits(1024, 10);

    /** A document with the hash of a password that is weak, for speed. */
    static String document(String name, String password, String roles) {
        PasswordHash hash = PasswordHash.of(password, "salt", new Pbkdf2(Hmac.SHA256, 1));
        return "{\"type\":\"user\",\"name\":\"" + name + "\",\"roles\":[" + roles + "],\"password_scheme\":\"pbkdf2\","
                + "\"pbkdf2_prf\":\"sha256\",\"iterations\":1,\"salt\":\"salt\",\"derived_key\":\"" + hash.keyHex()
                + "\"}";
    }

    Optional<Revision> head(String name) {
        return database.document(UserDocument.ID_PREFIX + name)
                .map(StoredDocument::tree)
                .filter(tree -> !tree.isDeleted())
                .map(tree -> tree.winner().revision());
    }

    /** The winner's body as it is stored. */
    String body(String name) {
        return UserDocuments.revision(database, name)
                .map(read -> new String(read.content().body(), StandardCharsets.UTF_8))
                .orElseThrow();
    }

    /** Returns when the commit was answered. */
    void put(String name, String json) {
        String own = head(name).map(head -> "\"_rev\":\"" + head + "\",").orElse("");
        commit(name, json.replaceFirst("\\{", "{" + own));
    }

    void delete(String name) {
        put(name, "{\"_deleted\":true,\"x\":1}");
    }

    /** A revision beside the others. */
    void conflict(String name, String json) {
        String id = UserDocument.ID_PREFIX + name;
        try (AttachmentLease lease = database.lease()) {
            EditMaker maker = new EditMaker(database, lease, "", 0);
            ParsedDocument parsed = parse(maker, json.replaceFirst("\\{", "{\"_rev\":\"1-ffff\","));
            commit(maker.replicated(id, parsed));
        }
    }

    private void commit(String name, String json) {
        try (AttachmentLease lease = database.lease()) {
            EditMaker maker = new EditMaker(database, lease, "", 0);
            commit(maker.update(UserDocument.ID_PREFIX + name, parse(maker, json)));
        }
    }

    private static ParsedDocument parse(EditMaker maker, String json) {
        return DocumentParser.parse(json.getBytes(StandardCharsets.UTF_8), maker.intake(), LIMITS);
    }

    private void commit(Edit edit) {
        EditOutcome outcome =
                database.commit(List.of(edit)).toCompletableFuture().join().getFirst();
        if (!(outcome instanceof EditOutcome.Saved)) {
            throw new AssertionError(outcome);
        }
    }
}
