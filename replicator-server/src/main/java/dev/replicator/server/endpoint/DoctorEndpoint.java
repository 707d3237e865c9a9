package dev.replicator.server.endpoint;

import dev.replicator.server.access.AccessRules;
import dev.replicator.server.access.Caller;
import dev.replicator.server.http.Answer;
import dev.replicator.server.http.CorsPolicy;
import dev.replicator.server.http.Endpoint;
import dev.replicator.server.http.Request;
import dev.replicator.server.limits.TrustedProxies;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * {@code /_doctor}: tells a client what this server makes of it, and what stands in its way. {@code findings} says what
 * is wrong, in words that name the setting.
 */
public final class DoctorEndpoint implements Endpoint {
    /** Beyond which cookies and tokens expire early or late, and times of replications mislead. */
    private static final Duration MUCH_SKEW = Duration.ofSeconds(30);

    /** From 1970: what is farther from it than 15 digits of milliseconds is the time of no clock. */
    private static final long MOST_SECONDS = 999_999_999_999L;

    /** In which most proxies say whose requests they bring. */
    private static final String FORWARDED_FOR = "X-Forwarded-For";

    private final Supplier<CorsPolicy> cors;
    private final Supplier<AccessRules> access;
    private final Supplier<Map<String, Long>> limits;
    private final Supplier<TrustedProxies> proxies;
    private final InstantSource clock;

    /**
     * @param cors asked for each request, as the others are
     * @param limits by the keys that set them, {@code section/key}
     */
    public DoctorEndpoint(
            Supplier<CorsPolicy> cors,
            Supplier<AccessRules> access,
            Supplier<Map<String, Long>> limits,
            Supplier<TrustedProxies> proxies,
            InstantSource clock) {
        this.cors = cors;
        this.access = access;
        this.limits = limits;
        this.proxies = proxies;
        this.clock = clock;
    }

    @Override
    public String methods() {
        return "GET";
    }

    @Override
    public Answer handle(Request request) {
        List<String> findings = new ArrayList<>();
        Map<String, Object> report = new LinkedHashMap<>();
        report.put("caller", caller(request.caller()));
        report.put("connection", connection(request, findings));
        report.put("cors", cors(request, findings));
        report.put("cookie", cookie(request, findings));
        report.put("clock", clock(request, findings));
        if (request.caller().isAdmin()) {
            // Nobody else is to know which tokens are worth guessing.
            findings.addAll(access.get().jwt().weaknesses());
        }
        report.put("limits", limits.get());
        report.put("findings", findings);
        return Json.answer(200, json -> Json.write(json, report));
    }

    private static Map<String, Object> caller(Caller caller) {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("name", caller.name().orElse(null));
        members.put("roles", caller.roles().stream().sorted().toList());
        members.put("recognised_by", caller.handler().orElse(null));
        return members;
    }

    private Map<String, Object> connection(Request request, List<String> findings) {
        Optional<String> believed = proxies.get().header();
        String said = believed.orElse(FORWARDED_FOR);
        if (request.proxy().isEmpty() && request.header(said).isPresent()) {
            findings.add("The request has an " + said + ", which is not believed: the clients of a proxy at "
                    + request.address() + " all count as one address. If it is yours, "
                    + (believed.isPresent() ? "" : "set chttpd/peer_header to " + said + ", and ")
                    + "add its address to limits/trusted_proxies.");
        }
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("http_version", request.protocol());
        members.put("tls", request.isEncrypted());
        members.put("address", request.address());
        members.put("proxy", request.proxy().orElse(null));
        return members;
    }

    private Map<String, Object> cors(Request request, List<String> findings) {
        CorsPolicy policy = cors.get();
        Optional<String> origin = request.header("Origin");
        boolean allowed =
                origin.filter(sent -> policy.enabled() && policy.admits(sent)).isPresent();
        if (origin.isPresent() && !policy.enabled()) {
            findings.add("A page of " + origin.get() + " may not read answers: CORS is off."
                    + " Set chttpd/enable_cors to true, and add the origin to cors/origins.");
        } else if (origin.isPresent() && !allowed) {
            findings.add("A page of " + origin.get() + " may not read answers: add the origin to cors/origins.");
        } else if (allowed && !policy.credentials()) {
            findings.add("A page of " + origin.get()
                    + " may not send cookies or Authorization: set cors/credentials to true.");
        }
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("enabled", policy.enabled());
        members.put("origin", origin.orElse(null));
        members.put("origin_allowed", allowed);
        members.put("credentials_allowed", allowed && policy.credentials());
        return members;
    }

    private Map<String, Object> cookie(Request request, List<String> findings) {
        Optional<String> sameSite = access.get().cookies().sameSite();
        boolean crossSite =
                request.header("Sec-Fetch-Site").filter("cross-site"::equals).isPresent();
        boolean none = sameSite.filter("None"::equalsIgnoreCase).isPresent();
        if (crossSite && !none) {
            findings.add("Browsers send the session cookie with no request of another site:"
                    + " set chttpd_auth/same_site to None, and use TLS.");
        }
        if (none && !request.isEncrypted()) {
            findings.add("Browsers drop a cookie with SameSite=None that is not Secure: use TLS"
                    + " (ssl/enable), or set chttpd_auth/same_site to Lax.");
        }
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("secure", request.isEncrypted());
        members.put("same_site", sameSite.orElse(null));
        members.put("sent_across_sites", none && request.isEncrypted());
        members.put(
                "received", request.headers().all("Cookie").stream().anyMatch(sent -> sent.contains("AuthSession=")));
        return members;
    }

    private Map<String, Object> clock(Request request, List<String> findings) {
        Instant now = clock.instant();
        Optional<Instant> theirs = request.query()
                .get("now")
                .or(() -> request.header("Date"))
                .flatMap(DoctorEndpoint::time)
                .filter(time -> Math.abs(time.getEpochSecond()) <= MOST_SECONDS);
        Optional<Long> skew = theirs.map(time -> Duration.between(time, now).toMillis());
        if (skew.filter(millis -> Math.abs(millis) > MUCH_SKEW.toMillis()).isPresent()) {
            findings.add("The client's clock is " + Math.abs(skew.get() / 1000) + " seconds "
                    + (skew.get() > 0 ? "behind" : "ahead of") + " the server's: sessions and tokens may be taken for"
                    + " expired.");
        }
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("now", now.toString());
        members.put("client", theirs.map(Instant::toString).orElse(null));
        members.put("skew_ms", skew.orElse(null));
        return members;
    }

    /** As ISO 8601, as milliseconds since 1970, or as HTTP writes it; empty for anything else. */
    private static Optional<Instant> time(String text) {
        try {
            if (text.matches("\\d{1,15}")) {
                return Optional.of(Instant.ofEpochMilli(Long.parseLong(text)));
            }
            return Optional.of(
                    text.contains(",")
                            ? Instant.from(DateTimeFormatter.RFC_1123_DATE_TIME.parse(text))
                            : Instant.from(DateTimeFormatter.ISO_OFFSET_DATE_TIME.parse(text)));
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }
}
