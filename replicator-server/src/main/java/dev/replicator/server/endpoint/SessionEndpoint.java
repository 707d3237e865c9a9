package dev.replicator.server.endpoint;

import dev.replicator.error.CouchError;
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
import tools.jackson.core.JsonGenerator;

/** {@code /_session}: who one is, logging in (as JSON or as a form) and out. */
public final class SessionEndpoint implements Endpoint {
    private static final int MOST_BYTES = 64 * 1024;

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
            case "GET" -> session(request.caller());
            case "DELETE" -> Answer.ok(200).with("Set-Cookie", access.logOut());
            default -> logIn(request);
        };
    }

    private static Answer session(Caller caller) {
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
        return new Answer.Later(access.logIn(name, form.getOrDefault("password", ""))
                .thenApply(login -> Json.answer(200, json -> {
                            json.writeStartObject();
                            json.writeBooleanProperty("ok", true);
                            writeCaller(json, login.caller());
                            json.writeEndObject();
                        })
                        .with("Set-Cookie", login.cookie())));
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
