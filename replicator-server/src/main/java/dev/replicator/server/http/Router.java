package dev.replicator.server.http;

import dev.replicator.error.CouchError;
import dev.replicator.server.access.Securities;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Finds the endpoint of a path. Immutable. */
public final class Router {
    private final Map<String, Endpoint> server;
    private final Map<String, Endpoint> parts;
    private final Map<Class<? extends Target>, Endpoint> kinds;
    private final Target.Names names;
    private final AudienceTable audiences;
    private final Securities securities;

    private Router(Builder builder) {
        server = Map.copyOf(builder.server);
        parts = Map.copyOf(builder.parts);
        kinds = Map.copyOf(builder.kinds);
        audiences = builder.audiences;
        securities = builder.securities;
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

    /**
     * @param audiences says whom the endpoints are for
     * @param securities of the databases
     */
    public static Builder builder(AudienceTable audiences, Securities securities) {
        return new Builder(audiences, securities);
    }

    /** The security of the databases. */
    Securities securities() {
        return securities;
    }

    /** Whom a method of a route is for; empty where it does not take the method. */
    Optional<Audience> audience(Route route, String method) {
        return route.takes(method)
                ? Optional.of(audiences
                        .of(route.target(), method.equals("HEAD") ? "GET" : method)
                        .orElseThrow(() -> noRow(route.target(), method)))
                : Optional.empty();
    }

    private static IllegalStateException noRow(Target target, String method) {
        return new IllegalStateException("the table of permissions has no row for " + method + " of " + target);
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

    /** Of the kinds of paths that have one endpoint for all names. */
    private static final List<Target> EXAMPLES = List.of(
            new Target.Root(),
            new Target.Database("db"),
            new Target.Document("db", "id"),
            new Target.Document("db", "_design/id"),
            new Target.Document("db", "_local/id"),
            new Target.Attachment("db", "id", "name"),
            new Target.Attachment("db", "_design/id", "name"),
            new Target.Attachment("db", "_local/id", "name"));

    /** Collects the endpoints; the last of two for one path counts. */
    public static final class Builder {
        private final Map<String, Endpoint> server = new HashMap<>();
        private final Map<String, Endpoint> parts = new HashMap<>();
        private final Map<Class<? extends Target>, Endpoint> kinds = new HashMap<>();
        private final AudienceTable audiences;
        private final Securities securities;

        private Builder(AudienceTable audiences, Securities securities) {
            this.audiences = audiences;
            this.securities = securities;
        }

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

        /** @throws IllegalStateException where the table has no row for a method of an endpoint */
        public Router build() {
            server.forEach((name, endpoint) -> requireRows(endpoint, new Target.Server(name, List.of())));
            parts.forEach((name, endpoint) -> requireRows(endpoint, new Target.DatabasePart("db", name, List.of())));
            kinds.forEach((kind, endpoint) ->
                    EXAMPLES.stream().filter(kind::isInstance).forEach(target -> requireRows(endpoint, target)));
            return new Router(this);
        }

        private void requireRows(Endpoint endpoint, Target target) {
            for (String method : List.of(endpoint.methods().split(","))) {
                String asked = method.equals("HEAD") ? "GET" : method;
                if (audiences.of(target, asked).isEmpty()) {
                    throw noRow(target, asked);
                }
            }
        }
    }
}
