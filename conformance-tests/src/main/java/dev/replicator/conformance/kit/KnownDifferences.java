package dev.replicator.conformance.kit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * In which places of which checks' answers a server is known to differ.
 *
 * <p>The file is a JSON array of groups: {@code {"topic", "kind": "kept" | "missing", "reason", "places": [place, …],
 * "checks": [name, …]}}; each of the checks differs in all of the places. A check may stand in several groups, with
 * other places.
 */
public final class KnownDifferences {
    private final Map<String, List<Difference>> byCheck = new LinkedHashMap<>();

    private KnownDifferences() {}

    /** @throws IOException if the file cannot be read, lacks a reason or places, or names a place of a check twice */
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
        Set<String> places = new TreeSet<>();
        for (JsonNode place : group.path("places")) {
            if (!places.add(place.asString())) {
                throw new IOException("a place is listed twice: " + group);
            }
        }
        if (places.isEmpty()) {
            throw new IOException("differences without a place: " + group);
        }
        for (JsonNode name : group.path("checks")) {
            var difference = new Difference(topic, name.asString(), kind, reason, places);
            List<Difference> others = byCheck.computeIfAbsent(topic + "/" + name.asString(), _ -> new ArrayList<>());
            if (others.stream().anyMatch(other -> !Collections.disjoint(other.places(), places))) {
                throw new IOException("listed twice: " + topic + " / " + difference.check());
            }
            others.add(difference);
        }
    }

    /** What a verdict is worth, given what is known. */
    public Verdict judge(Check check, Verdict verdict) {
        List<Difference> differences = byCheck.getOrDefault(check.topic() + "/" + check.name(), List.of());
        Set<String> listed = new TreeSet<>();
        differences.forEach(difference -> listed.addAll(difference.places()));
        return switch (verdict) {
            case Verdict.Passed _ -> listed.isEmpty() ? verdict : new Verdict.Outdated(differences, listed);
            case Verdict.Failed failure -> judge(failure, differences, listed);
            case Verdict.Listed _, Verdict.Outdated _ -> verdict;
        };
    }

    private static Verdict judge(Verdict.Failed failure, List<Difference> differences, Set<String> listed) {
        List<Deviation> others = failure.deviations().stream()
                .filter(deviation -> !listed.contains(deviation.place()))
                .toList();
        if (!others.isEmpty()) {
            return new Verdict.Failed(failure.exchange(), others);
        }
        Set<String> gone = new TreeSet<>(listed);
        failure.deviations().forEach(deviation -> gone.remove(deviation.place()));
        return gone.isEmpty() ? new Verdict.Listed(differences, failure) : new Verdict.Outdated(differences, gone);
    }

    public List<Difference> all() {
        return byCheck.values().stream().flatMap(List::stream).toList();
    }
}
