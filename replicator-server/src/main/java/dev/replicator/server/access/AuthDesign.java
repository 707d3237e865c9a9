package dev.replicator.server.access;

import dev.replicator.document.JsonBuffer;
import dev.replicator.document.ParsedDocument;
import dev.replicator.local.EditMaker;
import dev.replicator.store.AttachmentLease;
import dev.replicator.store.Database;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/**
 * The design document {@code _design/_auth} of a database of users. Nothing here runs its function: {@link UserEdit}
 * says the same. It is there for clients that look for it, and for CouchDB servers that users are replicated to without
 * one of their own. Its revision is the same on every server, so that replication makes no conflict of it.
 */
final class AuthDesign {
    static final String ID = "_design/_auth";

    private static final String FUNCTION = """
            function (doc, old, user, security) {
              function refuse(reason) { throw { forbidden: reason }; }
              function within(list, one) { return !!list && list.indexOf(one) >= 0; }
              function sorted(roles) { return JSON.stringify((roles || []).slice().sort()); }
              var everywhere = within(user.roles, '_admin');
              if (doc._deleted === true) {
                if (!everywhere && !(old && old.name === user.name)) refuse('Only admins may delete other user docs.');
                return;
              }
              if (doc.type !== 'user') refuse('doc.type must be user');
              if (!doc.name) refuse('doc.name is required');
              if (!doc.roles) refuse('doc.roles must exist');
              if (!isArray(doc.roles)) refuse('doc.roles must be an array');
              doc.roles.forEach(function (role) {
                if (typeof role !== 'string') refuse('doc.roles can only contain strings');
              });
              if (doc._id !== 'org.couchdb.user:' + doc.name) refuse('Doc ID must be of the form org.couchdb.user:name');
              if (old && old.name !== doc.name) refuse('Usernames can not be changed.');
              if (doc.password_sha && !doc.salt) refuse('Users with password_sha must have a salt.');
              if (doc.password_scheme && !within(['simple', 'pbkdf2', 'simple+pbkdf2'], doc.password_scheme)) {
                refuse('Password scheme `' + doc.password_scheme + '` not supported.');
              }
              if (doc.password_scheme === 'pbkdf2') {
                if (typeof doc.iterations !== 'number') refuse('iterations must be a number.');
                if (typeof doc.derived_key !== 'string') refuse('derived_key must be a string.');
              }
              var admins = (security && security.admins) || {};
              var here = everywhere || within(admins.names, user.name) || user.roles.some(function (role) {
                return within(admins.roles, role);
              });
              if (!here && old && user.name !== doc.name) refuse('You may only update your own user document.');
              if (!here && old && sorted(old.roles) !== sorted(doc.roles)) refuse('Only _admin may edit roles');
              if (!here && !old && doc.roles.length) refuse('Only _admin may set roles');
              doc.roles.forEach(function (role) {
                if (role[0] === '_' && role !== '_metrics') {
                  refuse('No system roles (starting with underscore) in users db.');
                }
              });
              if (doc.name[0] === '_') refuse('Username may not start with underscore.');
              if (doc.name.indexOf(':') >= 0) refuse('Character `:` is not allowed in usernames.');
            }
            """;

    private AuthDesign() {}

    /** Puts it into a database that never had one; returns when it is durable. */
    static void putInto(Database database, InstantSource clock) {
        if (database.document(ID).isPresent()) {
            return;
        }
        byte[] body = new JsonBuffer()
                .raw("{\"language\":\"javascript\",\"validate_doc_update\":")
                .string(FUNCTION)
                .raw('}')
                .toByteArray();
        try (AttachmentLease lease = database.lease()) {
            EditMaker maker = new EditMaker(database, lease, "", clock.millis());
            ParsedDocument document = new ParsedDocument(Optional.empty(), Optional.empty(), false, List.of(), body);
            // A conflict says that another was quicker.
            var _ = database.commit(List.of(maker.update(ID, document)))
                    .toCompletableFuture()
                    .join();
        }
    }
}
