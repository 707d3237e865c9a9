package dev.replicator.server.endpoint;

import dev.replicator.error.CouchError;
import dev.replicator.error.CouchException;
import dev.replicator.server.config.Administrators;
import dev.replicator.server.config.Settings;
import dev.replicator.server.config.SettingsException;
import dev.replicator.server.http.Answer;
import dev.replicator.server.http.Request;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import tools.jackson.core.JsonGenerator;

/**
 * {@code /_node/{name}/_config/…}: what is configured, read and written. As in CouchDB every value is a text, and what
 * has its standard value is not shown. A password is shown as its hash.
 */
public final class ConfigEndpoint implements NodeEndpoint.Part {
    private static final int MOST_BYTES = 64 * 1024;
    private static final String ADMINS = "admins";

    private final Settings settings;
    private final Administrators administrators;

    public ConfigEndpoint(Settings settings, Administrators administrators) {
        this.settings = settings;
        this.administrators = administrators;
    }

    @Override
    public Answer handle(Request request, List<String> path) throws IOException {
        try {
            return switch (path.size()) {
                case 0 -> request.method().equals("GET") ? all() : NodeEndpoint.notAllowed("GET");
                case 1 -> path.getFirst().equals("_reload") ? reload(request) : section(request, path.getFirst());
                case 2 -> value(request, path.getFirst(), path.getLast());
                default -> throw CouchError.notFound("missing").asException();
            };
        } catch (SettingsException e) {
            throw CouchError.badRequest(e.getMessage()).asException();
        }
    }

    private Answer all() {
        Map<String, Map<String, String>> texts = new TreeMap<>(settings.texts());
        texts.put(ADMINS, section(ADMINS));
        return Json.answer(200, json -> {
            json.writeStartObject();
            texts.forEach((section, values) -> {
                json.writeName(section);
                write(json, values);
            });
            json.writeEndObject();
        });
    }

    private Answer reload(Request request) {
        if (!request.method().equals("POST")) {
            return NodeEndpoint.notAllowed("POST");
        }
        settings.reload();
        return Answer.ok(200);
    }

    private Answer section(Request request, String name) {
        return request.method().equals("GET")
                ? Json.answer(200, json -> write(json, section(name)))
                : NodeEndpoint.notAllowed("GET");
    }

    private Answer value(Request request, String section, String name) throws IOException {
        // CouchDB's way to write a value that is forgotten when the server stops.
        boolean lasting = !request.header("X-Couch-Persist").orElse("true").equals("false");
        return switch (request.method()) {
            case "GET" -> text(Optional.ofNullable(section(section).get(name)).orElseThrow(ConfigEndpoint::unknown));
            case "PUT" -> text(put(section, name, value(request), lasting).orElse(""));
            case "DELETE" -> {
                String before = Optional.ofNullable(section(section).get(name)).orElseThrow(ConfigEndpoint::unknown);
                if (settings.remove(section, name, lasting).isEmpty()) {
                    throw unknown();
                }
                yield text(before);
            }
            default -> NodeEndpoint.notAllowed("GET,PUT,DELETE");
        };
    }

    private Optional<String> put(String section, String name, String value, boolean lasting) throws IOException {
        return section.equals(ADMINS)
                ? administrators.put(name, value, lasting)
                : settings.put(section, name, value, lasting);
    }

    private Map<String, String> section(String name) {
        Map<String, String> texts = new TreeMap<>(settings.texts().getOrDefault(name, new TreeMap<>()));
        if (name.equals(ADMINS)) {
            texts.replaceAll((admin, _) ->
                    administrators.hash(admin).map(Object::toString).orElse(""));
        }
        return texts;
    }

    private static String value(Request request) throws IOException {
        if (request.body().length() > MOST_BYTES) {
            throw CouchError.tooLarge("the request entity is too large: a value of more than " + MOST_BYTES + " bytes")
                    .asException();
        }
        return Json.text(request.body().open().readAllBytes())
                .orElseThrow(() -> CouchError.badRequest("The value must be a JSON string.")
                        .asException())
                .strip();
    }

    private static CouchException unknown() {
        return CouchError.notFound("unknown_config_value").asException();
    }

    private static Answer text(String text) {
        return Json.answer(200, json -> json.writeString(text));
    }

    private static void write(JsonGenerator json, Map<String, String> values) {
        json.writeStartObject();
        values.forEach(json::writeStringProperty);
        json.writeEndObject();
    }
}
