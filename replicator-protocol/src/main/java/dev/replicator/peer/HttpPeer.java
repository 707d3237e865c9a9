package dev.replicator.peer;

import dev.replicator.document.JsonBuffer;
import dev.replicator.document.JsonScanner;
import dev.replicator.local.RevsDiff;
import dev.replicator.replication.ChangesPage;
import dev.replicator.replication.ChangesRequest;
import dev.replicator.replication.FetchedRevision;
import dev.replicator.replication.FetchedRevisions;
import dev.replicator.replication.Peer;
import dev.replicator.replication.PeerException;
import dev.replicator.replication.PeerInfo;
import dev.replicator.replication.ReplicationFilter;
import dev.replicator.replication.WriteFailure;
import dev.replicator.revision.Revision;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.SSLContext;

/**
 * A database behind a URL: of CouchDB (1 to 3.5), PouchDB Server, this server, or what else speaks the protocol.
 *
 * <p>Nothing that the other side does is trusted: each answer is bounded in size and in the time without a byte, and
 * one that makes no sense is a {@link PeerException.Passing} that says what is wrong with it.
 *
 * <p>HTTP/1.1 is spoken: CouchDB knows no other, and asking for HTTP/2 in plain text sends each server headers that
 * some do not bear.
 */
public final class HttpPeer implements Peer {
    /** Answers that say little: of the database, a local document, or what became of a request. */
    static final PeerRequest.Bounds SMALL_ANSWER =
            new PeerRequest.Bounds(16 << 20, Optional.empty(), Optional.of(Duration.ofMinutes(10)));

    /** Pages of changes and what is missing of them: some thousand documents, some with thousands of leaves. */
    static final long MAX_PAGE_BYTES = 256L << 20;

    static final PeerRequest.Bounds LARGE_ANSWER =
            new PeerRequest.Bounds(MAX_PAGE_BYTES, Optional.empty(), Optional.empty());

    /** A feed without a byte for so many heartbeats is dead. */
    private static final int HEARTBEATS_MISSED = 3;

    /** A peer that ends a feed by itself says how far it looked; so it is given a little longer than it is asked to. */
    private static final Duration GRACE = Duration.ofSeconds(2);

    private final HttpPeerSettings settings;
    private final HttpClient client;
    private final boolean ownsClient;
    private final PeerHttp http;
    private final RevisionFetch fetch;
    private final RevisionWrite write;

    /** The revisions of local documents that were read or written, by id: few, two or three a replication. */
    private final Map<String, String> localRevisions = new ConcurrentHashMap<>();

    private HttpPeer(HttpPeerSettings settings, HttpClient client, AddressChoice addresses, boolean ownsClient) {
        this.settings = settings;
        this.client = client;
        this.ownsClient = ownsClient;
        this.http = new PeerHttp(settings, client, addresses);
        this.fetch = new RevisionFetch(http, settings);
        this.write = new RevisionWrite(http);
    }

    /**
     * A peer with a client of its own, which costs a thread.
     *
     * @throws IllegalArgumentException where a header of the settings cannot be sent
     */
    public static HttpPeer open(HttpPeerSettings settings) {
        return new HttpPeer(settings, client(settings.connectTimeout(), settings.tls()), AddressChoice.PLATFORM, true);
    }

    /**
     * A peer by a client that many share, and that is not closed with it. What the settings say of connecting and of
     * TLS is the client's matter.
     *
     * @param client as {@link #client} makes them: it follows no redirects
     */
    public static HttpPeer of(HttpPeerSettings settings, HttpClient client) {
        return new HttpPeer(settings, client, AddressChoice.PLATFORM, false);
    }

    /**
     * A peer by a client that many share, of which it is said to which addresses its requests go. Behind {@code https}
     * it has a client of its own all the same, with the trust of the one given: a client is for hosts as its URLs name
     * them, and these name addresses.
     *
     * @param addresses asked before each request, redirected ones and logins too
     */
    public static HttpPeer of(HttpPeerSettings settings, HttpClient client, AddressChoice addresses) {
        if (!settings.database().getScheme().equals("https")) {
            return new HttpPeer(settings, client, addresses, false);
        }
        SSLContext named = NamedTls.of(client.sslContext(), settings.database().getHost());
        return new HttpPeer(settings, client(settings.connectTimeout(), Optional.of(named)), addresses, true);
    }

    /** A client that peers may share. */
    public static HttpClient client(Duration connectTimeout, Optional<SSLContext> tls) {
        HttpClient.Builder builder = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(connectTimeout);
        tls.ifPresent(builder::sslContext);
        return builder.build();
    }

