package dev.replicator.server.http;

import dev.replicator.error.CouchError;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Finds the endpoint of a path. Immutable. */
public final class Router {
    private final Map<String, Endpoint> server;
    private final Map<String, Endpoint> parts;
    private final Map<Class<? extends Target>, Endpoint> kinds;
    private final Target.Names names;

    private Router(Builder builder) {
        server = Map.copyOf(builder.server);
        parts = Map.copyOf(builder.parts);
        kinds = Map.copyOf(builder.kinds);
        names = new Target.Names() {
            @Override
            public boolean ofServer(String name) {
                return server.containsKey(name);
            }

            @Override
            public boolean ofDatabase(String name) {
                return parts.containsKey(name);
            }
        };
    }

    public static Builder builder() {
        return new Builder();
    }

    /**
     * What answers a path.
     *
     * @throws dev.replicator.error.CouchException 400 for an ill-formed path, 404 where nothing answers
     */
    Route route(String rawPath, HttpRules rules) {
        Target target = Target.of(rawPath, rules.plusIsSpace(), names);
        Endpoint endpoint = switch (target) {
            case Target.Server at -> server.get(at.name());
            case Target.DatabasePart at -> parts.get(at.name());
            case Target.Root _, Target.Database _, Target.Document _, Target.Attachment _ ->
                kinds.get(target.getClass());
        };
        if (endpoint == null) {
            throw CouchError.noDatabase().asException();
        }
        boolean longer = switch (target) {
            case Target.Server at -> !at.rest().isEmpty();
            case Target.DatabasePart at -> !at.rest().isEmpty();
            case Target.Root _, Target.Database _, Target.Document _, Target.Attachment _ -> false;
        };
        if (longer && !endpoint.takesLongerPaths()) {
            throw CouchError.notFound("missing").asException();
        }
        return new Route(target, endpoint);
    }

    record Route(Target target, Endpoint endpoint) {
        boolean takes(String method) {
            List<String> methods = List.of(endpoint.methods().split(","));
            return methods.contains(method) || (method.equals("HEAD") && methods.contains("GET"));
        }

        /** All that may be asked here, OPTIONS and HEAD too, in the form of the {@code Allow} header. */
        String methods() {
            return Stream.of("COPY", "DELETE", "GET", "HEAD", "OPTIONS", "POST", "PUT")
                    .filter(method -> method.equals("OPTIONS") || takes(method))
                    .collect(Collectors.joining(","));
        }
    }

    /** Collects the endpoints; the last of two for one path counts. */
    public static final class Builder {
        private final Map<String, Endpoint> server = new HashMap<>();
        private final Map<String, Endpoint> parts = new HashMap<>();
        private final Map<Class<? extends Target>, Endpoint> kinds = new HashMap<>();

        private Builder() {}

        /** {@code /} */
        public Builder root(Endpoint endpoint) {
            kinds.put(Target.Root.class, endpoint);
            return this;
        }

        /** {@code /name/…}, the name with its underscore */
        public Builder server(String name, Endpoint endpoint) {
            server.put(name, endpoint);
            return this;
        }

        /** {@code /database} */
        public Builder database(Endpoint endpoint) {
            kinds.put(Target.Database.class, endpoint);
            return this;
        }

        /** {@code /database/name/…}, the name with its underscore */
        public Builder part(String name, Endpoint endpoint) {
            parts.put(name, endpoint);
            return this;
        }

        /** {@code /database/id}, design and local documents too */
        public Builder document(Endpoint endpoint) {
            kinds.put(Target.Document.class, endpoint);
            return this;
        }

        /** {@code /database/id/name…} */
        public Builder attachment(Endpoint endpoint) {
            kinds.put(Target.Attachment.class, endpoint);
            return this;
        }

        public Router build() {
            return new Router(this);
        }
    }
}
