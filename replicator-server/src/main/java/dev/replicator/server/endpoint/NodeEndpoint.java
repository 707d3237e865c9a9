package dev.replicator.server.endpoint;

import dev.replicator.error.CouchError;
import dev.replicator.server.http.Answer;
import dev.replicator.server.http.Endpoint;
import dev.replicator.server.http.Request;
import dev.replicator.server.http.Target;
import java.util.List;
import java.util.Map;

/** {@code /_node/{name}/…}: what is of one node; there is one, which {@code _local} names too. */
public final class NodeEndpoint implements Endpoint {
    /** A part of a node. */
    public interface Part {
        /**
         * Answers a request.
         *
         * @param rest the segments of the path behind the part's name
         * @throws dev.replicator.error.CouchException to answer with that error
         */
        Answer handle(Request request, List<String> rest) throws Exception;
    }

    private final Map<String, Part> parts;

    /** @param parts by name, with their underscore */
    public NodeEndpoint(Map<String, Part> parts) {
        this.parts = Map.copyOf(parts);
    }

    @Override
    public String methods() {
        return "GET,PUT,POST,DELETE";
    }

    @Override
    public boolean takesLongerPaths() {
        return true;
    }

    @Override
    public Answer handle(Request request) throws Exception {
        List<String> path = ((Target.Server) request.target()).rest();
        if (path.isEmpty()) {
            throw CouchError.badRequest("Incomplete path to _node request").asException();
        }
        String name = path.getFirst();
        if (!ThisNode.NAMES.contains(name)) {
            throw CouchError.notFound("no such node: " + name).asException();
        }
        if (path.size() == 1) {
            return request.method().equals("GET")
                    ? Json.answer(200, json -> {
                        json.writeStartObject();
                        json.writeStringProperty("name", ThisNode.NAME);
                        json.writeEndObject();
                    })
                    : notAllowed("GET");
        }
        Part part = parts.get(path.get(1));
        if (part == null) {
            throw CouchError.notFound("missing").asException();
        }
        return part.handle(request, path.subList(2, path.size()));
    }

    /** What answers a method that a part does not take there. */
    static Answer notAllowed(String methods) {
        return Answer.error(CouchError.methodNotAllowed(methods)).with("Allow", methods);
    }
}
