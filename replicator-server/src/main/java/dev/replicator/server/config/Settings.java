package dev.replicator.server.config;

import dev.replicator.server.config.Layer.Entry;
import dev.replicator.server.config.Layer.Place;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Everything configured, checked. It changes while the server runs, so whoever needs a value asks for it each time.
 *
 * <p>Of several sources the later wins: a profile, the operator's file, what was written while the server ran (kept in
 * {@code local.ini} in the data folder), the environment, flags. What environment or flags set cannot be written over:
 * a value that would be gone after the next start is refused rather than taken.
 *
 * <p>Thread-safe; reading takes no lock.
 */
public final class Settings {
    /** The file in the data folder that holds what was written while the server ran. */
    public static final String LOCAL_FILE = LocalFile.NAME;

    private static final String WRITTEN = "";

    private final Layer profile;
    private final Optional<Path> file;
    private final Layer given;
    private final LocalFile localFile;
    private final List<Runnable> listeners = new CopyOnWriteArrayList<>();

    private Layer configured;

    /** What the local file holds. */
    private Layer kept;

    /** As above, and what was written for this run alone. */
    private Layer written;

    private volatile View view;

    /** @param entries what counts of all sources, by its place */
    private record View(SortedMap<Place, Entry> entries, Map<Key<?>, Object> values) {
        static View of(Layer profile, Layer... layers) {
            Map<Place, Entry> configured = new HashMap<>();
            for (Layer layer : layers) {
                configured.putAll(layer.entries());
            }
            SortedMap<Place, Entry> entries = new TreeMap<>(profile.entries());
            entries.putAll(configured);
            Map<Key<?>, Object> values = new HashMap<>();
            for (Key<?> key : Keys.ALL) {
                Place place = Keys.place(key);
                Optional<Entry> old = Keys.oldPlace(key).map(configured::get);
                Entry entry = configured.containsKey(place) ? configured.get(place) : old.orElse(entries.get(place));
                values.put(key, key.reader().apply(entry == null ? key.standard() : entry.text()));
            }
            return new View(Collections.unmodifiableSortedMap(entries), Map.copyOf(values));
        }

        SortedMap<String, String> section(String section) {
            SortedMap<String, String> values = new TreeMap<>();
            entries.forEach((place, entry) -> {
                if (place.section().equals(section)) {
                    values.put(place.name(), entry.text());
                }
            });
            return values;
        }
    }

    private Settings(Layer profile, Optional<Path> file, Layer given) {
        this.profile = profile;
        this.file = file;
        this.given = given;
        this.configured = read(file);
        this.view = View.of(profile, configured, given);
        this.localFile = new LocalFile(get(Keys.DATABASE_DIR));
        this.kept = localFile.read();
        this.written = kept;
        this.view = View.of(profile, configured, written, given);
    }

    /** The value of a key that stands in the table, or its standard one. */
    public <T> T get(Key<T> key) {
        // Only a key's own reader puts a value under it.
        @SuppressWarnings("unchecked")
        T typed = (T) view.values().get(key);
        return typed;
    }

    /** The administrators by name; the values are passwords, or hashes of them as CouchDB writes them. */
    public SortedMap<String, String> admins() {
        return view.section(Keys.ADMINS);
    }

    /** The keys that tokens are verified with, as CouchDB writes them, by {@code KIND:ID}. */
    public SortedMap<String, String> tokenKeys() {
        return view.section(Keys.JWT_KEYS);
    }

    /**
     * All that is configured, as it was written, by section and key; without what has its standard value. Each section
     * is there: the set-up of Obsidian LiveSync looks into {@code httpd} of a server that nothing was written to.
     */
    public SortedMap<String, SortedMap<String, String>> texts() {
        View now = view;
        SortedMap<String, SortedMap<String, String>> texts = new TreeMap<>();
        Keys.ALL.forEach(key -> texts.computeIfAbsent(key.section(), now::section));
        now.entries().keySet().forEach(place -> texts.computeIfAbsent(place.section(), now::section));
        return texts;
    }

    /** What stands where older versions of CouchDB had it, each as a sentence for the log. */
    public List<String> outdated() {
        View now = view;
        List<String> sentences = new ArrayList<>();
        for (Key<?> key : Keys.ALL) {
            Keys.oldPlace(key)
                    .filter(place -> now.entries().containsKey(place))
                    .map(old -> old + " is the old name of " + Keys.place(key) + ", which counts where both are set")
                    .ifPresent(sentences::add);
        }
        return sentences;
    }

    /** Has {@code listener} run after every change, in the order of the changes. It must not change settings. */
    public void onChange(Runnable listener) {
        listeners.add(listener);
    }

