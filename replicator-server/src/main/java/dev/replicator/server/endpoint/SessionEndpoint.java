package dev.replicator.server.endpoint;

import dev.replicator.error.CouchError;
import dev.replicator.error.CouchException;
import dev.replicator.server.access.Access;
import dev.replicator.server.access.Caller;
import dev.replicator.server.audit.Action;
import dev.replicator.server.audit.Actor;
import dev.replicator.server.audit.Audit;
import dev.replicator.server.audit.AuditEvent;
import dev.replicator.server.http.Answer;
import dev.replicator.server.http.Endpoint;
import dev.replicator.server.http.Query;
import dev.replicator.server.http.Request;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tools.jackson.core.JsonGenerator;

/**
 * {@code /_session}: who one is, logging in (as JSON or as a form) and out. {@code next} sends the client on to a path
 * of this server, {@code fail} where its name or password is wrong.
 */
public final class SessionEndpoint implements Endpoint {
    private static final int MOST_BYTES = 64 * 1024;
    private static final int UNAUTHORIZED = 401;

    private final Access access;
    private final Audit audit;

    /** @param audit is told who logged in, and who failed to */
    public SessionEndpoint(Access access, Audit audit) {
        this.access = access;
        this.audit = audit;
    }

    @Override
    public String methods() {
        return "GET,HEAD,POST,DELETE";
    }

    @Override
    public Answer handle(Request request) throws IOException {
        return switch (request.method()) {
            case "GET" -> session(request);
            case "DELETE" ->
                redirected(LocalRedirect.of(request, "next"), Answer.ok(200))
                        .with("Set-Cookie", access.logOut(request.isEncrypted()));
            default -> logIn(request);
        };
    }

    private Answer session(Request request) {
        Caller caller = request.caller();
        if (caller.name().isEmpty() && request.query().flag("basic", false)) {
            throw CouchError.unauthorized("Please login.").asException();
        }
        return Json.answer(200, json -> {
            json.writeStartObject();
            json.writeBooleanProperty("ok", true);
            json.writeObjectPropertyStart("userCtx");
            writeCaller(json, caller);
            json.writeEndObject();
            json.writeObjectPropertyStart("info");
            json.writeArrayPropertyStart("authentication_handlers");
            access.rules().schemes().forEach(scheme -> json.writeString(scheme.couchName()));
            json.writeEndArray();
            caller.handler().ifPresent(handler -> json.writeStringProperty("authenticated", handler));
            access.rules()
                    .usersDatabase()
                    .ifPresent(database -> json.writeStringProperty("authentication_db", database));
            json.writeEndObject();
            json.writeEndObject();
        });
    }

    private Answer logIn(Request request) throws IOException {
        Map<String, String> form = form(request);
        String name = name(form);
        // Before the password is looked at: nobody logs in on a way that leads nowhere.
        Optional<LocalRedirect> next = LocalRedirect.of(request, "next");
        Optional<LocalRedirect> fail = LocalRedirect.of(request, "fail");
        CompletionStage<Answer> welcome = access.logIn(
                        name, form.getOrDefault("password", ""), request.address(), request.isEncrypted())
                .whenComplete((login, problem) -> audit(request, name, login, problem))
                .thenApply(login -> redirected(next, welcome(login.caller())).with("Set-Cookie", login.cookie()));
        return new Answer.Later(
                fail.isEmpty() ? welcome : welcome.exceptionally(problem -> refused(fail.get(), problem)));
    }

    private void audit(Request request, String name, Access.Login login, Throwable problem) {
        if (audit.takes(Action.LOGIN)) {
            Optional<String> handler =
                    login == null ? Optional.empty() : login.caller().handler();
            Actor actor = Actor.ofRequest(request.id(), request.address(), Optional.of(name), handler);
            audit.record(AuditEvent.of(Action.LOGIN, actor, login == null ? status(problem) : 200));
        }
    }

    private static int status(Throwable problem) {
        Throwable cause = problem instanceof CompletionException ? problem.getCause() : problem;
        return cause instanceof CouchException e ? e.error().status() : 500;
    }

    private static String name(Map<String, String> form) {
        Set<String> names = Stream.of("name", "username")
                .filter(form::containsKey)
                .map(form::get)
                .collect(Collectors.toSet());
        if (names.size() != 1) {
            throw CouchError.badRequest(
                            names.isEmpty()
                                    ? "request body must contain a username"
                                    : "request body contains different usernames")
                    .asException();
        }
        return names.iterator().next();
    }

    private static Answer.Whole welcome(Caller caller) {
        return Json.answer(200, json -> {
            json.writeStartObject();
            json.writeBooleanProperty("ok", true);
            writeCaller(json, caller);
            json.writeEndObject();
        });
    }

    private static Answer.Whole redirected(Optional<LocalRedirect> redirect, Answer.Whole answer) {
        return redirect.map(to -> to.with(answer)).orElse(answer);
    }

    private static Answer refused(LocalRedirect redirect, Throwable problem) {
        Throwable cause = problem instanceof CompletionException ? problem.getCause() : problem;
        if (cause instanceof CouchException e && e.error().status() == UNAUTHORIZED) {
            return redirect.with(Answer.error(e.error()));
        }
        throw new CompletionException(cause);
    }

    private static Map<String, String> form(Request request) throws IOException {
        if (request.body().length() > MOST_BYTES) {
            throw CouchError.tooLarge("the request entity is too large: a login of more than " + MOST_BYTES + " bytes")
                    .asException();
        }
        String type = request.header("Content-Type").orElse("");
        if (type.startsWith("application/x-www-form-urlencoded")) {
            return Query.of(new String(request.body().open().readAllBytes(), StandardCharsets.ISO_8859_1))
                    .all();
        }
        return type.startsWith("application/json") ? Json.texts(request.body()) : Map.of();
    }

    private static void writeCaller(JsonGenerator json, Caller caller) {
        json.writeName("name");
        caller.name().ifPresentOrElse(json::writeString, json::writeNull);
        json.writeArrayPropertyStart("roles");
        caller.roles().forEach(json::writeString);
        json.writeEndArray();
    }
}
