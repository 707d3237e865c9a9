package dev.replicator.server.endpoint;

import dev.replicator.error.CouchError;
import dev.replicator.error.CouchException;
import dev.replicator.server.access.Access;
import dev.replicator.server.access.Caller;
import dev.replicator.server.http.Answer;
import dev.replicator.server.http.Audience;
import dev.replicator.server.http.Endpoint;
import dev.replicator.server.http.Query;
import dev.replicator.server.http.Request;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import tools.jackson.core.JsonGenerator;

/**
 * {@code /_session}: who one is, logging in (as JSON or as a form) and out. {@code next} sends the client on to a path
 * of this server, {@code fail} where its name or password is wrong.
 */
public final class SessionEndpoint implements Endpoint {
    private static final int MOST_BYTES = 64 * 1024;
    private static final int UNAUTHORIZED = 401;

    private final Access access;

    public SessionEndpoint(Access access) {
        this.access = access;
    }

    @Override
    public String methods() {
        return "GET,HEAD,POST,DELETE";
    }

    @Override
    public Audience audience(String method) {
        return method.equals("POST") ? Audience.LOGGING_IN : Audience.EVERYONE;
    }

    @Override
    public Answer handle(Request request) throws IOException {
        return switch (request.method()) {
            case "GET" -> session(request);
            case "DELETE" ->
                redirected(LocalRedirect.of(request, "next"), Answer.ok(200)).with("Set-Cookie", access.logOut());
            default -> logIn(request);
        };
    }

    private static Answer session(Request request) {
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
            json.writeString("cookie");
            json.writeString("default");
            json.writeEndArray();
            caller.handler().ifPresent(handler -> json.writeStringProperty("authenticated", handler));
            json.writeEndObject();
            json.writeEndObject();
        });
    }

    private Answer logIn(Request request) throws IOException {
        Map<String, String> form = form(request);
        String name = form.containsKey("name") ? form.get("name") : form.get("username");
        if (name == null) {
            throw CouchError.badRequest("request body must contain a username").asException();
        }
        // Before the password is looked at: nobody logs in on a way that leads nowhere.
        Optional<LocalRedirect> next = LocalRedirect.of(request, "next");
        Optional<LocalRedirect> fail = LocalRedirect.of(request, "fail");
        CompletionStage<Answer> welcome = access.logIn(name, form.getOrDefault("password", ""))
                .thenApply(login -> redirected(next, welcome(login.caller())).with("Set-Cookie", login.cookie()));
        return new Answer.Later(
                fail.isEmpty() ? welcome : welcome.exceptionally(problem -> refused(fail.get(), problem)));
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