    /**
     * Writes a value.
     *
     * @param lasting whether it is kept beyond this run
     * @return what was configured there before
     * @throws SettingsException for what is not known, not taken, or set by environment or flag; nothing is changed
     * @throws IOException when it cannot be kept; nothing is changed
     */
    public synchronized Optional<String> put(String section, String name, String text, boolean lasting)
            throws IOException {
        Place place = new Place(section, name);
        Entry entry = new Entry(WRITTEN, text);
        Layer next = written.with(place, entry);
        if (LocalFile.isOnlyForTheStart(place)) {
            throw new SettingsException(place + " can only be set where the server is started");
        }
        if (!LocalFile.canHold(place, text)) {
            throw new SettingsException(place + ": expected a text that can stand in a line of an INI file");
        }
        Optional<String> before = text(place);
        if (given.find(place).isPresent()) {
            if (!before.equals(Optional.of(text))) {
                throw isGiven(place);
            }
            return before;
        }
        change(next, lasting ? kept.with(place, entry) : kept);
        return before;
    }

    /**
     * Takes back what {@link #put} wrote; what the operator's file says counts again, or else the standard value.
     *
     * @param lasting whether it stays so beyond this run
     * @return what was configured there; empty, and nothing is changed, where nothing was
     * @throws SettingsException for what profile, file, environment or flag sets, and for the last administrator
     * @throws IOException when it cannot be kept; nothing is changed
     */
    public synchronized Optional<String> remove(String section, String name, boolean lasting) throws IOException {
        Place place = new Place(section, name);
        Optional<String> before = text(place);
        if (before.isEmpty()) {
            return before;
        }
        if (given.find(place).isPresent()) {
            throw isGiven(place);
        }
        if (written.find(place).isEmpty()) {
            throw new SettingsException(
                    place + " is set by " + view.entries().get(place).origin() + ", and can only be removed there");
        }
        change(written.without(place), lasting ? kept.without(place) : kept);
        return before;
    }

    /**
     * Reads the files again and forgets what was written for this run alone.
     *
     * @throws SettingsException for what is not known or not taken in them; nothing is changed
     */
    public synchronized void reload() {
        Layer configuredNow = read(file);
        Layer keptNow = localFile.read();
        View next = checked(View.of(profile, configuredNow, keptNow, given));
        configured = configuredNow;
        kept = keptNow;
        written = keptNow;
        show(next);
    }

    private void change(Layer nextWritten, Layer nextKept) throws IOException {
        View next = checked(View.of(profile, configured, nextWritten, given));
        if (nextKept != kept) {
            localFile.write(nextKept);
        }
        kept = nextKept;
        written = nextWritten;
        show(next);
    }

    private void show(View next) {
        view = next;
        listeners.forEach(Runnable::run);
    }

    /** Nobody could undo it. */
    private View checked(View next) {
        if (next.section(Keys.ADMINS).isEmpty() && !admins().isEmpty()) {
            throw new SettingsException("[" + Keys.ADMINS + "]: expected at least one administrator to remain");
        }
        return next;
    }

    private Optional<String> text(Place place) {
        return Optional.ofNullable(view.entries().get(place)).map(Entry::text);
    }

    private SettingsException isGiven(Place place) {
        return new SettingsException(place + " is set by "
                + given.find(place).orElseThrow().origin() + ", which counts more than what is written here");
    }

    private static Layer read(Optional<Path> file) {
        Layer layer = new Layer();
        file.ifPresent(layer::file);
        return layer;
    }

    /** Gathers the sources. Of environment and flags the later call wins over those before. */
    public static final class Builder {
        private Layer profile = new Layer();
        private Optional<Path> file = Optional.empty();
        private final Layer given = new Layer();

        /** Takes the values of a profile in the place of defaults. */
        public Builder profile(Profile named) {
            profile = named.layer();
            return this;
        }

        /** Takes the operator's INI file, which is read when the settings are built. */
        public Builder file(Path path) {
            file = Optional.of(path);
            return this;
        }

        /**
         * Adds the variables {@code REPLICATOR_SECTION_KEY}. Others that only begin with {@code REPLICATOR_} belong to
         * the start script and are left alone.
         *
         * @throws SettingsException for one whose section is known but whose key is not, or a value that is not taken
         */
        public Builder environment(Map<String, String> environment) {
            given.environment(environment);
            return this;
        }

        /**
         * Adds one value, such as a flag's.
         *
         * @param origin where it comes from, for people
         * @throws SettingsException for a value that is not taken
         */
        public Builder set(String origin, Key<?> key, String value) {
            given.put(Keys.place(key), new Entry(origin, value));
            return this;
        }

        /**
         * Adds one administrator.
         *
         * @param origin where it comes from, for people
         * @throws SettingsException for an empty password, such as that of a variable that was never filled
         */
        public Builder admin(String origin, String name, String password) {
            given.put(new Place(Keys.ADMINS, name), new Entry(origin, password));
            return this;
        }

        /**
         * Reads the files.
         *
         * @throws SettingsException when one cannot be read, or holds what is not known or not taken
         */
        public Settings build() {
            return new Settings(profile, file, given);
        }
    }
}
