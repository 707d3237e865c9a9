package dev.replicator.server.http;

import dev.replicator.server.access.Access;
import dev.replicator.server.limits.Excess;
import dev.replicator.server.metrics.Refusal;
import io.undertow.server.HttpServerExchange;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import org.slf4j.event.Level;
import org.slf4j.spi.LoggingEventBuilder;

/** The answer to one request on its way out: whole or streamed, at once or later, with the headers that all bear. */
final class Reply {
    private final HttpServerExchange exchange;
    private final Machinery machinery;
    private final HttpRules rules;
    private final Activity.Participant activity;
    private final Line line;
    private final RequestHead head;
    private final Access.Admission admission;

    /** To a client that is not recognised yet. */
    Reply(
            HttpServerExchange exchange,
            Machinery machinery,
            HttpRules rules,
            Activity.Participant activity,
            Line line,
            RequestHead head) {
        this(exchange, machinery, rules, activity, line, head, Access.Admission.NOBODY);
    }

    private Reply(
            HttpServerExchange exchange,
            Machinery machinery,
            HttpRules rules,
            Activity.Participant activity,
            Line line,
            RequestHead head,
            Access.Admission admission) {
        this.exchange = exchange;
        this.machinery = machinery;
        this.rules = rules;
        this.activity = activity;
        this.line = line;
        this.head = head;
        this.admission = admission;
    }

    /** This reply, to the client that was recognised. */
    Reply to(Access.Admission recognised) {
        return new Reply(exchange, machinery, rules, activity, line, head, recognised);
    }

    /**
     * Sends an answer, on a storage thread.
     *
     * @param body closed when the endpoint needs it no more
     */
    void answer(Answer answer, RequestBody body) {
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
                line.close();
            }
        }
    }

    private void stream(Answer.Streamed answer) {
        Answer.Streamed complete =
                new Answer.Streamed(answer.status(), headed(answer.status(), answer.headers()), answer.body());
        new StreamedAnswer(exchange, machinery, activity, line, stall(), head, this, complete).begin();
    }

    /** Answers with what a problem means to the client. */
    void fail(Throwable problem) {
        send(ErrorAnswers.of(problem, head.id(), admission.caller().name()));
    }

    void send(Answer.Whole answer) {
        Answer.Whole complete =
                new Answer.Whole(answer.status(), headed(answer.status(), answer.headers()), answer.body());
        if (answer.status() == 401) {
            Optional<String> challenge = machinery.access().rules().challenge().or(this::answerToBasic);
            complete = challenge.isPresent() ? complete.with("WWW-Authenticate", challenge.get()) : complete;
        }
        sendHeaded(complete);
    }

    /** Sends an answer that has all its headers but those of how it is sent. */
    void sendHeaded(Answer.Whole answer) {
        boolean concerned = AnswerCompression.concerns(rules, answer.status(), answer.headers());
        Answer.Whole sent = concerned ? AnswerCompression.whole(head, answer) : answer;
        if (line.isForIoThreadOnly()) {
            IoThreads.run(exchange, () -> write(sent));
        } else {
            write(sent);
        }
    }

    private void write(Answer.Whole answer) {
        activity.time().enter(RequestTime.Part.ANSWER);
        try {
            WholeAnswer.send(exchange, line, answer, stall());
        } catch (RuntimeException e) {
            problem(e).log("request {} could not be answered", head.id());
            line.close();
        }
    }

    /** Begins a line of the log about what this server did wrong with the request. */
    LoggingEventBuilder problem(Throwable problem) {
        return ErrorAnswers.about(Level.ERROR, head.id(), admission.caller().name())
                .setCause(problem);
    }

    /** Whether a stream with such a head is gzipped, where it is no feed. */
    boolean compresses(Answer.Streamed answer) {
        return AnswerCompression.concerns(rules, answer.status(), answer.headers())
                && AnswerCompression.isAskedFor(head)
                && Query.of(head.rawQuery())
                        .get("feed")
                        .filter(kind -> !kind.equals("normal"))
                        .isEmpty();
    }

    private Headers headed(int status, Headers headers) {
        if (machinery.activity().isStopping()) {
            // So that the client is told by the head already.
            exchange.setPersistent(false);
        }
        Headers named = headers.with("X-Couch-Request-ID", head.id());
        Headers complete = admission
                .cookie()
                .filter(_ -> headers.first("Set-Cookie").isEmpty())
                .map(cookie -> named.with("Set-Cookie", cookie))
                .orElse(named);
        Headers varied =
                AnswerCompression.concerns(rules, status, headers) ? complete.varyingBy("Accept-Encoding") : complete;
        return rules.cors().complete(head.method(), head.headers(), varied);
    }

    private Optional<String> answerToBasic() {
        return head.headers()
                .first("Authorization")
                .filter(value -> value.regionMatches(true, 0, "Basic ", 0, 6))
                .map(_ -> "Basic realm=\"Replicator\"");
    }

    /** Answers that there is no more for this client, and when to ask again. */
    void refuse(Excess excess) {
        send(ErrorAnswers.of(excess.error()).with("Retry-After", Long.toString(excess.retrySeconds())));
    }

    private Stall stall() {
        return machinery.stall(Refusal.ANSWER);
    }
}
