package dev.replicator.server.access;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * What of a request tells who sent it.
 *
 * @param headers the values of a header by its name, of whatever case
 * @param address of who sent it; what a header claims of it counts only where a trusted proxy sent that
 * @param encrypted whether it came by TLS
 * @param logsIn whether it asks for or ends a session: an outdated cookie must hinder nobody from that
 */
public record Credentials(Function<String, List<String>> headers, String address, boolean encrypted, boolean logsIn) {
    Optional<String> header(String name) {
        return headers.apply(name).stream().findFirst();
    }
}
