package dev.replicator.multipart;

import dev.replicator.error.CouchError;
import java.util.Map;
import java.util.Optional;

/**
 * A media type as {@code Content-Type} has it, such as {@code multipart/related; boundary="abc"}. Any text is read, as
 * attachments are of types that clients made up: what is no parameter is left out.
 *
 * @param type in lower case, without parameters
 * @param parameters their names in lower case, their values unquoted
 */
public record MediaType(String type, Map<String, String> parameters) {
    public MediaType {
        parameters = Map.copyOf(parameters);
    }

    public static MediaType parse(String contentType) {
        HeaderValue header = HeaderValue.parse(contentType);
        return new MediaType(header.value(), header.parameters());
    }

    /** @param name in lower case */
    public Optional<String> parameter(String name) {
        return Optional.ofNullable(parameters.get(name));
    }

    /** Whether it is one of the multipart types, whatever its subtype. */
    public boolean isMultipart() {
        return type.startsWith("multipart/");
    }

    /**
     * What stands between the parts of a body of this type.
     *
     * @throws dev.replicator.error.CouchException 400 if the type names none, or none that can be read
     */
    public String boundary() {
        return parameter("boundary")
                .orElseThrow(() -> CouchError.badRequest(
                                "Content-Type " + Excerpt.of(type) + " lacks a well-formed boundary parameter")
                        .asException());
    }
}
