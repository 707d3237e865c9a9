package dev.replicator.server.config;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** Everything configured, checked. Immutable. */
public final class Settings {
    private static final String VARIABLE_PREFIX = "REPLICATOR_";

    private final Map<Key<?>, Object> values;
    private final Map<String, String> admins;

    private Settings(Map<Key<?>, Object> values, Map<String, String> admins) {
        this.values = Map.copyOf(values);
        this.admins = Map.copyOf(admins);
    }

    public <T> T get(Key<T> key) {
        Object value = values.get(key);
        // Only a key's own reader puts a value under it, or gives the standard one.
        @SuppressWarnings("unchecked")
        T typed = value == null ? key.reader().apply(key.standard()) : (T) value;
        return typed;
    }

    /** The administrators by name; the values are passwords, or hashes of them as CouchDB writes them. */
    public Map<String, String> admins() {
        return admins;
    }

    /** A refusal of something configured that only its user could find wrong; the message is one line. */
    public static SettingsException refused(String message) {
        return new SettingsException(message);
    }

    /** Gathers settings in the order of the calls: each later one wins over those before. */
    public static final class Builder {
        private final Map<Key<?>, Object> values = new HashMap<>();
        private final Map<String, String> admins = new LinkedHashMap<>();

        /**
         * Adds an INI file.
         *
         * @throws SettingsException when it cannot be read, or holds what is not known or not taken
         */
        public Builder file(Path file) {
            try {
                for (IniFile.Entry entry :
                        IniFile.parse(file.toString(), Files.readAllLines(file, StandardCharsets.UTF_8))) {
                    put(file + ", line " + entry.line() + ": ", entry.section(), entry.key(), entry.value());
                }
            } catch (IOException e) {
                throw new SettingsException(file + " cannot be read: " + e);
            }
            return this;
        }

        /**
         * Adds the variables {@code REPLICATOR_SECTION_KEY}. Others that only begin with {@code REPLICATOR_} belong to
         * the start script and are left alone.
         *
         * @throws SettingsException for one whose section is known but whose key is not, or a value that is not taken
         */
        public Builder environment(Map<String, String> environment) {
            environment.forEach((variable, value) -> {
                if (variable.startsWith(VARIABLE_PREFIX)) {
                    variable(variable, value);
                }
            });
            return this;
        }

        private void variable(String variable, String value) {
            Optional<Key<?>> known = Keys.ALL.stream()
                    .filter(key -> key.variable().equals(variable))
                    .findFirst();
            if (known.isPresent()) {
                set(variable + ": ", known.get(), value);
                return;
            }
            String rest = variable.substring(VARIABLE_PREFIX.length()).toLowerCase(Locale.ROOT);
            if (rest.startsWith(Keys.ADMINS + "_")) {
                put(variable + ": ", Keys.ADMINS, rest.substring(Keys.ADMINS.length() + 1), value);
            } else if (Keys.ALL.stream().anyMatch(key -> rest.startsWith(key.section() + "_"))) {
                throw new SettingsException(variable + ": there is no such key");
            }
        }

        /** Adds one value, such as a flag's; {@code origin} says where it comes from. */
        public Builder set(String origin, Key<?> key, String value) {
            try {
                values.put(key, key.reader().apply(value));
            } catch (IllegalArgumentException e) {
                throw new SettingsException(origin + "[" + key.section() + "] " + key.name() + " = " + value
                        + ": expected " + key.expected());
            }
            return this;
        }

        /**
         * Adds one administrator.
         *
         * @throws SettingsException for an empty password, such as that of a variable that was never filled
         */
        public Builder admin(String name, String password) {
            return admin("", name, password);
        }

        private Builder admin(String origin, String name, String password) {
            if (name.isEmpty() || password.isEmpty()) {
                throw new SettingsException(origin + "[" + Keys.ADMINS + "] " + name
                        + ": expected a name and a password, neither of them empty");
            }
            admins.put(name, password);
            return this;
        }

        public Settings build() {
            return new Settings(values, admins);
        }

        private void put(String origin, String section, String name, String value) {
            if (section.equals(Keys.ADMINS)) {
                admin(origin, name, value);
                return;
            }
            Key<?> key = Keys.ALL.stream()
                    .filter(known ->
                            known.section().equals(section) && known.name().equals(name))
                    .findFirst()
                    .orElseThrow(() -> unknown(origin, section, name));
            set(origin, key, value);
        }

        private static SettingsException unknown(String origin, String section, String name) {
            String keys = Keys.ALL.stream()
                    .filter(key -> key.section().equals(section))
                    .map(Key::name)
                    .collect(Collectors.joining(", "));
            if (!keys.isEmpty()) {
                return new SettingsException(
                        origin + "[" + section + "] " + name + ": there is no such key; the section has " + keys);
            }
            String sections = Keys.ALL.stream().map(Key::section).distinct().collect(Collectors.joining(", "));
            return new SettingsException(origin + "[" + section + "] " + name + ": there is no such section; there are "
                    + Keys.ADMINS + ", " + sections);
        }
    }
}
