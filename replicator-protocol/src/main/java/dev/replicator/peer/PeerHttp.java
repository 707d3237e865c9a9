package dev.replicator.peer;

import dev.replicator.error.CouchError;
import dev.replicator.error.CouchException;
import dev.replicator.replication.PeerException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Sends requests to one peer, who asks being said as the settings have it, and tells what went wrong in the words of
 * {@link PeerException}. Not more are under way than there may be connections: the client itself knows no such bound.
 *
 * <p>Redirects are followed where a GET is sent elsewhere on the same server, a few times. Elsewhere nothing is sent:
 * the credentials are for this one.
 */
final class PeerHttp {
    static final int MAX_REDIRECTS = 3;

    /** Ids may be long; an error names the beginning. */
    private static final int SHOWN_TARGET_CHARS = 200;

    private final HttpPeerSettings settings;
    private final HttpClient client;
    private final AddressChoice addresses;
    private final Semaphore connections;
    private final Optional<SessionCookie> session;

    /** @throws IllegalArgumentException where a header of the settings cannot be sent */
    PeerHttp(HttpPeerSettings settings, HttpClient client, AddressChoice addresses) {
        this(
                settings,
                client,
                addresses,
                settings.connections(),
                settings.authentication() instanceof Authentication.Session login && !isNamedByHeader(settings)
                        // With a connection more: requests that hold all others may wait for the login.
                        ? Optional.of(new SessionCookie(
                                settings.database(),
                                login,
                                new PeerHttp(settings, client, addresses, 1, Optional.empty())))
                        : Optional.empty());
        unsigned(settings.database());
    }

    private PeerHttp(
            HttpPeerSettings settings,
            HttpClient client,
            AddressChoice addresses,
            int connections,
            Optional<SessionCookie> session) {
        this.settings = settings;
        this.client = client;
        this.addresses = addresses;
        this.connections = new Semaphore(connections);
        this.session = session;
    }

    /**
     * The same, with a connection more: for requests that are made while the answer of another one waits. Taken from
     * the others, some such answers that have them all would wait for ever.
     */
    PeerHttp beside() {
        return new PeerHttp(settings, client, addresses, 1, session);
    }

    /** Reads the body of an answer. */
    @FunctionalInterface
    interface Reading<T> {
        T read(InputStream body) throws IOException;
    }

    /** Does what may fail as answers do. */
    @FunctionalInterface
    interface Reader<T> {
        T read() throws IOException, InterruptedException;
    }

    /**
     * Sends a request and reads the JSON that answers it.
     *
     * @throws PeerException also where the answer is malformed
     */
    <T> T ask(PeerRequest request, Reading<T> reading) throws InterruptedException {
        try (Answer answer = open(request)) {
            return reading(request, () -> {
                if (!answer.isJson()) {
                    throw new PeerAnswerException(
                            "it is " + answer.contentType().type() + ", not JSON");
                }
                return reading.read(answer.body());
            });
        }
    }

    /** Reads, and says by an exception of the peer what went wrong in that. */
    <T> T reading(PeerRequest request, Reader<T> reader) throws InterruptedException {
        try {
            return reader.read();
        } catch (IOException | UncheckedIOException e) {
            throwIfInterrupted();
            Throwable cause = e instanceof UncheckedIOException ? e.getCause() : e;
            throw new PeerException.Passing(named(request) + ": " + cause.getMessage(), e, Optional.empty());
        } catch (CouchException e) {
            throw new PeerException.Passing(
                    named(request) + ": the answer makes no sense: " + e.error().reason(), e, Optional.empty());
        } catch (PeerAnswerException e) {
            throw new PeerException.Passing(
                    named(request) + ": the answer makes no sense: " + e.getMessage(), e, Optional.empty());
        }
    }

