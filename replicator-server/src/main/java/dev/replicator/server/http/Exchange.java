package dev.replicator.server.http;

import dev.replicator.error.CouchError;
import dev.replicator.error.CouchException;
import dev.replicator.server.access.Access;
import dev.replicator.server.access.Caller;
import dev.replicator.server.access.Credentials;
import dev.replicator.server.access.Securities;
import dev.replicator.server.access.Security;
import dev.replicator.server.limits.ClientLimits;
import dev.replicator.server.limits.Excess;
import dev.replicator.server.metrics.Refusal;
import io.undertow.server.HttpServerExchange;
import java.io.IOException;
import java.net.InetAddress;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.RejectedExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One request on its way: head, caller, body (all on the connection's I/O thread), endpoint (on a storage thread),
 * {@link Reply}. Of large bodies that an endpoint takes as they come, it sees the beginning first.
 *
 * <p>The cheap refusals come before the body is received: nobody makes the server spool gigabytes without credentials.
 */
final class Exchange {
    private static final Logger LOG = LoggerFactory.getLogger(Exchange.class);

    private static final int NO_CONTENT = 204;

    /** What is counted as the endpoint of requests that came to none. */
    private static final String NO_ENDPOINT = "none";

    /**
     * Without a body: clients take a server that stops for one that is not there, as they should. RxDB takes any JSON
     * for a page of changes, and its live sync ends for good when it is none.
     */
    private static final Answer.Whole STOPPING = Answer.unavailable();

    private static final CouchError OVERLOADED = CouchError.unavailable(
            "The server has more to do than it can: requests wait for longer than [limits] max_queue_time.");

    private static final RequestBody NO_BODY = RequestBody.of(new byte[0]);

    /** Up to here a body is cheaper received whole than handed on as it comes. */
    private static final int SMALL_BODY = 64 << 10;

    private final HttpServerExchange exchange;
    private final Machinery machinery;
    private final HttpRules rules;
    private final RequestHead head;
    private final Line line;
    private final Activity.Participant activity;

    /** Who sent it, as far as that is known. */
    private final InetAddress client;

    private Router.Route route;
    private Audience audience;
    private Query query;
    private Caller caller = Caller.anonymous();
    private boolean byAdmin;
    private Reply reply;

    private Exchange(HttpServerExchange exchange, Line line, Machinery machinery) {
        this.exchange = exchange;
        this.machinery = machinery;
        this.rules = machinery.rules().get();
        this.head = RequestHead.of(exchange);
        machinery.traffic().begun(head.method());
        this.client = machinery.proxies().client(connected(), head.headers()::all);
        this.line = line;
        this.activity = machinery.activity().begin();
        this.reply = new Reply(exchange, machinery, rules, activity, line, head);
    }

    /** Takes a request over from Undertow, on the I/O thread, after its handlers have returned. */
    static void begin(HttpServerExchange exchange, Line line, Machinery machinery) {
        Exchange begun = new Exchange(exchange, line, machinery);
        exchange.addExchangeCompleteListener((_, next) -> {
            begun.ended();
            next.proceed();
        });
        begun.readHead();
    }

    /** The answer is complete, or given up. */
    private void ended() {
        if (machinery.activity().isStopping()) {
            exchange.setPersistent(false);
        }
        activity.finish();
        if (!exchange.isResponseStarted()) {
            return;
        }
        int status = exchange.getStatusCode();
        Optional<Target> target = Optional.ofNullable(route).map(Router.Route::target);
        machinery.traffic().answered(status);
        if (!activity.hasRested()) {
            String endpoint = target.map(Target::kind).orElse(NO_ENDPOINT);
            machinery
                    .traffic()
                    .took(endpoint, head.method(), status, activity.time().nanos());
        }
        rules.log().ended(head, caller.name(), address(), status, activity.time(), activity.hasRested());
        RequestAudit audit = new RequestAudit(machinery.audit(), head);
        audit.answered(target, () -> audit.actor(caller, address()), status);
    }

    private void readHead() {
        if (head.asksToClose()) {
            exchange.setPersistent(false);
        }
        if (machinery.activity().isStopping()) {
            reply.send(STOPPING);
            return;
        }
        try {
            machinery.heads().check(head, machinery.traffic()::refused);
            try {
                head.checkFraming();
            } catch (CouchException e) {
                exchange.setPersistent(false);
                throw e;
            }
            if (!head.headers().all("Transfer-Encoding").isEmpty()) {
                ChunkedBodyConduit.install(exchange);
            }
            if (head.method().equals("OPTIONS")) {
                reply.send(options());
                return;
            }
            machinery
                    .access()
                    .authenticate(credentials())
                    .whenComplete(
                            (recognised, problem) -> IoThreads.run(exchange, () -> recognised(recognised, problem)));
        } catch (RuntimeException e) {
            reply.fail(e);
        }
    }

    private Credentials credentials() {
        boolean logsIn = head.rawPath().equals("/_session") || head.rawPath().equals("/_session/");
        return new Credentials(head.headers()::all, address(), head.isEncrypted(), logsIn);
    }

    private String address() {
        return client.getHostAddress();
    }

    /** What a path takes is no secret; and browsers ask it before they send a page's credentials. */
    private Answer.Whole options() {
        boolean anyPath = rules.cors().isPreflight(head.method(), head.headers())
                || head.rawPath().equals("*");
        Headers headers = anyPath
                ? Headers.none()
                : Headers.of(
                        "Allow", machinery.router().route(head.rawPath(), rules).methods());
        return new Answer.Whole(NO_CONTENT, headers, new byte[0]);
    }

    private void recognised(Access.Admission recognised, Throwable problem) {
        try {
            Caller known = problem == null ? recognised.caller() : Caller.anonymous();
            Optional<Excess> excess = machinery.clients().request(known, client);
            if (excess.isPresent()) {
                reply.refuse(excess.get());
                return;
            }
            if (problem != null) {
                reply.fail(problem);
                return;
            }
            caller = recognised.caller();
            reply = reply.to(recognised);
            if (recognised.refusal().isPresent()) {
                reply.send(ErrorAnswers.of(recognised.refusal().get()));
                return;
            }
            query = Query.of(head.rawQuery());
            route = machinery.router().route(head.rawPath(), rules);
            Optional<Audience> found = machinery.router().audience(route, head.method());
            boolean usersOnly = machinery.access().rules().usersOnly();
            Optional<CouchError> refusal = Refusals.of(found.orElse(Audience.EVERYONE), caller, usersOnly);
            if (refusal.isPresent()) {
                reply.send(ErrorAnswers.of(refusal.get()));
                return;
            }
            if (found.isEmpty()) {
                String methods = route.endpoint().methods();
                reply.send(ErrorAnswers.of(CouchError.methodNotAllowed(methods)).with("Allow", methods));
                return;
            }
            audience = found.get();
            if (audience.isOfDatabase() && !caller.isAdmin()) {
                askDatabase(route.target().inDatabase());
            } else {
                byAdmin = caller.isAdmin();
                receiveBody();
            }
        } catch (RuntimeException e) {
            reply.fail(e);
        }
    }

    /** Without a wait where the database is in memory; else the storage threads look. */
    private void askDatabase(String database) {
        Securities securities = machinery.router().securities();
        Optional<Security> known = securities.ifKnown(database);
        if (known.isPresent()) {
            admit(known.get());
            return;
        }
        onStorageThread(
                () -> {
                    Security security;
                    try {
                        security = securities.of(database);
                    } catch (Throwable e) {
                        IoThreads.run(exchange, () -> reply.fail(e));
                        return;
                    }
                    IoThreads.run(exchange, () -> admit(security));
                },
                () -> {});
    }

    /** On the I/O thread. */
    private void admit(Security security) {
        try {
            Optional<CouchError> refusal = Refusals.of(audience, caller, security);
            if (refusal.isPresent()) {
                reply.send(ErrorAnswers.of(refusal.get()));
            } else {
                byAdmin = security.isAdmin(caller);
                receiveBody();
            }
        } catch (RuntimeException e) {
            reply.fail(e);
        }
    }

    private void receiveBody() {
        // Before the body, so that the client knows at once; who can mend it is let in.
        if (!caller.isAdmin() && machinery.isOverloaded()) {
            machinery.traffic().refused(Refusal.MAX_QUEUE_TIME);
            reply.send(ErrorAnswers.of(OVERLOADED));
            return;
        }
        if (opensFeed()) {
            switch (machinery.clients().openFeed(caller, client)) {
                case ClientLimits.Admitted(ClientLimits.Place place) ->
                    exchange.addExchangeCompleteListener((_, next) -> {
                        place.leave();
                        next.proceed();
                    });
                case ClientLimits.Refused(Excess excess) -> {
                    reply.refuse(excess);
                    return;
                }
            }
        }
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

    private boolean opensFeed() {
        return route.endpoint().hasFeeds()
                && query.get("feed").filter(kind -> !kind.equals("normal")).isPresent();
    }

    /** Where the connection comes from. */
    private InetAddress connected() {
        return exchange.getSourceAddress().getAddress();
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
            IoThreads.run(exchange, () -> reply.fail(e));
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
            reply.fail(e);
            return;
        }
        reply.answer(answer, NO_BODY);
    }

    /** On the I/O thread. */
    private void receive(BodyDestination destination, Runnable received) {
        activity.time().enter(RequestTime.Part.BODY);
        BodyReceiver receiver = new BodyReceiver(
                exchange,
                machinery.limits(),
                destination,
                machinery.storageThreads(),
                machinery.stall(Refusal.BODY),
                new BodyReceiver.Outcome() {
                    @Override
                    public void received() {
                        line.forget();
                        received.run();
                    }

                    @Override
                    public void failed(Exception problem) {
                        line.forget();
                        bodyFailed(problem);
                    }
                });
        line.onClose(() -> receiver.abort(new IOException("the connection closed before the body was complete")));
        receiver.start();
    }

    private void bodyFailed(Exception problem) {
        if (problem instanceof ChunkDecoder.MalformedBodyException) {
            exchange.setPersistent(false);
            reply.send(ErrorAnswers.of(
                    CouchError.badRequest("The chunked body is malformed: " + problem.getMessage() + ".")));
        } else if (problem instanceof IOException) {
            LOG.debug("request {}: the body did not come whole", head.id(), problem);
            line.close();
        } else {
            reply.fail(problem);
        }
    }

    /** @param refused lets go of what the task would have; then the client is told that the server is stopping */
    private void onStorageThread(Runnable task, Runnable refused) {
        activity.time().enter(RequestTime.Part.QUEUE);
        try {
            machinery.storageThreads().execute(() -> {
                activity.time().enter(RequestTime.Part.WORK);
                task.run();
            });
        } catch (RejectedExecutionException e) {
            refused.run();
            reply.send(STOPPING);
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
            reply.fail(e);
            return;
        }
        reply.answer(watched(answer), body);
    }

    /** What goes on for long is for those alone who may have it then. */
    private Answer watched(Answer answer) {
        return answer instanceof Answer.Streamed(int status, Headers headers, Chunks chunks)
                        && (audience.isOfDatabase() || caller.isAdmin())
                ? new Answer.Streamed(status, headers, new WatchedChunks(chunks, this::refusalNow))
                : answer;
    }

    /** On a storage thread. Who administers server or database no more begins anew, as who they are by now. */
    private Optional<CouchError> refusalNow() {
        Caller now = callerNow();
        if (caller.isAdmin()) {
            return Refusals.of(Audience.SERVER_ADMINS, now, false);
        }
        return machinery
                .router()
                .securities()
                .ifKnown(route.target().inDatabase())
                .flatMap(security -> Refusals.of(byAdmin ? Audience.DATABASE_ADMINS : audience, now, security));
    }

    /** Who sent it, with the roles of now; nobody in particular where that user is gone. */
    private Caller callerNow() {
        try {
            return machinery.access().of(caller).toCompletableFuture().join().orElse(Caller.anonymous());
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException problem ? problem : e;
        }
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
                caller,
                byAdmin,
                address(),
                Optional.of(connected()).filter(machinery.proxies()::include).map(InetAddress::getHostAddress),
                head.baseUrl(),
                exchange.getProtocol().toString());
    }
}
