package dev.replicator.server.http;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The rules of CORS, by table: a request's headers in, an answer's headers out. */
class CorsPolicyTest {
    private static final Set<String> LISTED = Set.of("https://a.example", "app://obsidian.md", "null");

    private static CorsPolicy policy(Set<String> origins, boolean credentials) {
        return new CorsPolicy(
                true,
                origins,
                credentials,
                Set.of("content-type", "authorization"),
                List.of("GET", "PUT"),
                List.of("etag", "server"),
                86_400);
    }

    /** {@code A: x; B: y} */
    private static Headers headers(String text) {
        Headers headers = Headers.none();
        for (String field : text.isEmpty() ? new String[0] : text.split("; ")) {
            String[] parts = field.split(": ", 2);
            headers = headers.with(parts[0], parts[1]);
        }
        return headers;
    }

    /** Without the common beginning of the names, sorted. */
    private static String text(Headers headers) {
        return Stream.of(headers.toString().split("\n"))
                .filter(line -> !line.isEmpty())
                .map(line -> line.replace("Access-Control-", ""))
                .sorted()
                .collect(Collectors.joining("; "));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            ''                        | Vary: Origin
            Origin: https://a.example | Allow-Credentials: true; Allow-Origin: https://a.example; Expose-Headers: etag, server; Vary: Origin
            Origin: app://obsidian.md | Allow-Credentials: true; Allow-Origin: app://obsidian.md; Expose-Headers: etag, server; Vary: Origin
            Origin: null              | Allow-Credentials: true; Allow-Origin: null; Expose-Headers: etag, server; Vary: Origin
            Origin: http://a.example  | Vary: Origin
            Origin: https://A.example | Vary: Origin
            Origin: https://a.example:443 | Vary: Origin
            Origin: https://a.example.evil.example | Vary: Origin
            Origin: https://a.example, https://b.example | Vary: Origin
            Origin: *                 | Vary: Origin
            """)
    void admitsListedOriginsExactly(String request, String answer) {
        assertEquals(answer, text(policy(LISTED, true).complete("GET", headers(request), Headers.none())));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            false | Allow-Origin: https://any.example; Expose-Headers: etag, server; Vary: Origin
            true  | Allow-Credentials: true; Allow-Origin: https://any.example; Expose-Headers: etag, server; Vary: Origin
            """)
    void echoesTheOriginWhereAllAreAdmitted(boolean credentials, String answer) {
        Headers request = headers("Origin: https://any.example");
        assertEquals(answer, text(policy(Set.of("*"), credentials).complete("PUT", request, Headers.none())));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            PUT    | ''                            | yes |
            GET    | content-type                  | yes | content-type
            PUT    | Content-Type,  authorization  | yes | Content-Type, authorization
            PUT    | content-type,x-other          | no  |
            PUT    | x-other                       | no  |
            put    | ''                            | no  |
            DELETE | ''                            | no  |
            """)
    void answersPreflights(String method, String asked, String admitted, String allowed) {
        Headers request = headers("Origin: https://a.example; Access-Control-Request-Method: " + method
                + (asked.isEmpty() ? "" : "; Access-Control-Request-Headers: " + asked));
        String answer = text(policy(LISTED, true).complete("OPTIONS", request, Headers.none()));
        String expected = (allowed == null ? "" : "Allow-Headers: " + allowed + "; ");
        assertEquals(
                admitted.equals("no")
                        ? "Vary: Origin"
                        : "Allow-Credentials: true; " + expected
                                + "Allow-Methods: GET, PUT; Allow-Origin: https://a.example; Max-Age: 86400; Vary: Origin",
                answer);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            OPTIONS | Origin: https://a.example; Access-Control-Request-Method: PUT | true
            OPTIONS | Origin: https://b.example; Access-Control-Request-Method: PUT | true
            OPTIONS | Origin: https://a.example                                     | false
            OPTIONS | Access-Control-Request-Method: PUT                            | false
            GET     | Origin: https://a.example; Access-Control-Request-Method: PUT | false
            """)
    void knowsAPreflight(String method, String request, boolean is) {
        assertEquals(is, policy(LISTED, false).isPreflight(method, headers(request)));
        assertEquals(false, CorsPolicy.OFF.isPreflight(method, headers(request)));
    }

    @Test
    void aPreflightFromElsewhereLearnsNothing() {
        Headers request = headers("Origin: https://b.example; Access-Control-Request-Method: PUT");
        assertEquals("Vary: Origin", text(policy(LISTED, true).complete("OPTIONS", request, Headers.none())));
    }

    @Test
    void addsToWhatTheAnswerVariesByAndRepeatsNothing() {
        Headers request = headers("Origin: https://b.example");
        CorsPolicy policy = policy(LISTED, true);
        Headers once = policy.complete("GET", request, headers("ETag: \"1\"; Vary: Accept-Encoding"));
        assertEquals("ETag: \"1\"; Vary: Accept-Encoding, Origin", text(once));
        assertEquals(text(once), text(policy.complete("GET", request, once)));
    }

    @Test
    void addsNothingWhereItIsOff() {
        Headers request = headers("Origin: https://a.example");
        assertEquals("ETag: x", text(CorsPolicy.OFF.complete("GET", request, headers("ETag: x"))));
    }
}