    @Override
    public String address() {
        return settings.database().toString();
    }

    @Override
    public PeerInfo info() throws InterruptedException {
        JsonMembers members = http.ask(PeerRequest.get("", SMALL_ANSWER), body -> JsonMembers.of(body.readAllBytes()));
        return new PeerInfo(members.text("instance_start_time")
                .or(() -> members.json("instance_start_time"))
                .orElse("0"));
    }

    @Override
    public void create() throws InterruptedException {
        Target target = new Target("");
        new TreeMap<>(settings.createParameters()).forEach(target::with);
        PeerRequest request =
                new PeerRequest("PUT", target.toString(), PeerRequest.JSON, Optional.empty(), SMALL_ANSWER);
        try {
            http.ask(request, body -> JsonMembers.of(body.readAllBytes()));
        } catch (PeerException.Refused e) {
            if (e.error().status() != 412) {
                throw e;
            }
        }
    }

    @Override
    public Optional<byte[]> local(String id) throws InterruptedException {
        PeerRequest request = PeerRequest.get(Target.local(id).toString(), SMALL_ANSWER);
        try {
            return Optional.of(http.ask(request, body -> {
                byte[] json = body.readAllBytes();
                JsonMembers.of(json).text("_rev").ifPresent(revision -> localRevisions.put(id, revision));
                return json;
            }));
        } catch (PeerException.Refused e) {
            if (e.error().status() != 404 || RevisionFetch.isOfDatabase(e)) {
                throw e;
            }
            localRevisions.remove(id);
            return Optional.empty();
        }
    }

    @Override
    public void putLocal(String id, byte[] json) throws InterruptedException {
        try {
            putLocalOnce(id, json);
        } catch (PeerException.Refused e) {
            if (e.error().status() != 409) {
                throw e;
            }
            local(id);
            putLocalOnce(id, json);
        }
    }

    private void putLocalOnce(String id, byte[] json) throws InterruptedException {
        JsonBuffer out = new JsonBuffer(json.length + 64);
        JsonMembers members = JsonMembers.of(json);
        String separator = "{";
        String revision = localRevisions.get(id);
        if (revision != null) {
            out.raw("{\"_rev\":").string(revision);
            separator = ",";
        }
        for (Map.Entry<String, byte[]> member : members.values().entrySet()) {
            out.raw(separator).string(member.getKey()).raw(':').raw(member.getValue());
            separator = ",";
        }
        out.raw(separator.equals("{") ? "{}" : "}");
        PeerRequest request = PeerRequest.send(
                "PUT", Target.local(id).toString(), PeerRequest.Content.json(out.toByteArray()), SMALL_ANSWER);
        JsonMembers written = http.ask(request, body -> JsonMembers.of(body.readAllBytes()));
        written.text("rev").ifPresent(rev -> localRevisions.put(id, rev));
    }

    @Override
    public ChangesPage changes(ChangesRequest request) throws InterruptedException {
        boolean waits = request.patience().isPositive();
        PeerRequest asked = changesRequest(request, waits);
        try (Answer answer = http.open(asked)) {
            return http.reading(asked, () -> {
                if (!answer.isJson()) {
                    throw new PeerAnswerException(
                            "it is " + answer.contentType().type() + ", not JSON");
                }
                return ChangesReader.read(waits ? new PatientStream(answer.body()) : answer.body(), request.limit());
            });
        } catch (PeerException.Passing e) {
            if (waits && isOverdue(e)) {
                return new ChangesPage(List.of(), request.since(), OptionalLong.empty());
            }
            throw e;
        }
    }

