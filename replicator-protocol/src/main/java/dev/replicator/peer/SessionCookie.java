package dev.replicator.peer;

import dev.replicator.document.JsonBuffer;
import java.net.URI;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The cookie of a session with a peer, renewed before it is over. Thread-safe; one thread logs in at a time, and the
 * others wait for it.
 */
final class SessionCookie {
    /** CouchDB ends a session after 10 minutes, where nothing else is configured and the cookie does not say. */
    static final Duration RENEWED_AFTER = Duration.ofMinutes(5);

    /** A refusal of a login as young as this is no matter of its age. */
    private static final Duration FRESH = Duration.ofSeconds(5);

    private static final String NAME = "AuthSession=";
    private static final String MAX_AGE = "max-age=";

    private final URI database;
    private final Authentication.Session credentials;
    private final PeerHttp http;
    private final ReentrantLock lock = new ReentrantLock();

    /** Null before the first login and when the last is over. */
    private Login login;

    SessionCookie(URI database, Authentication.Session credentials, PeerHttp http) {
        this.database = database;
        this.credentials = credentials;
        this.http = http;
    }

    /**
     * What a request is signed with.
     *
     * @param header a cookie, or {@code Authorization} where the peer has no sessions
     * @param begin {@link System#nanoTime}
     */
    record Login(String header, String value, long begin, Duration lasts) {
        HttpRequest.Builder sign(HttpRequest.Builder request) {
            return request.setHeader(header, value);
        }

        boolean isFresh() {
            return age() < FRESH.toNanos() || header.equals("Authorization");
        }

        private boolean isOver() {
            return age() > lasts.toNanos();
        }

        private long age() {
            return System.nanoTime() - begin;
        }

        @Override
        public String toString() {
            return "Login[" + header + "]";
        }
    }

    Login current() throws InterruptedException {
        lock.lockInterruptibly();
        try {
            if (login == null || login.isOver()) {
                login = logIn();
            }
            return login;
        } finally {
            lock.unlock();
        }
    }

    /** Says that a login is not taken any more. */
    void expired(Login refused) {
        lock.lock();
        try {
            if (refused.equals(login)) {
                login = null;
            }
        } finally {
            lock.unlock();
        }
    }

    private Login logIn() throws InterruptedException {
        JsonBuffer json = new JsonBuffer();
        json.raw("{\"name\":").string(credentials.name());
        json.raw(",\"password\":").string(credentials.password()).raw('}');
        // The server's own path, one above the database's: a server may stand below a path of a proxy.
        PeerRequest request = PeerRequest.send(
                "POST", "../_session", PeerRequest.Content.json(json.toByteArray()), HttpPeer.SMALL_ANSWER);
        long begin = System.nanoTime();
        try (Answer answer = http.exchange(request, http.unsigned(database.resolve("../_session")))) {
            if (PeerErrors.passes(answer.status())) {
                byte[] body = http.reading(request, () -> answer.body().readNBytes(PeerErrors.MAX_BYTES));
                throw PeerErrors.of(http.named(request), answer.status(), answer.header("Retry-After"), body);
            }
            return answer.headers().allValues("Set-Cookie").stream()
                    .filter(cookie -> answer.status() == 200 && cookie.startsWith(NAME))
                    .findFirst()
                    .map(cookie -> ofCookie(cookie, begin))
                    .orElseGet(() -> basic(begin));
        }
    }

    private static Login ofCookie(String cookie, long begin) {
        List<String> parts = List.of(cookie.split(";", -1));
        Duration lasts = RENEWED_AFTER;
        for (String part : parts) {
            String attribute = part.strip();
            if (attribute.regionMatches(true, 0, MAX_AGE, 0, MAX_AGE.length())
                    && attribute.substring(MAX_AGE.length()).matches("[0-9]{1,9}")) {
                lasts = Duration.ofSeconds(Long.parseLong(attribute.substring(MAX_AGE.length())))
                        .dividedBy(2);
            }
        }
        return new Login("Cookie", parts.getFirst(), begin, lasts);
    }

    /** A peer without sessions, or one that refuses these: its answer to the request itself says what is wrong. */
    private Login basic(long begin) {
        return new Login("Authorization", credentials.authorization().orElseThrow(), begin, RENEWED_AFTER);
    }
}
