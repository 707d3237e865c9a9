package dev.replicator.server.http;

import dev.replicator.error.CouchError;
import dev.replicator.error.CouchException;
import dev.replicator.server.access.Access;
import dev.replicator.server.access.Caller;
import io.undertow.server.HttpServerExchange;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.xnio.IoUtils;

/**
 * One request on its way: head, caller, body (all on the connection's I/O thread), endpoint (on a storage thread),
 * answer. Of large bodies that an endpoint takes as they come, it sees the beginning first.
 *
 * <p>The cheap refusals come before the body is received: nobody makes the server spool gigabytes without credentials.
 */
final class Exchange {
    private static final Logger LOG = LoggerFactory.getLogger(Exchange.class);

    private static final RequestBody NO_BODY = RequestBody.of(new byte[0]);

    /** Up to here a body is cheaper received whole than handed on as it comes. */
    private static final int SMALL_BODY = 64 << 10;

    private final HttpServerExchange exchange;
    private final Machinery machinery;
    private final Activity.Participant activity;
    private final RequestHead head;
    private final ConnectionWatch watch;
    private Router.Route route;
    private Query query;
    private Access.Admission admission = new Access.Admission(Caller.anonymous(), Optional.empty());

    private Exchange(HttpServerExchange exchange, Machinery machinery, Activity.Participant activity) {
        this.exchange = exchange;
        this.machinery = machinery;
        this.activity = activity;
        this.head = RequestHead.of(exchange);
        this.watch = ConnectionWatch.of(exchange);
    }

    /** Takes a request over from Undertow, on the I/O thread, after its handlers have returned. */
    static void begin(HttpServerExchange exchange, Machinery machinery) {
        Activity.Participant activity = machinery.activity().begin();
        exchange.addExchangeCompleteListener((_, next) -> {
            activity.finish();
            next.proceed();
        });
        new Exchange(exchange, machinery, activity).readHead();
    }

    private void readHead() {
        try {
            try {
                head.checkFraming();
            } catch (CouchException e) {
                exchange.setPersistent(false);
                throw e;
            }
            if (!head.headers().all("Transfer-Encoding").isEmpty()) {
                ChunkedBodyConduit.install(exchange);
            }
            machinery
                    .access()
                    .authenticate(
                            head.headers().first("Authorization"),
                            head.headers().all("Cookie"))
                    .whenComplete(
                            (recognised, problem) -> IoThreads.run(exchange, () -> recognised(recognised, problem)));
        } catch (RuntimeException e) {
            fail(e);
        }
    }

    private void recognised(Access.Admission recognised, Throwable problem) {
        try {
            if (problem != null) {
                fail(problem);
                return;
            }
            admission = recognised;
            query = Query.of(head.rawQuery());
            route = machinery.router().route(head.rawPath());
            Optional<CouchError> refusal = refusal(route.endpoint().audience(head.method()), recognised.caller());
            if (refusal.isPresent()) {
                send(ErrorAnswers.of(refusal.get()));
            } else if (!route.takes(head.method())) {
                String methods = route.endpoint().methods();
                send(ErrorAnswers.of(CouchError.methodNotAllowed(methods)).with("Allow", methods));
            } else {
                receiveBody();
            }
        } catch (RuntimeException e) {
            fail(e);
        }
    }

    private static Optional<CouchError> refusal(Audience audience, Caller caller) {
        boolean admitted = audience == Audience.EVERYONE || caller.isAdmin();
        if (admitted) {
            return Optional.empty();
        }
        return Optional.of(CouchError.unauthorized(
                audience == Audience.SERVER_ADMINS
                        ? "You are not a server admin."
                        : "You are not authorized to access this db."));
    }

    private void receiveBody() {
        if (streaming().isPresent() && !isSmall() && !needsDecoding()) {
            onStorageThread(this::beginTaking, () -> {});
        } else {
            BodyCollector collector = new BodyCollector(machinery.limits());
            receive(collector, () -> {
                RequestBody body = collector.complete();
                onStorageThread(() -> handle(body), body::close);
            });
        }
    }

    /** The endpoint, where this is a request whose body it takes as it comes. */
    private Optional<StreamingEndpoint> streaming() {
        return route.endpoint() instanceof StreamingEndpoint endpoint && endpoint.streams(head.method(), head.headers())
                ? Optional.of(endpoint)
                : Optional.empty();
    }

    private boolean isSmall() {
        return exchange.isRequestComplete()
                || (exchange.getRequestContentLength() >= 0 && exchange.getRequestContentLength() <= SMALL_BODY);
    }

    private boolean needsDecoding() {
        return !route.endpoint().takesEncodedBodies()
                && head.headers().first("Content-Encoding").isPresent();
    }

    private void beginTaking() {
        BodyTaker taker;
        try {
            taker = streaming().orElseThrow().begin(request(NO_BODY));
        } catch (Throwable e) {
            // Its body is unread, and so the exchange the I/O thread's.
            IoThreads.run(exchange, () -> fail(e));
            return;
        }
        StreamedBody body = new StreamedBody(taker, machinery.limits().mostBytes(), machinery.storageThreads());
        IoThreads.run(exchange, () -> receive(body, () -> onStorageThread(() -> complete(body), body::discard)));
    }

