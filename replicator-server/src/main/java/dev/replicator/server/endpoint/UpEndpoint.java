package dev.replicator.server.endpoint;

import dev.replicator.server.http.Answer;
import dev.replicator.server.http.Endpoint;
import dev.replicator.server.http.Request;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * {@code /_up}: whether load balancers are to send work here. A server that stops takes no more connections, and
 * answers 503 on those that are open, here as everywhere.
 */
public final class UpEndpoint implements Endpoint {
    private final Supplier<Optional<String>> outOfService;

    /** @param outOfService the status in place of {@code ok} while there is to be no work; asked each time */
    public UpEndpoint(Supplier<Optional<String>> outOfService) {
        this.outOfService = outOfService;
    }

    @Override
    public String methods() {
        return "GET,HEAD";
    }

    @Override
    public Answer handle(Request request) {
        return outOfService
                .get()
                .map(status -> Answer.json(404, "{\"status\":\"" + status + "\"}"))
                .orElseGet(() -> Answer.json(200, "{\"status\":\"ok\",\"seeds\":{}}"));
    }
}
