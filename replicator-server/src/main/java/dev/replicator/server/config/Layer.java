package dev.replicator.server.config;

import dev.replicator.server.access.KeyType;
import dev.replicator.server.access.PasswordHash;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/** What one source configures, each value checked against the table as it comes. Immutable once it is handed on. */
final class Layer {
    private static final String VARIABLE_PREFIX = "REPLICATOR_";

    /** The place of a value. */
    record Place(String section, String name) implements Comparable<Place> {
        @Override
        public int compareTo(Place other) {
            int bySection = section.compareTo(other.section);
            return bySection != 0 ? bySection : name.compareTo(other.name);
        }

        @Override
        public String toString() {
            return "[" + section + "] " + name;
        }
    }

    /**
     * A value as it was written.
     *
     * @param origin where, for people
     */
    record Entry(String origin, String text) {}

    private final TreeMap<Place, Entry> entries = new TreeMap<>();

    Layer() {}

    private Layer(Layer other) {
        entries.putAll(other.entries);
    }

    Layer with(Place place, Entry entry) {
        Layer copy = new Layer(this);
        copy.put(place, entry);
        return copy;
    }

    Layer without(Place place) {
        Layer copy = new Layer(this);
        copy.entries.remove(place);
        return copy;
    }

    Optional<Entry> find(Place place) {
        return Optional.ofNullable(entries.get(place));
    }

    SortedMap<Place, Entry> entries() {
        return entries;
    }

    /**
     * Adds a value.
     *
     * @throws SettingsException for what the table does not have or take; the message says where it stands
     */
    void put(Place place, Entry entry) {
        check(place, entry);
        entries.put(place, entry);
    }

    /**
     * Adds an INI file.
     *
     * @throws SettingsException when it cannot be read, or holds what is not known or not taken
     */
    void file(Path file) {
        try {
            for (IniFile.Entry entry :
                    IniFile.parse(file.toString(), Files.readAllLines(file, StandardCharsets.UTF_8))) {
                put(new Place(entry.section(), entry.key()), new Entry(file + ", line " + entry.line(), entry.value()));
            }
        } catch (IOException e) {
            throw new SettingsException(file + " cannot be read: " + e);
        }
    }

    /**
     * Adds the variables {@code REPLICATOR_SECTION_KEY}. Others that only begin with {@code REPLICATOR_} belong to the
     * start script and are left alone.
     *
     * @throws SettingsException for one whose section is known but whose key is not, or a value that is not taken
     */
    void environment(Map<String, String> environment) {
        environment.forEach((variable, value) -> {
            if (variable.startsWith(VARIABLE_PREFIX)) {
                variable(variable, value);
            }
        });
    }

    /** The variable that sets what stands at a place. */
    static String variable(Place place) {
        return (VARIABLE_PREFIX + place.section() + "_" + place.name())
                .toUpperCase(Locale.ROOT)
                .replace('-', '_');
    }

    private void variable(String variable, String value) {
        Optional<Place> known = Keys.ALL.stream()
                .flatMap(key -> Stream.concat(Stream.of(Keys.place(key)), Keys.oldPlace(key).stream()))
                .filter(place -> variable(place).equals(variable))
                .findFirst();
        String rest = variable.substring(VARIABLE_PREFIX.length()).toLowerCase(Locale.ROOT);
        if (rest.equals(Keys.JWT_KEYS)) {
            tokenKeys(variable, value);
        } else if (known.isPresent()) {
            put(known.get(), new Entry(variable, value));
        } else if (rest.startsWith(Keys.ADMINS + "_")) {
            put(new Place(Keys.ADMINS, rest.substring(Keys.ADMINS.length() + 1)), new Entry(variable, value));
        } else if (Keys.SECTIONS.stream().anyMatch(section -> rest.startsWith(section + "_"))) {
            throw new SettingsException(variable + ": there is no such key");
        }
    }

    /** The lines of the section: names of keys have characters, and cases, that no variable's name can have. */
    private void tokenKeys(String variable, String lines) {
        for (IniFile.Entry entry :
                IniFile.parse(variable, Keys.JWT_KEYS, lines.lines().toList())) {
            if (!entry.section().equals(Keys.JWT_KEYS)) {
                throw new SettingsException(variable + ": expected lines of [" + Keys.JWT_KEYS + "] alone");
            }
            put(new Place(entry.section(), entry.key()), new Entry(variable, entry.value()));
        }
    }

    private static void check(Place place, Entry entry) {
        if (place.section().equals(Keys.ADMINS)) {
            checkAdmin(place, entry);
            return;
        }
        if (place.section().equals(Keys.JWT_KEYS)) {
            checkTokenKey(place, entry);
            return;
        }
        Key<?> key = Keys.find(place).orElseThrow(() -> refused(entry, Keys.unknown(place)));
        try {
            Object _ = key.reader().apply(entry.text());
        } catch (IllegalArgumentException e) {
            throw refused(entry, place + " = " + entry.text() + ": expected " + key.expected());
        }
    }

    /** The message does not show the password. */
    private static void checkAdmin(Place place, Entry entry) {
        if (place.name().isEmpty() || entry.text().isEmpty()) {
            throw refused(entry, place + ": expected a name and a password, neither of them empty");
        }
        if (PasswordHash.isHash(entry.text())) {
            try {
                Object _ = PasswordHash.parse(entry.text());
            } catch (IllegalArgumentException e) {
                throw refused(entry, place + ": expected a password, or " + e.getMessage());
            }
        }
    }

    /** The message does not show the key. */
    private static void checkTokenKey(Place place, Entry entry) {
        int colon = place.name().indexOf(':');
        KeyType type = KeyType.named(place.name().substring(0, Math.max(colon, 0)))
                .filter(_ -> colon < place.name().length() - 1)
                .orElseThrow(() -> refused(
                        entry,
                        place + ": expected hmac:ID, rsa:ID, ec:ID or ed25519:ID; the ID is _default for tokens"
                                + " that name no key"));
        try {
            Object _ = type.read(entry.text());
        } catch (IllegalArgumentException e) {
            throw refused(entry, place + ": expected " + type.expected());
        }
    }

    private static SettingsException refused(Entry entry, String message) {
        return new SettingsException(entry.origin().isEmpty() ? message : entry.origin() + ": " + message);
    }
}
