package dev.replicator.server.config;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** CouchDB's section {@code ssl}: the port at which TLS is spoken. */
public final class TlsKeys {
    private static final String SECTION = "ssl";

    /** As CouchDB, or rather Erlang, calls the versions; what is older cannot be switched on. */
    private static final Map<String, String> VERSIONS = Map.of("tlsv1.2", "TLSv1.2", "tlsv1.3", "TLSv1.3");

    public static final Key<Boolean> ENABLE = Key.flag(
                    SECTION, "enable", false, "Whether TLS is spoken at a port of its own, beside [chttpd] port.")
            .atRestart();

    public static final Key<Long> PORT = Key.number(
                    SECTION, "port", 6984, 0, 65535, "The port for TLS; 0 takes a free one.")
            .atRestart();

    public static final Key<String> BIND_ADDRESS = new Key<>(
            SECTION,
            "bind_address",
            "",
            "a text",
            String::strip,
            Effect.AT_RESTART,
            "The address to listen on for TLS; that of [chttpd] where this is empty.");

    public static final Key<Optional<Path>> CERT_FILE = Key.file(
                    SECTION,
                    "cert_file",
                    "The server's certificate and those that vouch for it, its own first, in PEM form; read again when the file"
                            + " changes.")
            .atRestart();

    public static final Key<Optional<Path>> KEY_FILE = Key.file(
                    SECTION,
                    "key_file",
                    "The private key of the certificate, in PEM form (PRIVATE KEY or ENCRYPTED PRIVATE KEY); read again when"
                            + " the file changes.")
            .atRestart();

    public static final Key<String> PASSWORD = new Key<>(
            SECTION,
            "password",
            "",
            "a text",
            value -> value,
            Effect.AT_RESTART,
            "The password of an encrypted private key.");

    public static final Key<List<String>> VERSIONS_SPOKEN = new Key<>(
            SECTION,
            "tls_versions",
            "tlsv1.2, tlsv1.3",
            "tlsv1.2, tlsv1.3 or both, separated by commas",
            TlsKeys::versions,
            Effect.AT_RESTART,
            "The versions that are spoken; CouchDB's brackets and quotes may stand around them.");

    static final List<Key<?>> ALL = List.of(ENABLE, PORT, BIND_ADDRESS, CERT_FILE, KEY_FILE, PASSWORD, VERSIONS_SPOKEN);

    private TlsKeys() {}

    private static List<String> versions(String value) {
        List<String> named = Stream.of(value.replaceAll("[\\[\\]'\"\\s]", "").split(",", -1))
                .map(name -> VERSIONS.get(name.toLowerCase(Locale.ROOT)))
                .toList();
        if (named.contains(null)) {
            throw new IllegalArgumentException(value);
        }
        return named;
    }
}
