package dev.replicator.server.http;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What pages of other origins may do here: the Fetch standard's CORS protocol by CouchDB's {@code [cors]} settings.
 * Only rules, no I/O.
 *
 * <p>As in CouchDB the origin is always echoed, never answered with {@code *}, so that credentials work wherever they
 * are allowed; and as the answer differs by origin, every answer says so in {@code Vary}, those to requests without an
 * origin too: a cache must not hand them to a page.
 *
 * @param enabled otherwise nothing is added to any answer
 * @param origins scheme, host and port, as browsers write them; {@code *} among them admits all
 * @param credentials whether pages may send cookies and {@code Authorization}
 * @param headers the request headers that pages may set, in lower case
 * @param methods the methods that pages may use, beside those that browsers send unasked
 * @param exposed the headers of answers that pages may read, beside those that browsers show anyway
 * @param maxAgeSeconds for which browsers may keep the answer to a preflight
 */
public record CorsPolicy(
        boolean enabled,
        Set<String> origins,
        boolean credentials,
        Set<String> headers,
        List<String> methods,
        List<String> exposed,
        long maxAgeSeconds) {
    /** No page of another origin may do anything. */
    public static final CorsPolicy OFF = new CorsPolicy(false, Set.of(), false, Set.of(), List.of(), List.of(), 0);

    private static final String ANY = "*";
    private static final String ORIGIN = "Origin";
    private static final String REQUEST_METHOD = "Access-Control-Request-Method";
    private static final String REQUEST_HEADERS = "Access-Control-Request-Headers";

    public CorsPolicy {
        origins = Set.copyOf(origins);
        headers = Set.copyOf(headers);
        methods = List.copyOf(methods);
        exposed = List.copyOf(exposed);
    }

    /**
     * Whether a request is a browser's question about another one, and this policy is to answer it: before
     * authentication, since browsers ask without credentials, and whatever the path names.
     */
    boolean isPreflight(String method, Headers request) {
        return enabled
                && method.equals("OPTIONS")
                && request.first(ORIGIN).isPresent()
                && request.first(REQUEST_METHOD).isPresent();
    }

    /** The headers of an answer, whatever it answers, with those added that browsers look for. */
    Headers complete(String method, Headers request, Headers answer) {
        if (!enabled) {
            return answer;
        }
        Headers varied = answer.varyingBy(ORIGIN);
        Optional<String> origin = request.first(ORIGIN).filter(this::admits);
        if (origin.isEmpty()) {
            return varied;
        }
        if (!isPreflight(method, request)) {
            return admitting(origin.get(), varied).with("Access-Control-Expose-Headers", String.join(", ", exposed));
        }
        return admitsRequest(request) ? preflight(request, admitting(origin.get(), varied)) : varied;
    }

    /** Whether pages of an origin are let in. Compared as they are, for a browser writes an origin in one way only. */
    public boolean admits(String origin) {
        return origins.contains(ANY) || origins.contains(origin);
    }

    private Headers admitting(String origin, Headers answer) {
        Headers admitting = answer.with("Access-Control-Allow-Origin", origin);
        return credentials ? admitting.with("Access-Control-Allow-Credentials", "true") : admitting;
    }

    private boolean admitsRequest(Headers request) {
        return methods.contains(request.first(REQUEST_METHOD).orElseThrow())
                && requestedHeaders(request)
                        .allMatch(name -> name.isEmpty() || headers.contains(name.toLowerCase(Locale.ROOT)));
    }

    private Headers preflight(Headers request, Headers answer) {
        Headers preflight = answer.with("Access-Control-Allow-Methods", String.join(", ", methods))
                .with("Access-Control-Max-Age", Long.toString(maxAgeSeconds));
        String asked = String.join(", ", requestedHeaders(request).toList());
        return asked.isEmpty() ? preflight : preflight.with("Access-Control-Allow-Headers", asked);
    }

    private static Stream<String> requestedHeaders(Headers request) {
        return request.all(REQUEST_HEADERS).stream()
                .flatMap(field -> Stream.of(field.split(",", -1)))
                .map(String::strip);
    }
}
