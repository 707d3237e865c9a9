package dev.replicator.conformance.kit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * In which checks a server is known to differ.
 *
 * <p>The file is a JSON array of groups: {@code {"topic", "kind": "kept" | "missing", "reason", "checks": [name, …]}}.
 */
public final class KnownDifferences {
    private final Map<String, Difference> byCheck = new LinkedHashMap<>();

    private KnownDifferences() {}

    /** @throws IOException if the file cannot be read, lacks a reason, or names a check twice */
    public static KnownDifferences read(Path file) throws IOException {
        return parse(Files.readString(file));
    }

    static KnownDifferences parse(String json) throws IOException {
        var known = new KnownDifferences();
        try {
            for (JsonNode group : JsonMapper.shared().readTree(json)) {
                known.add(group);
            }
        } catch (JacksonException | IllegalArgumentException e) {
            throw new IOException("not a list of differences: " + e.getMessage(), e);
        }
        return known;
    }

    private void add(JsonNode group) throws IOException {
        String topic = group.path("topic").asString();
        var kind = Difference.Kind.valueOf(group.path("kind").asString().toUpperCase(Locale.ROOT));
        String reason = group.path("reason").asString();
        if (reason.isBlank()) {
            throw new IOException("differences without a reason: " + group);
        }
        for (JsonNode name : group.path("checks")) {
            var difference = new Difference(topic, name.asString(), kind, reason);
            if (byCheck.put(topic + "/" + difference.check(), difference) != null) {
                throw new IOException("listed twice: " + topic + " / " + difference.check());
            }
        }
    }

    /** What a verdict is worth, given what is known. */
    public Verdict judge(Check check, Verdict verdict) {
        Difference difference = byCheck.get(check.topic() + "/" + check.name());
        if (difference == null) {
            return verdict;
        }
        return switch (verdict) {
            case Verdict.Passed _ -> new Verdict.Outdated(difference);
            case Verdict.Failed failure -> new Verdict.Listed(difference, failure);
            case Verdict.Listed _, Verdict.Outdated _ -> verdict;
        };
    }

    public Collection<Difference> all() {
        return byCheck.values();
    }
}
