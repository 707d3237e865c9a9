package dev.replicator.server.config;

import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Settings under one name, for one kind of client. They take the place of defaults: whatever else is configured wins.
 *
 * @param sentence whom it is for, for people
 * @param values as they would be written in an INI file, in the order of the page that lists them
 */
public record Profile(String name, String sentence, List<Value> values) {
    /** What it sets one key to. */
    public record Value(Key<?> key, String text) {}

    /** The most bytes of a document that LiveSync's own set-up asks for; its chunks are far smaller. */
    private static final String LARGE_DOCUMENTS = "50000000";

    private static final Value CORS = new Value(Keys.ENABLE_CORS, "true");
    private static final Value CREDENTIALS = new Value(Keys.CORS_CREDENTIALS, "true");
    private static final Value USERS_ONLY = new Value(Keys.REQUIRE_USER, "true");
    private static final Value DOCUMENTS = new Value(Keys.MAX_DOCUMENT_SIZE, LARGE_DOCUMENTS);

    private static final Profile POUCHDB = new Profile(
            "pouchdb",
            "PouchDB in the pages of any origin",
            // PouchDB sends every request with `credentials: include`, which a browser refuses without the second.
            List.of(CORS, new Value(Keys.CORS_ORIGINS, "*"), CREDENTIALS, USERS_ONLY, DOCUMENTS));

    private static final Profile LIVESYNC = new Profile(
            "livesync",
            "Obsidian with Self-hosted LiveSync, on desktops and phones",
            // What its own set-up writes by _node/_local/_config, so that it finds nothing to mend.
            List.of(
                    CORS,
                    new Value(Keys.HTTPD_ENABLE_CORS, "true"),
                    new Value(Keys.CORS_ORIGINS, "app://obsidian.md,capacitor://localhost,http://localhost"),
                    CREDENTIALS,
                    USERS_ONLY,
                    new Value(Keys.AUTH_REQUIRE_USER, "true"),
                    new Value(Keys.OLD_CHALLENGE, "Basic realm=\"couchdb\""),
                    new Value(Keys.MAX_HTTP_REQUEST_SIZE, "4294967296"),
                    DOCUMENTS));

    /** All there are. */
    public static final List<Profile> ALL = List.of(POUCHDB, LIVESYNC);

    /** @throws SettingsException when there is none of that name; the message says which there are */
    public static Profile named(String name) {
        Optional<Profile> found =
                ALL.stream().filter(profile -> profile.name.equals(name)).findFirst();
        return found.orElseThrow(() -> new SettingsException("--profile " + name + ": expected one of "
                + ALL.stream().map(Profile::name).collect(Collectors.joining(", "))));
    }

    Layer layer() {
        Layer layer = new Layer();
        for (Value value : values) {
            layer.put(Keys.place(value.key()), new Layer.Entry("--profile " + name, value.text()));
        }
        return layer;
    }
}
