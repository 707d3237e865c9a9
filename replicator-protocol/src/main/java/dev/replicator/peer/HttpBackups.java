package dev.replicator.peer;

import dev.replicator.document.JsonBuffer;
import dev.replicator.document.JsonScanner;
import dev.replicator.replication.PeerException;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** The backups of a server behind a URL, by {@code _backup}. As an {@link HttpPeer} it trusts no answer. */
public final class HttpBackups {
    /** It is answered when it is done. */
    private static final PeerRequest.Bounds WHEN_DONE =
            new PeerRequest.Bounds(1 << 20, Optional.of(Duration.ofDays(7)), Optional.empty());

    private final PeerHttp http;

    /**
     * A backup on the server.
     *
     * @param time when it was begun, as the server wrote it
     */
    public record Made(long id, String time, long bytes, long newBytes) {}

    /** How far one is. */
    public record Running(long done, long total) {}

    /**
     * What the server says of its backups.
     *
     * @param made the oldest first
     * @param failure why the last one came to nothing, where it did
     */
    public record State(List<Made> made, Optional<Running> running, Optional<String> failure) {}

    /**
     * @param server its URL, {@code http://name:password@host:5984}
     * @param client as {@link HttpPeer#client} makes them
     * @throws IllegalArgumentException where it is no such URL; the message shows no credentials
     */
    public HttpBackups(String server, HttpClient client) {
        http = new PeerHttp(
                HttpPeerSettings.of(server.replaceAll("/+$", "") + "/_backup"), client, AddressChoice.PLATFORM);
    }

    /**
     * Has one made, and waits for it.
     *
     * @param keep how many are to stay on the server afterwards; empty: all
     * @throws PeerException.Refused where it cannot be made; 409 while another one is
     */
    public Made make(OptionalInt keep) throws InterruptedException {
        JsonBuffer body = new JsonBuffer().raw("{");
        keep.ifPresent(newest -> body.raw("\"keep\":").number(newest));
        PeerRequest request = PeerRequest.send(
                "POST", "", PeerRequest.Content.json(body.raw('}').toByteArray()), WHEN_DONE);
        return http.ask(request, answer -> made(JsonMembers.of(answer.readAllBytes())));
    }

    /** What there is. */
    public State state() throws InterruptedException {
        return http.ask(PeerRequest.get("", HttpPeer.LARGE_ANSWER), answer -> {
            JsonMembers members = JsonMembers.of(answer.readAllBytes());
            List<Made> made = new ArrayList<>();
            JsonScanner rows = scanner(member(members, "backups"));
            JsonMembers.array(rows, () -> made.add(made(JsonMembers.of(rows))));
            return new State(
                    List.copyOf(made),
                    Optional.ofNullable(members.values().get("running")).map(HttpBackups::running),
                    Optional.ofNullable(members.values().get("last_failure"))
                            .flatMap(json -> JsonMembers.of(json).text("reason")));
        });
    }

    private static JsonScanner scanner(byte[] json) {
        return new JsonScanner(json, 0, json.length);
    }

    private static Running running(byte[] json) {
        JsonMembers members = JsonMembers.of(json);
        return new Running(count(members, "bytes_done"), count(members, "bytes"));
    }

    private static Made made(JsonMembers members) {
        return new Made(
                count(members, "id"),
                members.text("time").orElseThrow(() -> new PeerAnswerException("it has no time")),
                count(members, "bytes"),
                count(members, "bytes_new"));
    }

    private static byte[] member(JsonMembers members, String name) {
        byte[] json = members.values().get(name);
        if (json == null) {
            throw new PeerAnswerException("it has no " + name);
        }
        return json;
    }

    private static long count(JsonMembers members, String name) {
        return members.count(name).orElseThrow(() -> new PeerAnswerException("it has no " + name));
    }
}
