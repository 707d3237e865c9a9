package dev.replicator.peer;

import dev.replicator.comparison.DigestedDatabase;
import dev.replicator.comparison.DocumentLeaves;
import dev.replicator.comparison.Leaf;
import dev.replicator.comparison.RangeDigest;
import dev.replicator.document.JsonBuffer;
import dev.replicator.document.JsonScanner;
import dev.replicator.replication.PeerException;
import dev.replicator.revision.LeafDigest;
import dev.replicator.revision.Revision;
import dev.replicator.store.IdRange;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;

/** The digests of a database behind a URL, by {@code _digest}. As an {@link HttpPeer} it trusts no answer. */
public final class HttpDigests implements DigestedDatabase {
    private static final String PATH = "_digest";

    /** The server reads its documents meanwhile, and sends a byte now and then; but not for ever. */
    private static final PeerRequest.Bounds LONG_ANSWER =
            new PeerRequest.Bounds(HttpPeer.MAX_PAGE_BYTES, Optional.empty(), Optional.of(Duration.ofHours(1)));

    private final PeerHttp http;

    /** @param client as {@link HttpPeer#client} makes them */
    public HttpDigests(HttpPeerSettings settings, HttpClient client) {
        this.http = new PeerHttp(settings, client, AddressChoice.PLATFORM);
    }

    /**
     * What a database comes to.
     *
     * @param updateSequence the last change in it, as the server wrote it
     */
    public record Whole(LeafDigest digest, String updateSequence) {}

    /** The digest of all of it; empty where the server does not know {@code _digest}. */
    public Optional<Whole> whole() throws InterruptedException {
        try {
            return Optional.of(http.ask(PeerRequest.get(PATH, HttpPeer.SMALL_ANSWER), body -> {
                JsonMembers members = JsonMembers.of(body.readAllBytes());
                return new Whole(
                        digest(members),
                        members.text("update_seq").orElseThrow(() -> new PeerAnswerException("it has no update_seq")));
            }));
        } catch (PeerException.Refused e) {
            // CouchDB takes it for the id of a document, which must not begin so.
            boolean unknown = switch (e.error().status()) {
                case 400, 404, 405, 501 -> true;
                default -> false;
            };
            if (!unknown || RevisionFetch.isOfDatabase(e)) {
                throw e;
            }
            return Optional.empty();
        }
    }

    @Override
    public List<LeafDigest> digests(List<IdRange> ranges) throws InterruptedException {
        return ranges.isEmpty() ? List.of() : ask(ranges, "", HttpDigests::digest);
    }

    @Override
    public List<RangeDigest> parts(IdRange range, int most) throws InterruptedException {
        return ask(List.of(range), ",\"split\":" + most, members -> parts(members, range))
                .getFirst();
    }

    @Override
    public List<DocumentLeaves> leaves(IdRange range) throws InterruptedException {
        return ask(List.of(range), ",\"leaves\":true", HttpDigests::rows).getFirst();
    }

    /** Asks for ranges, and reads the result of each. */
    private <T> List<T> ask(List<IdRange> ranges, String options, Function<JsonMembers, T> result)
            throws InterruptedException {
        JsonBuffer out = new JsonBuffer();
        String separator = "{\"ranges\":[{";
        for (IdRange range : ranges) {
            out.raw(separator).raw("\"start_key\":");
            key(out, range.from());
            out.raw(",\"end_key\":");
            key(out, range.to());
            separator = "},{";
        }
        out.raw("}]").raw(options).raw('}');
        PeerRequest request = PeerRequest.send("POST", PATH, PeerRequest.Content.json(out.toByteArray()), LONG_ANSWER);
        return http.ask(request, body -> {
            List<T> results = results(new JsonScanner(body), result);
            if (results.size() != ranges.size()) {
                throw new PeerAnswerException("it has " + results.size() + " results for " + ranges.size() + " ranges");
            }
            return results;
        });
    }

    private static void key(JsonBuffer out, Optional<String> id) {
        if (id.isPresent()) {
            out.string(id.get());
        } else {
            out.raw("null");
        }
    }

    private static <T> List<T> results(JsonScanner scanner, Function<JsonMembers, T> result) {
        List<T> results = new ArrayList<>();
        JsonMembers.object(scanner, member -> {
            if (member.equals("results")) {
                JsonMembers.array(scanner, () -> results.add(result.apply(JsonMembers.of(scanner))));
            } else {
                scanner.skip();
            }
        });
        scanner.expectEnd();
        return results;
    }

    private static LeafDigest digest(JsonMembers members) {
        return LeafDigest.parse(
                        members.text("digest").orElse(""),
                        members.count("documents").orElse(-1L),
                        members.count("leaves").orElse(-1L))
                .orElseThrow(() -> new PeerAnswerException("it has no digest, documents and leaves"));
    }

    /** The parts of a range, which must be all of it: what is between them would never be looked at. */
    private static List<RangeDigest> parts(JsonMembers members, IdRange range) {
        List<RangeDigest> parts = new ArrayList<>();
        elements(members, "parts", part -> {
            Optional<String> end =
                    parts.isEmpty() ? range.from() : parts.getLast().range().to();
            if (!part.text("start_key").equals(end)) {
                throw new PeerAnswerException("its parts leave something out");
            }
            parts.add(new RangeDigest(IdRange.between(end, part.text("end_key")), digest(part)));
        });
        if (!parts.isEmpty() && !parts.getLast().range().to().equals(range.to())) {
            throw new PeerAnswerException("its parts leave the end out");
        }
        return parts;
    }

    private static List<DocumentLeaves> rows(JsonMembers members) {
        List<DocumentLeaves> rows = new ArrayList<>();
        elements(members, "rows", row -> {
            List<Leaf> leaves = new ArrayList<>(1);
            elements(row, "leaves", leaf -> {
                Revision revision = Revision.parse(leaf.text("rev").orElse(""));
                leaves.add(new Leaf(revision, leaf.isTrue("deleted")));
            });
            rows.add(new DocumentLeaves(
                    row.text("id").orElseThrow(() -> new PeerAnswerException("a row has no id")), List.copyOf(leaves)));
        });
        return rows;
    }

    private static void elements(JsonMembers members, String name, Consumer<JsonMembers> element) {
        byte[] json = members.values().get(name);
        if (json == null) {
            throw new PeerAnswerException("it has no " + name);
        }
        JsonScanner scanner = new JsonScanner(json, 0, json.length);
        JsonMembers.array(scanner, () -> element.accept(JsonMembers.of(scanner)));
    }
}
