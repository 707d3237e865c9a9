package dev.replicator.server.config;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** {@code docs/CONFIGURATION.md} is what the table says. */
class ConfigurationPageTest {
    private static final String WRITE =
            "mvn -q test -pl replicator-server -am -Dtest=ConfigurationPageTest -Dsurefire.failIfNoSpecifiedTests=false"
                    + " -Ddocs.write=true";

    private static final String HEAD = """
            # Configuration

            Made from the table in `config/Keys.java`; a test fails where the two differ. After a change of the table this writes it:

            ```
            COMMAND
            ```

            ## Where values come from

            Of several places the later wins:

            1. the default,
            2. the profile given by `--profile`,
            3. the INI file given by `--config`, in CouchDB's dialect,
            4. `local.ini` in the data folder, in which the server keeps what is written while it runs,
            5. the environment, as `REPLICATOR_SECTION_KEY` in capitals, a dash as an underscore,
            6. flags: `--bind`, `--port`, `--data`, `--admin`.

            An unknown section or key, or a value that is not taken, is refused at the start with one line that names the place, the
            section and the key, and says what was expected.

            ## Reading and writing it over HTTP

            `/_node/_local/_config`, `/_node/_local/_config/SECTION` and `/_node/_local/_config/SECTION/KEY`, for administrators of the
            server, as in CouchDB: values are JSON strings, `PUT` and `DELETE` answer the value before, a default is not shown.

            ```
            curl -X PUT http://admin:PASSWORD@127.0.0.1:5984/_node/_local/_config/uuids/max_count -d '"500"'
            ```

            - A written value is on the disk, in `local.ini`, before it is answered, and takes effect as the tables say. With the header
              `X-Couch-Persist: false` it holds for this run only.
            - `DELETE` takes back what was written; what the INI file says counts again, or the profile, or the default.
            - What a variable or a flag sets cannot be written over: another value gets 400, which names the variable or flag.
              Otherwise the next start would silently undo what was answered with 200.
            - A key that is not in these tables, or a value that is not taken, gets 400, and nothing changes. CouchDB takes both.
            - `POST /_node/_local/_config/_reload` reads the INI file and `local.ini` again.

            ## [admins]

            A name and a password, or the password's hash as CouchDB writes it (`-pbkdf2:sha256-KEY,SALT,ITERATIONS`). A password that
            is written over HTTP is kept as its hash, and only the hash is shown. It holds at once: the sessions of that administrator
            end. The last administrator cannot be deleted. At a start without any, `admin` is made and its password printed, once.

            ## [couch_httpd_auth]

            The old name of `[chttpd_auth]`: its keys are taken there too, and count where they are not set in the new section,
            as in CouchDB. The log says at the start which they are.

            ## [jwt_keys]

            The keys that tokens are verified with, where `[chttpd] authentication_handlers` names `jwt_authentication_handler`:
            `hmac:ID` a secret in base64, `rsa:ID`, `ec:ID` and `ed25519:ID` (or `eddsa:ID`) a public key in PEM, its line ends
            written as `\\n`. The ID is the token's `kid`, or `_default` for tokens without one. A token finds keys of its own kind
            alone. Public keys can also be fetched from `[jwt_auth] jwks_url`. An ID with equals signs needs spaces around
            the one behind it. A secret should have as many bytes as the digests it makes (32 for HS256); of a shorter one
            the log warns at the start, and `_doctor` whoever administers the server.

            ```
            [jwt_keys]
            hmac:_default = c2l4dHktZm91ciBieXRlcyBvZiBhIHNlY3JldCB0aGF0IG5vYm9keSBndWVzc2Vz
            rsa:key-1 = -----BEGIN PUBLIC KEY-----\\nMIIB...IDAQAB\\n-----END PUBLIC KEY-----\\n
            ```

            The environment has them in one variable, `REPLICATOR_JWT_KEYS`, which holds the section's lines: no variable's name
            has the colons and small letters of an ID.
            """;

    private static String page() {
        StringBuilder page = new StringBuilder(HEAD.replace("COMMAND", WRITE));
        page.append("\n## Profiles\n");
        for (Profile profile : Profile.ALL) {
            page.append("\n`--profile ")
                    .append(profile.name())
                    .append("`: ")
                    .append(profile.sentence())
                    .append(".\n\n| section and key | value |\n|---|---|\n");
            for (Profile.Value value : profile.values()) {
                page.append(
                        "| `" + value.key().section() + "/" + value.key().name() + "` | `" + value.text() + "` |\n");
            }
        }
        List<String> sections =
                Keys.ALL.stream().map(Key::section).distinct().sorted().toList();
        for (String section : sections) {
            page.append("\n## [")
                    .append(section)
                    .append("]\n\n| key | default | takes | in effect | |\n|---|---|---|---|---|\n");
            for (Key<?> key : Keys.ALL) {
                if (key.section().equals(section)) {
                    page.append(row(key));
                }
            }
        }
        return page.toString();
    }

    private static String row(Key<?> key) {
        String standard = key.standard().isEmpty() ? "" : "`" + key.standard() + "`";
        return "| `" + key.name() + "` | " + standard + " | " + key.expected() + " | "
                + key.effect().words() + " | " + key.sentence() + " |\n";
    }

    @Test
    void thePageIsWhatTheTableSays() throws IOException {
        Path file = Path.of("..", "docs", "CONFIGURATION.md");
        if (Boolean.getBoolean("docs.write")) {
            Files.writeString(file, page());
        }
        assertEquals(page(), Files.readString(file), "docs/CONFIGURATION.md is outdated; this writes it: " + WRITE);
    }
}
