package dev.replicator.replication;

import dev.replicator.document.JsonBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The id under which a replication keeps its checkpoints: the same for the same replicator, peers and documents.
 * Credentials are no part of it, so that a new password does not begin everything anew, nor is what only concerns how
 * it is done, such as {@code continuous}.
 */
public final class ReplicationId {
    private ReplicationId() {}

    /**
     * @param replicator the store's uuid, or another name of who replicates that stays
     * @param source the {@link Peer#address}
     * @param target the {@link Peer#address}
     * @return 32 hex digits
     */
    public static String of(String replicator, String source, String target, ReplicationOptions options) {
        JsonBuffer text = new JsonBuffer();
        text.raw('[').string(replicator).raw(',').string(source).raw(',').string(target);
        for (String part : parts(options)) {
            text.raw(',').string(part);
        }
        text.raw(']');
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("MD5").digest(text.toByteArray()));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every JDK has MD5", e);
        }
    }

    private static List<String> parts(ReplicationOptions options) {
        String which = switch (options.filter()) {
            case ReplicationFilter.None() -> "all";
            case ReplicationFilter.DocumentIds(var ids) -> "doc_ids " + quoted(List.copyOf(ids));
            case ReplicationFilter.Matching(String selector) -> "selector " + selector;
            case ReplicationFilter.Named(String name, Map<String, String> parameters) ->
                "filter " + quoted(List.of(name)) + quoted(List.copyOf(parameters.keySet()))
                        + quoted(List.copyOf(parameters.values()));
        };
        Optional<String> since = options.since().map(PeerSequence::json);
        return List.of(which, options.winningRevisionsOnly() ? "winning" : "leaves", since.orElse(""));
    }

    private static String quoted(List<String> texts) {
        JsonBuffer out = new JsonBuffer().raw('[');
        texts.forEach(text -> out.string(text).raw(','));
        return new String(out.raw(']').toByteArray(), StandardCharsets.UTF_8);
    }
}
