package dev.replicator.server.endpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** {@code docs/PERMISSIONS.md} is what the table says. */
class PermissionsPageTest {
    private static final String WRITE =
            "mvn -q test -pl replicator-server -am -Dtest=PermissionsPageTest -Dsurefire.failIfNoSpecifiedTests=false"
                    + " -Ddocs.write=true";

    private static final String HEAD = """
            # Who may call what

            Made from the table in `endpoint/Permissions.java`; a test fails where the two differ. After a change of the table this writes
            it:

            ```
            COMMAND
            ```

            The rules are CouchDB 3.5's but where the table says otherwise. An endpoint without a row here cannot be built into the
            server, and a test asks every row as everybody.

            ## Who is who

            - **Everyone**: also without credentials. Wrong credentials are not taken for none: they get 401 everywhere. With
              `chttpd/require_valid_user` (or `chttpd_auth/require_valid_user`) nobody gets anything without credentials but the login;
              with `chttpd/require_valid_user_except_for_up` but the login and `/_up`.
            - **Users**: whoever gave credentials.
            - **Members and administrators of a database** are named by its `_security`, by name or by role:
              `{"admins":{"names":[],"roles":[]},"members":{"names":[],"roles":[]}}`. A new database has
              `{"admins":{"roles":["_admin"]},"members":{"roles":["_admin"]}}`, which is nobody but administrators of the server. Where
              `members` has neither names nor roles, everyone is a member, also without credentials. Administrators of a database are
              members of it. A change holds from the next request on. Feeds of those who are shut out by it end before they tell of
              what came since; so do those of users who are gone or have lost the role that let them in, and of its administrators who
              are none any more.
            - **Administrators of the server** are in the section `[admins]` of the configuration, and belong to all of the others. Feeds
              of one who is taken out there end in the same way, whatever they may read by then.

            Who is refused gets 401 without credentials, and with them 403 of a database and 401 of the server, in CouchDB's words.
            The answer comes before the request's body is received.

            ## What is checked besides

            - Design documents are written by administrators of their database only, however they come: by `_bulk_docs` or
              `new_edits=false`, as the destination of a `COPY`, with attachments, or by a replication. In `_bulk_docs` and in
              replications the other documents are saved; a replication counts the refused in `doc_write_failures`.
            - A replication reads and writes databases here as the user may who asked for it: that of `_replicate` as its caller, that of
              a document as its `user_ctx` says, with the `_security` there is at every step, and those of the roles it had then that the
              user still has. With a user or administrator who is gone it ends: `docs/REPLICATION.md`. One of a document without
              `user_ctx` may everything where only administrators of the server can write the document, and otherwise what nobody in
              particular may; nor does `_admin` among the roles count there. Databases are made by those of administrators of the server
              only, and `_users` and `_replicator` are neither read nor written by others.
            - A document of a replicator database that others than administrators of the server save has their own name in its
              `user_ctx`, and no roles but theirs; one without `user_ctx` is given it. Only they, as its `owner`, and administrators of
              the database change and delete it, and see the credentials in it.
            - Replications of others than administrators of the server reach the hosts of `replicator/allowed_hosts` only, and are
              `replicator/max_jobs_per_user` of each user at most: `docs/REPLICATION.md`.
            - Jobs of `_replicate` are ended, joined and replaced by who asked for them, and by administrators of the server.
            - In `_users` (or `chttpd_auth/authentication_db`), who does not administer it sees, changes and deletes the own document
              `org.couchdb.user:NAME` only; others' are not there (404), but for what `chttpd_auth/public_fields` names. Roles are given
              by administrators, and who has no credentials can sign up: make a document without roles.
            - The `_security` of `_users` is that of a new database, so that only administrators of the server make users and see any.
              It cannot be changed without `couchdb/users_db_security_editable`; `{}` then lets everybody sign up, and it stays when
              the setting is taken back.

            ## The table

            GET stands for HEAD too; `OPTIONS` is for everyone, of every path. `{db}` is any database, `{users}` is `_users` and
            what `chttpd_auth/authentication_db` names, `{docid}` any document without a row of its own.

            | path | methods | for | |
            |---|---|---|---|
            """;

    private static String page() {
        StringBuilder page = new StringBuilder(HEAD.replace("COMMAND", WRITE));
        for (Permissions.Row row : Permissions.ROWS) {
            page.append("| `" + row.path() + "` | " + row.methods().replace(",", ", ") + " | "
                    + row.audience().words() + " | " + row.note() + " |\n");
        }
        return page.toString();
    }

    @Test
    void thePageIsWhatTheTableSays() throws IOException {
        Path file = Path.of("..", "docs", "PERMISSIONS.md");
        if (Boolean.getBoolean("docs.write")) {
            Files.writeString(file, page());
        }
        assertEquals(page(), Files.readString(file), "docs/PERMISSIONS.md is outdated; this writes it: " + WRITE);
    }
}