    private void complete(StreamedBody body) {
        Answer answer;
        try {
            answer = body.complete();
        } catch (Throwable e) {
            fail(e);
            return;
        }
        answer(answer, NO_BODY);
    }

    /** On the I/O thread. */
    private void receive(BodyDestination destination, Runnable received) {
        BodyReceiver receiver = new BodyReceiver(
                exchange,
                machinery.limits(),
                destination,
                machinery.storageThreads(),
                stall(),
                new BodyReceiver.Outcome() {
                    @Override
                    public void received() {
                        watch.forget();
                        received.run();
                    }

                    @Override
                    public void failed(Exception problem) {
                        watch.forget();
                        bodyFailed(problem);
                    }
                });
        watch.onClose(() -> receiver.abort(new IOException("the connection closed before the body was complete")));
        receiver.start();
    }

    private void bodyFailed(Exception problem) {
        if (problem instanceof ChunkDecoder.MalformedBodyException) {
            exchange.setPersistent(false);
            send(ErrorAnswers.of(
                    CouchError.badRequest("The chunked body is malformed: " + problem.getMessage() + ".")));
        } else if (problem instanceof IOException) {
            LOG.debug("request {}: the body did not come whole", head.id(), problem);
            IoUtils.safeClose(exchange.getConnection());
        } else {
            fail(problem);
        }
    }

    /** @param refused lets go of what the task would have; then the client is told that the server is stopping */
    private void onStorageThread(Runnable task, Runnable refused) {
        try {
            machinery.storageThreads().execute(task);
        } catch (RejectedExecutionException e) {
            refused.run();
            send(ErrorAnswers.of(CouchError.unavailable("The server is stopping.")));
        }
    }

    private void handle(RequestBody received) {
        RequestBody body = received;
        Answer answer;
        try {
            if (!route.endpoint().takesEncodedBodies()) {
                body = ContentDecoding.decode(received, head.headers(), machinery.limits());
            }
            Optional<StreamingEndpoint> streaming = streaming();
            answer = streaming.isPresent()
                    ? StreamedBody.pipe(body, streaming.get().begin(request(NO_BODY)))
                    : route.endpoint().handle(request(body));
        } catch (Throwable e) {
            body.close();
            fail(e);
            return;
        }
        answer(answer, body);
    }

    private Request request(RequestBody body) {
        return new Request(
                head.id(),
                head.method().equals("HEAD") ? "GET" : head.method(),
                head.rawPath(),
                route.target(),
                query,
                head.headers(),
                body,
                admission.caller(),
                head.baseUrl());
    }

    /** On a storage thread. */
    private void answer(Answer answer, RequestBody body) {
        switch (answer) {
            case Answer.Whole whole -> {
                body.close();
                send(whole);
            }
            case Answer.Streamed streamed -> {
                body.close();
                stream(streamed);
            }
            case Answer.Later later -> later.answer().whenComplete((come, problem) -> come(come, problem, body));
        }
    }

    /** On whatever thread completed it, which may be the one that commits for everybody: so on with it elsewhere. */
    private void come(Answer answer, Throwable problem, RequestBody body) {
        if (problem != null || answer instanceof Answer.Whole) {
            body.close();
            IoThreads.run(exchange, () -> {
                if (problem != null) {
                    fail(problem);
                } else if (answer instanceof Answer.Whole whole) {
                    send(whole);
                }
            });
        } else {
            try {
                machinery.storageThreads().execute(() -> answer(answer, body));
            } catch (RejectedExecutionException e) {
                body.close();
                IoUtils.safeClose(exchange.getConnection());
            }
        }
    }

    private void stream(Answer.Streamed answer) {
        Answer.Streamed complete = new Answer.Streamed(answer.status(), headed(answer.headers()), answer.body());
        new StreamedAnswer(exchange, machinery, activity, watch, stall(), head, complete).begin();
    }

    private void fail(Throwable problem) {
        send(ErrorAnswers.of(problem, head.id()));
    }

    private void send(Answer.Whole answer) {
        Answer.Whole complete = new Answer.Whole(answer.status(), headed(answer.headers()), answer.body());
        if (answer.status() == 401 && isBasic()) {
            complete = complete.with("WWW-Authenticate", "Basic realm=\"Replicator\"");
        }
        try {
            WholeAnswer.send(exchange, complete, stall());
        } catch (RuntimeException e) {
            LOG.error("request {} could not be answered", head.id(), e);
            IoUtils.safeClose(exchange.getConnection());
        }
    }

    private Headers headed(Headers headers) {
        Headers complete = headers.with("X-Couch-Request-ID", head.id());
        return admission
                .renewedCookie()
                .filter(_ -> headers.first("Set-Cookie").isEmpty())
                .map(cookie -> complete.with("Set-Cookie", cookie))
                .orElse(complete);
    }

    private boolean isBasic() {
        return head.headers()
                .first("Authorization")
                .filter(value -> value.regionMatches(true, 0, "Basic ", 0, 6))
                .isPresent();
    }

    private Stall stall() {
        return new Stall(machinery.timer(), machinery.stallMillis());
    }
}
