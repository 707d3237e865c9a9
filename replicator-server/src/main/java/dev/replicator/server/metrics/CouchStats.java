package dev.replicator.server.metrics;

import com.sun.management.UnixOperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * The statistics that CouchDB has too, under its names. What cannot be told here is left out rather than told as 0:
 * open databases, views, query servers, and whatever is of Erlang or of a cluster. Those who read the tree take what is
 * missing for 0.
 */
final class CouchStats {
    private static final String ROOT = "couchdb";

    /** Shown from the start, as in CouchDB; others are when one was answered. */
    private static final Set<Integer> STATUSES = Set.of(
            200, 201, 202, 204, 206, 301, 302, 304, 400, 401, 403, 404, 405, 406, 409, 412, 413, 414, 415, 416, 417,
            500, 501, 503, 507);

    private final Traffic traffic;
    private final Passwords passwords;
    private final List<Stat> fixed = new ArrayList<>();

    CouchStats(Traffic traffic, Counts counts, Passwords passwords) {
        this.traffic = traffic;
        this.passwords = passwords;
        fixed.add(new Stat.Counter(
                List.of(ROOT, "auth_cache_hits"),
                "passwords found among those verified lately",
                passwords.remembered()));
        fixed.add(new Stat.Counter(
                List.of(ROOT, "auth_cache_misses"), "passwords that had to be hashed", passwords.hashed()));
        for (Count count : Count.values()) {
            List<String> path = path(count.path().split("\\."));
            fixed.add(
                    count == Count.CHANGES_FEEDS
                            ? new Stat.Gauge(path, count.meaning(), () -> counts.of(count))
                            : new Stat.Counter(path, count.meaning(), () -> counts.of(count)));
        }
        fixed.add(new Stat.Counter(path("httpd", "requests"), "requests of all kinds", traffic::requests));
        fixed.add(new Stat.Times(
                path("request_time"),
                "from the head of a request to the end of its answer, feeds that waited left out",
                traffic.durations()));
        for (String method : Traffic.METHODS) {
            fixed.add(new Stat.Counter(
                    path("httpd_request_methods", method), "requests by method", () -> traffic.ofMethod(method)));
        }
        if (ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean system) {
            fixed.add(new Stat.Gauge(
                    path("open_os_files"), "file descriptors of the process", system::getOpenFileDescriptorCount));
        }
    }

    private static List<String> path(String... below) {
        List<String> path = new ArrayList<>(List.of(below));
        path.addFirst(ROOT);
        return List.copyOf(path);
    }

    /** The passwords that were verified so far, hashed or not. */
    long passwords() {
        return passwords.remembered().getAsLong() + passwords.hashed().getAsLong();
    }

    /** All of them. */
    List<Stat> all() {
        List<Stat> all = new ArrayList<>(fixed);
        Set<Integer> statuses = new TreeSet<>(STATUSES);
        statuses.addAll(traffic.statuses());
        for (int status : statuses) {
            all.add(new Stat.Counter(
                    path("httpd_status_codes", Integer.toString(status)),
                    "answers by status",
                    () -> traffic.ofStatus(status)));
        }
        return all;
    }

    /** As numbers, texts, lists, and maps by text. */
    Map<String, Object> tree() {
        Map<String, Object> root = new LinkedHashMap<>();
        for (Stat stat : all()) {
            Map<String, Object> node = root;
            for (String name : stat.path()) {
                node = inner(node, name);
            }
            node.put("value", stat.value());
            node.put("type", stat.type());
            node.put("desc", stat.meaning());
        }
        return root;
    }

    @SuppressWarnings("unchecked") // Only maps of this kind are put where the path goes on.
    private static Map<String, Object> inner(Map<String, Object> node, String name) {
        return (Map<String, Object>) node.computeIfAbsent(name, _ -> new LinkedHashMap<String, Object>());
    }
}