    private static boolean isOverdue(Throwable e) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof AnswerBody.Overdue) {
                return true;
            }
        }
        return false;
    }

    private PeerRequest changesRequest(ChangesRequest request, boolean waits) {
        Duration alive = settings.heartbeat().multipliedBy(HEARTBEATS_MISSED);
        // With a heartbeat CouchDB waits for ever; without one it ends by itself, and says how far it looked. So beats
        // are asked for only where the wait is longer than it takes to miss them.
        boolean ends = waits && request.patience().compareTo(alive) <= 0;
        Target target = new Target("_changes")
                .with("feed", waits ? "longpoll" : "normal")
                .with("style", request.allLeaves() ? "all_docs" : "main_only")
                .with("since", request.since().since())
                .with("limit", Integer.toString(request.limit()));
        target.with(
                ends ? "timeout" : "heartbeat",
                Long.toString((ends ? request.patience() : settings.heartbeat()).toMillis()));
        PeerRequest.Bounds bounds = new PeerRequest.Bounds(
                MAX_PAGE_BYTES,
                Optional.of(ends ? alive.plus(GRACE) : alive),
                waits ? Optional.of(request.patience().plus(GRACE)) : Optional.empty());
        JsonBuffer body = new JsonBuffer();
        switch (request.filter()) {
            case ReplicationFilter.None() -> {}
            case ReplicationFilter.DocumentIds(var ids) -> {
                target.with("filter", "_doc_ids");
                String separator = "{\"doc_ids\":[";
                for (String id : ids) {
                    body.raw(separator).string(id);
                    separator = ",";
                }
                body.raw(ids.isEmpty() ? "{\"doc_ids\":[]}" : "]}");
            }
            case ReplicationFilter.Matching(String json) -> {
                target.with("filter", "_selector");
                body.raw("{\"selector\":");
                body.raw(json.getBytes(StandardCharsets.UTF_8)).raw('}');
            }
            case ReplicationFilter.Named(String name, var parameters) -> {
                target.with("filter", name);
                parameters.forEach(target::with);
            }
        }
        return body.length() == 0
                ? PeerRequest.get(target.toString(), bounds)
                : PeerRequest.send("POST", target.toString(), PeerRequest.Content.json(body.toByteArray()), bounds);
    }

    @Override
    public List<RevsDiff> missing(Map<String, ? extends Collection<Revision>> revisions) throws InterruptedException {
        if (revisions.isEmpty()) {
            return List.of();
        }
        JsonBuffer out = new JsonBuffer();
        String separator = "{";
        for (Map.Entry<String, ? extends Collection<Revision>> document : revisions.entrySet()) {
            out.raw(separator).string(document.getKey()).raw(':');
            RevisionFetch.revisions(out, List.copyOf(document.getValue()));
            separator = ",";
        }
        PeerRequest request = PeerRequest.send(
                "POST", "_revs_diff", PeerRequest.Content.json(out.raw('}').toByteArray()), LARGE_ANSWER);
        Map<String, RevsDiff> diffs;
        try {
            diffs = http.ask(request, body -> RevsDiffAnswer.read(new JsonScanner(body), revisions));
        } catch (PeerException.Refused e) {
            if (e.error().status() != 413 || revisions.size() == 1) {
                throw e;
            }
            return missingByHalves(revisions);
        }
        List<RevsDiff> inOrder = new ArrayList<>(diffs.size());
        for (String id : revisions.keySet()) {
            if (diffs.containsKey(id)) {
                inOrder.add(diffs.get(id));
            }
        }
        return inOrder;
    }

    /** For peers, or proxies before them, that take no more at a time. */
    private List<RevsDiff> missingByHalves(Map<String, ? extends Collection<Revision>> revisions)
            throws InterruptedException {
        int half = revisions.size() / 2;
        Map<String, Collection<Revision>> first = new LinkedHashMap<>();
        Map<String, Collection<Revision>> second = new LinkedHashMap<>();
        revisions.forEach((id, named) -> (first.size() < half ? first : second).put(id, named));
        List<RevsDiff> both = new ArrayList<>(missing(first));
        both.addAll(missing(second));
        return both;
    }

    @Override
    public FetchedRevisions fetch(List<RevsDiff> wanted) throws InterruptedException {
        return fetch.fetch(wanted);
    }

    @Override
    public List<WriteFailure> write(List<FetchedRevision.Document> revisions) throws InterruptedException {
        return write.bulk(revisions);
    }

    @Override
    public Optional<WriteFailure> writeWithAttachments(FetchedRevision.Document revision) throws InterruptedException {
        return write.related(revision);
    }

    @Override
    public void ensureFullCommit() throws InterruptedException {
        PeerRequest request = PeerRequest.send("POST", "_ensure_full_commit", PeerRequest.Content.json(), SMALL_ANSWER);
        try {
            http.ask(request, body -> JsonMembers.of(body.readAllBytes()));
        } catch (PeerException.Refused e) {
            // A server without it commits what it answers.
            boolean unknown = e.error().status() == 405 || e.error().status() == 404;
            if (!unknown || RevisionFetch.isOfDatabase(e)) {
                throw e;
            }
        }
    }

    @Override
    public void close() {
        if (ownsClient) {
            client.shutdownNow();
        }
    }

    @Override
    public String toString() {
        return address();
    }
}