    private static void throwIfInterrupted() throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException("interrupted while talking to a peer");
        }
    }

    /**
     * Sends a request.
     *
     * @return an answer that tells of success
     * @throws PeerException where it tells of something else
     */
    Answer open(PeerRequest request) throws InterruptedException {
        URI uri = URI.create(settings.database() + request.target());
        Answer answer = send(request, uri);
        for (int redirects = 0; answer.status() / 100 == 3; redirects++) {
            uri = redirect(request, uri, answer, redirects);
            answer = send(request, uri);
        }
        if (answer.status() / 100 == 2) {
            return answer;
        }
        throw failure(request, answer);
    }

    private PeerException failure(PeerRequest request, Answer answer) throws InterruptedException {
        try (answer) {
            byte[] body = reading(request, () -> answer.body().readNBytes(PeerErrors.MAX_BYTES));
            return PeerErrors.of(named(request), answer.status(), answer.header("Retry-After"), body);
        }
    }

    /** Where a redirect leads, if that may be followed. */
    private URI redirect(PeerRequest request, URI from, Answer answer, int redirects) {
        try (answer) {
            URI to;
            try {
                to = from.resolve(answer.header("Location").orElse(""));
            } catch (IllegalArgumentException e) {
                throw redirected(request, answer, "to what is no URL");
            }
            if (!request.method().equals("GET")) {
                throw redirected(request, answer, "which is followed for a GET alone");
            }
            if (!origin(to).equals(origin(from))) {
                throw redirected(
                        request, answer, "to another server, " + origin(to) + ", which is not given the credentials");
            }
            if (redirects == MAX_REDIRECTS) {
                throw redirected(request, answer, "more than " + MAX_REDIRECTS + " times");
            }
            return to;
        }
    }

    private PeerException redirected(PeerRequest request, Answer answer, String how) {
        return new PeerException.Refused(
                named(request), new CouchError(answer.status(), "redirect", "The peer redirects " + how + "."));
    }

    private static String origin(URI uri) {
        int standard = "https".equalsIgnoreCase(uri.getScheme()) ? 443 : 80;
        return uri.getScheme() + "://" + uri.getHost() + ":" + (uri.getPort() < 0 ? standard : uri.getPort());
    }

    /** Sends a request with what says who asks, after another login where the first was over. */
    private Answer send(PeerRequest request, URI uri) throws InterruptedException {
        if (session.isEmpty()) {
            return exchange(request, authorized(uri));
        }
        SessionCookie.Login login = session.get().current();
        Answer answer = exchange(request, login.sign(unsigned(uri)));
        if (answer.status() != 401) {
            return answer;
        }
        session.get().expired(login);
        if (login.isFresh()) {
            return answer;
        }
        answer.close();
        if (!request.body().map(PeerRequest.Content::replayable).orElse(true)) {
            throw new PeerException.Passing(
                    named(request) + ": the session was over while it was sent, and it cannot be sent again as it was");
        }
        return exchange(request, session.get().current().sign(unsigned(uri)));
    }

    /** Then nothing else says who asks. */
    private static boolean isNamedByHeader(HttpPeerSettings settings) {
        return settings.headers().keySet().stream().anyMatch("Authorization"::equalsIgnoreCase);
    }

    private HttpRequest.Builder authorized(URI uri) {
        HttpRequest.Builder builder = unsigned(uri);
        settings.authentication()
                .authorization()
                .filter(_ -> !isNamedByHeader(settings))
                .ifPresent(value -> builder.header("Authorization", value));
        return builder;
    }

    /** @throws IllegalArgumentException where a header of the settings cannot be sent; its value is not shown */
    HttpRequest.Builder unsigned(URI uri) {
        HttpRequest.Builder builder = HttpRequest.newBuilder(uri);
        settings.headers().forEach((name, value) -> {
            try {
                builder.header(name, value);
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException("The header " + name + " cannot be sent to a peer");
            }
        });
        return builder;
    }

    /** Sends a request as it stands, once there is a connection for it. */
    Answer exchange(PeerRequest request, HttpRequest.Builder builder) throws InterruptedException {
        Optional<Upload> upload =
                request.body().filter(content -> content.length() > 0).map(Upload::new);
        builder.setHeader("Accept", request.accept());
        request.body().ifPresent(content -> builder.setHeader("Content-Type", content.type()));
        builder.method(
                request.method(),
                upload.<HttpRequest.BodyPublisher>map(body -> body).orElseGet(HttpRequest.BodyPublishers::noBody));
        connections.acquire();
        boolean answered = false;
        try {
            direct(request, builder);
            HttpResponse<AnswerBody> response = response(request, builder.build(), upload);
            answered = true;
            return new Answer(response.statusCode(), response.headers(), response.body(), connections::release);
        } finally {
            if (!answered) {
                connections.release();
            }
        }
    }

    /** Chooses the address it goes to. */
    private void direct(PeerRequest request, HttpRequest.Builder builder) throws InterruptedException {
        URI uri = builder.copy().build().uri();
        try {
            addresses.of(uri.getHost()).ifPresent(address -> ChosenAddress.send(builder, uri, address));
        } catch (IOException e) {
            throw new PeerException.Passing(named(request) + ": " + described(e), e, Optional.empty());
        }
    }

    private HttpResponse<AnswerBody> response(PeerRequest request, HttpRequest message, Optional<Upload> upload)
            throws InterruptedException {
        long begin = System.nanoTime();
        Duration idle = request.bounds().idle().orElse(settings.requestTimeout());
        CompletableFuture<HttpResponse<AnswerBody>> response =
                client.sendAsync(message, head -> new AnswerBody(request.bounds(), idle, begin));
        boolean whole = false;
        try {
            if (upload.isPresent()) {
                upload.get().send(response, idle);
            }
            HttpResponse<AnswerBody> head = response.get(headersWithin(request, idle), TimeUnit.MILLISECONDS);
            whole = true;
            return head;
        } catch (TimeoutException e) {
            Optional<Duration> patience = request.bounds().whole().filter(most -> most.compareTo(idle) < 0);
            String why = e.getMessage() == null ? "no answer came for " + idle.toMillis() + " ms" : e.getMessage();
            throw new PeerException.Passing(
                    named(request) + ": " + why,
                    patience.<Exception>map(AnswerBody.Overdue::new).orElse(e),
                    Optional.empty());
        } catch (IOException e) {
            throwIfInterrupted();
            throw new PeerException.Passing(
                    named(request) + ": what was to be sent broke off: " + e.getMessage(), e, Optional.empty());
        } catch (ExecutionException e) {
            throw new PeerException.Passing(
                    named(request) + ": " + described(e.getCause()), e.getCause(), Optional.empty());
        } finally {
            if (!whole && !response.cancel(true)) {
                CompletableFuture<?> _ = response.thenAccept(late -> late.body().close());
            }
        }
    }

    private long headersWithin(PeerRequest request, Duration idle) {
        Duration within = request.bounds()
                .whole()
                .filter(whole -> whole.compareTo(idle) < 0)
                .orElse(idle);
        return Math.max(1, within.toMillis());
    }

    private static String described(Throwable failure) {
        String kind = failure.getClass().getSimpleName();
        return failure.getMessage() == null ? kind : kind + ": " + failure.getMessage();
    }

    /** What was asked of which peer. */
    String named(PeerRequest request) {
        String target = request.target();
        return request.method() + " " + settings.database()
                + (target.length() > SHOWN_TARGET_CHARS ? target.substring(0, SHOWN_TARGET_CHARS) + "..." : target);
    }
}
