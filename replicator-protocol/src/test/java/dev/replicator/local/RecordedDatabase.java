package dev.replicator.local;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.replicator.changes.ChangesFilter;
import dev.replicator.changes.ChangesQuery;
import dev.replicator.document.Attachment;
import dev.replicator.document.AttachmentIntake;
import dev.replicator.document.BulkDocs;
import dev.replicator.document.DocumentId;
import dev.replicator.document.DocumentParser;
import dev.replicator.document.ParsedDocument;
import dev.replicator.document.ReadOptions;
import dev.replicator.document.RevisionContent;
import dev.replicator.error.CouchError;
import dev.replicator.error.CouchException;
import dev.replicator.revision.Revision;
import dev.replicator.revision.RevisionPath;
import dev.replicator.selector.Selector;
import dev.replicator.store.AttachmentLease;
import dev.replicator.store.Database;
import dev.replicator.store.Edit;
import dev.replicator.store.EditOutcome;
import dev.replicator.store.IdRange;
import dev.replicator.store.LocalDocument;
import dev.replicator.store.StoredDocument;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Answers recorded requests with the operations of this package over a store, without HTTP: only as much of reading a
 * request as the exchanges take that are about documents. What is about HTTP itself is tested at the server.
 */
final class RecordedDatabase {
    private final Database db;

    RecordedDatabase(Database db) {
        this.db = db;
    }

    RecordedAnswer answer(RecordedRequest request) {
        try {
            return route(request);
        } catch (CouchException e) {
            return RecordedAnswer.of(e.error());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private RecordedAnswer route(RecordedRequest request) throws IOException {
        return switch (request.segment(0)) {
            case "" ->
                putDocument(
                        request,
                        DocumentParser.parse(request.body(), AttachmentIntake.DISCARDING, LocalFixture.LIMITS)
                                .id());
            case "_bulk_docs" -> bulkDocs(request.body());
            case "_bulk_get" -> RecordedAnswer.ok(read(bulkGet(request)));
            case "_revs_diff", "_missing_revs" -> revsDiff(request);
            case "_all_docs" -> RecordedAnswer.ok(read(allDocs(request)));
            case "_changes" -> RecordedAnswer.ok(read(new ChangesFeed(db, changes(request))));
            default -> ofDocument(request);
        };
    }

    private RecordedAnswer ofDocument(RecordedRequest request) throws IOException {
        int segments = Set.of("_design", "_local").contains(request.segment(0)) ? 2 : 1;
        String id = String.join("/", request.segments().subList(0, segments));
        List<String> rest =
                request.segments().subList(segments, request.segments().size());
        return rest.isEmpty() ? document(request, id) : attachment(request, id, String.join("/", rest));
    }

    /** All pages; a feed that waits is asked again at the end of its time. */
    private String read(AnswerPages pages) {
        StringBuilder text = new StringBuilder();
        AnswerPage page = new AnswerPage();
        long now = 0;
        while (true) {
            page.truncate(0);
            AnswerPages.Step step = pages.next(page, now);
            text.append(LocalFixture.text(db, page));
            switch (step) {
                case AnswerPages.Step.Done _ -> {
                    return text.toString();
                }
                case AnswerPages.Step.Wait(long until) -> now = until;
                case AnswerPages.Step.More _ -> {
                    // Asked at once.
                }
            }
        }
    }

    // ---- documents

    private RecordedAnswer document(RecordedRequest request, String id) {
        return switch (request.method()) {
            case "PUT" -> putDocument(request, Optional.of(id));
            case "DELETE" -> delete(request, id);
            default -> DocumentId.isLocal(id) ? getLocal(id) : getDocument(request, id);
        };
    }

    private RecordedAnswer putDocument(RecordedRequest request, Optional<String> id) {
        DocumentId.check(id.orElseThrow());
        boolean replicated = "false".equals(request.query().get("new_edits"));
        boolean deleted = sent(request, AttachmentIntake.DISCARDING).deleted();
        EditOutcome outcome = edit(maker -> {
            ParsedDocument sent = sent(request, maker.intake());
            return replicated ? maker.replicated(id.get(), sent) : maker.update(id.get(), sent);
        });
        return RecordedAnswer.of(id.get(), deleted, outcome);
    }

    private ParsedDocument sent(RecordedRequest request, AttachmentIntake intake) {
        ParsedDocument parsed = DocumentParser.parse(request.body(), intake, LocalFixture.LIMITS);
        return revision(request)
                .map(revision -> new ParsedDocument(
                        parsed.id(),
                        Optional.of(RevisionPath.of(revision)),
                        parsed.deleted(),
                        parsed.attachments(),
                        parsed.body()))
                .orElse(parsed);
    }

    private Optional<Revision> revision(RecordedRequest request) {
        return request.parameter("rev")
                .or(() -> request.header("If-Match").map(value -> value.replace("\"", "")))
                .map(Revision::parse);
    }

    /** One edit, made as a test says. */
    interface Making {
        Edit make(EditMaker maker) throws IOException;
    }

    private EditOutcome edit(Making making) {
        return LocalFixture.edit(db, maker -> {
                    try {
                        return List.of(making.make(maker));
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                })
                .getFirst();
    }

    private RecordedAnswer delete(RecordedRequest request, String id) {
        if (!DocumentId.isLocal(id) && stored(id).tree().isDeleted()) {
            return RecordedAnswer.of(CouchError.notFound("deleted"));
        }
        return RecordedAnswer.of(id, true, edit(maker -> maker.delete(id, revision(request))));
    }

    private StoredDocument stored(String id) {
        return db.document(id).orElseThrow(() -> CouchError.notFound("missing").asException());
    }

    private RecordedAnswer getLocal(String id) {
        LocalDocument local = db.local(id.substring(DocumentId.LOCAL_PREFIX.length()))
                .orElseThrow(() -> CouchError.notFound("missing").asException());
        ObjectNode document = (ObjectNode) LocalFixture.json(new String(local.body(), UTF_8));
        return RecordedAnswer.ok(
                document.put("_id", id).put("_rev", "0-" + local.revision()).toString());
    }

    private RecordedAnswer getDocument(RecordedRequest request, String id) {
        ReadOptions options = options(request);
        Optional<String> openRevs = request.parameter("open_revs");
        if (openRevs.isPresent()) {
            return openRevs(request, id, options, openRevs.get());
        }
        Optional<StoredDocument> document = db.document(id);
        Optional<Revision> revision = revision(request);
        if (revision.isEmpty()) {
            if (stored(id).tree().isDeleted()) {
                return RecordedAnswer.of(CouchError.notFound("deleted"));
            }
            revision = Optional.of(document.get().tree().winner().revision());
        }
        DocumentReader.Opened opened = DocumentReader.open(document, List.of(revision.get()), request.flag("latest"))
                .getFirst();
        return switch (opened) {
            case DocumentReader.Opened.Missing _ -> RecordedAnswer.of(CouchError.notFound("missing"));
            case DocumentReader.Opened.Found found -> RecordedAnswer.ok(write(document.get(), found, options));
        };
    }

    private String write(StoredDocument document, DocumentReader.Opened.Found found, ReadOptions options) {
        AnswerPage page = new AnswerPage();
        new DocumentReader(db).tryWrite(page, document, found.node(), options);
        return LocalFixture.text(db, page);
    }

    private RecordedAnswer openRevs(RecordedRequest request, String id, ReadOptions options, String openRevs) {
        List<DocumentReader.Opened> opened = openRevs.equals("all")
                ? DocumentReader.openAll(stored(id))
                : DocumentReader.open(db.document(id), revisions(LocalFixture.json(openRevs)), request.flag("latest"));
        List<String> rows = new ArrayList<>();
        for (DocumentReader.Opened one : opened) {
            rows.add(
                    switch (one) {
                        case DocumentReader.Opened.Missing(Revision missing) -> "{\"missing\":\"" + missing + "\"}";
                        case DocumentReader.Opened.Found found -> "{\"ok\":" + write(stored(id), found, options) + "}";
                    });
        }
        return RecordedAnswer.ok("[" + String.join(",", rows) + "]");
    }

    private static List<Revision> revisions(JsonNode array) {
        return array.valueStream()
                .map(revision -> Revision.parse(revision.stringValue()))
                .toList();
    }

    private static ReadOptions options(RecordedRequest request) {
        boolean meta = request.flag("meta");
        return new ReadOptions(
                request.flag("revs"),
                meta || request.flag("revs_info"),
                meta || request.flag("conflicts"),
                meta || request.flag("deleted_conflicts"),
                request.flag("local_seq"),
                request.flag("attachments"),
                request.parameter("atts_since").map(since -> revisions(LocalFixture.json(since))),
                request.flag("att_encoding_info"));
    }

    // ---- attachments

    private RecordedAnswer attachment(RecordedRequest request, String id, String name) throws IOException {
        Optional<Revision> parent = revision(request);
        if (request.method().equals("GET")) {
            StoredDocument document = stored(id);
            Revision revision = parent.orElse(document.tree().winner().revision());
            Attachment found = find(db.content(document, revision), name);
            return new RecordedAnswer(200, LocalFixture.bytes(AttachmentCoding.decoded(db, found.blob())));
        }
        Optional<RevisionContent> before =
                db.document(id).flatMap(document -> parent.flatMap(revision -> db.content(document, revision)));
        if (request.method().equals("DELETE") && before.isPresent()) {
            find(before, name);
        }
        try (AttachmentLease lease = db.lease()) {
            List<Attachment> attachments =
                    new ArrayList<>(before.map(RevisionContent::attachments).orElse(List.of()));
            attachments.removeIf(attachment -> attachment.name().equals(name));
            attachments.forEach(attachment -> lease.keep(attachment.blob()));
            if (request.method().equals("PUT")) {
                attachments.addFirst(upload(request, lease, name, parent));
            }
            Edit edit =
                    new EditMaker(db, lease, "jan", LocalFixture.NOW).withAttachments(id, parent, before, attachments);
            EditOutcome outcome =
                    db.commit(List.of(edit)).toCompletableFuture().join().getFirst();
            return RecordedAnswer.of(id, request.method().equals("DELETE"), outcome);
        }
    }

    private static Attachment upload(
            RecordedRequest request, AttachmentLease lease, String name, Optional<Revision> parent) throws IOException {
        String type = request.header("Content-Type").orElse("application/octet-stream");
        ByteArrayInputStream bytes = new ByteArrayInputStream(request.body());
        return new Attachment(
                name,
                type,
                parent.map(Revision::generation).orElse(0L) + 1,
                request.header("Content-Encoding").isPresent()
                        ? IncomingAttachment.gzipped(lease).storeAll(bytes)
                        : IncomingAttachment.plain(lease, type).storeAll(bytes));
    }

    private static Attachment find(Optional<RevisionContent> content, String name) {
        return content.stream()
                .flatMap(stored -> stored.attachments().stream())
                .filter(attachment -> attachment.name().equals(name))
                .findFirst()
                .orElseThrow(() ->
                        CouchError.notFound("Document is missing attachment").asException());
    }

    // ---- many at a time

    /** In the order of the ids, as CouchDB does, so that the sequences are the recorded ones. */
    private RecordedAnswer bulkDocs(byte[] json) {
        BulkDocs bulk = BulkDocs.parse(json, AttachmentIntake.DISCARDING, LocalFixture.LIMITS);
        List<ParsedDocument> sent = bulk.documents();
        List<Integer> order = IntStream.range(0, sent.size())
                .boxed()
                .sorted(Comparator.comparing(i -> sent.get(i).id().orElseThrow()))
                .toList();
        List<EditOutcome> outcomes = LocalFixture.edit(db, maker -> {
            List<ParsedDocument> received =
                    BulkDocs.parse(json, maker.intake(), LocalFixture.LIMITS).documents();
            return order.stream()
                    .map(i -> bulk.newEdits()
                            ? maker.update(sent.get(i).id().orElseThrow(), received.get(i))
                            : maker.replicated(sent.get(i).id().orElseThrow(), received.get(i)))
                    .toList();
        });
        Map<Integer, ObjectNode> rows = new TreeMap<>();
        for (int i = 0; i < order.size(); i++) {
            if (bulk.newEdits() || !(outcomes.get(i) instanceof EditOutcome.Saved)) {
                String id = sent.get(order.get(i)).id().orElseThrow();
                rows.put(order.get(i), RecordedAnswer.row(id, outcomes.get(i)));
            }
        }
        ArrayNode answer = JsonNodeFactory.instance.arrayNode().addAll(rows.values());
        return new RecordedAnswer(201, answer.toString().getBytes(UTF_8));
    }

    private BulkGet bulkGet(RecordedRequest request) {
        List<BulkGet.Request> requests = request.json()
                .get("docs")
                .valueStream()
                .map(doc -> new BulkGet.Request(
                        Optional.ofNullable(doc.get("id")).map(JsonNode::stringValue),
                        Optional.ofNullable(doc.get("rev")).map(JsonNode::stringValue),
                        Optional.ofNullable(doc.get("atts_since"))
                                .map(since -> since.valueStream()
                                        .map(JsonNode::stringValue)
                                        .toList())))
                .toList();
        return BulkGet.json(db, requests, request.flag("latest"), options(request));
    }

    private RecordedAnswer revsDiff(RecordedRequest request) {
        Map<String, List<Revision>> asked = new LinkedHashMap<>();
        request.json().properties().forEach(entry -> asked.put(entry.getKey(), revisions(entry.getValue())));
        boolean diff = request.segment(0).equals("_revs_diff");
        ObjectNode answer = JsonNodeFactory.instance.objectNode();
        for (RevsDiff row : RevsDiff.of(db, asked)) {
            ObjectNode of = answer.putObject(row.id());
            row.missing().forEach(revision -> of.withArray("missing").add(revision.toString()));
            row.possibleAncestors()
                    .forEach(revision -> of.withArray("possible_ancestors").add(revision.toString()));
            if (!diff) {
                answer.set(row.id(), of.get("missing"));
            }
        }
        return RecordedAnswer.ok(diff ? answer.toString() : "{\"missing_revs\":" + answer + "}");
    }

    private AnswerPages allDocs(RecordedRequest request) {
        Optional<ReadOptions> documents =
                request.flag("include_docs") ? Optional.of(options(request)) : Optional.empty();
        Optional<JsonNode> keys = request.value("keys");
        if (keys.isPresent()) {
            List<DocsByKeys.Key> wanted = keys.get()
                    .valueStream()
                    .map(key -> new DocsByKeys.Key(
                            key.toString().getBytes(UTF_8),
                            key.isString() ? Optional.of(key.stringValue()) : Optional.empty()))
                    .toList();
            return new DocsByKeys(db, Namespace.DOCUMENTS, wanted, documents, request.flag("update_seq"));
        }
        Optional<String> key = request.value("key").map(JsonNode::stringValue);
        IdRange range = new IdRange(
                key.or(() -> request.value("startkey")
                        .or(() -> request.value("start_key"))
                        .map(JsonNode::stringValue)),
                true,
                key.or(() -> request.value("endkey").map(JsonNode::stringValue)),
                !"false".equals(request.query().get("inclusive_end")),
                request.flag("descending"));
        OptionalLong limit = request.value("limit")
                .map(JsonNode::longValue)
                .map(OptionalLong::of)
                .orElse(OptionalLong.empty());
        long skip = request.value("skip").map(JsonNode::longValue).orElse(0L);
        return new AllDocs(
                db, Namespace.DOCUMENTS, new AllDocs.Query(range, skip, limit, documents, request.flag("update_seq")));
    }

    private ChangesQuery changes(RecordedRequest request) {
        String since = request.header("Last-Event-ID")
                .or(() -> request.parameter("since"))
                .orElse("0");
        return new ChangesQuery(
                ChangesQuery.Kind.valueOf(
                        request.parameter("feed").orElse("normal").toUpperCase(Locale.ROOT)),
                since.replaceFirst("-g.*", ""),
                request.flag("descending"),
                "all_docs".equals(request.query().get("style")),
                false,
                request.parameter("limit")
                        .map(Long::parseLong)
                        .map(OptionalLong::of)
                        .orElse(OptionalLong.empty()),
                request.parameter("filter").map(filter -> filter(filter, request)),
                request.flag("include_docs") ? Optional.of(options(request)) : Optional.empty(),
                request.parameter("seq_interval").map(Long::parseLong).orElse(1L),
                OptionalLong.empty(),
                request.parameter("timeout").map(Long::parseLong).orElse(ChangesQuery.MAX_TIMEOUT));
    }

    private static ChangesFilter filter(String name, RecordedRequest request) {
        return switch (name) {
            case "_doc_ids" -> {
                Set<String> ids = new LinkedHashSet<>();
                request.value("doc_ids").orElseThrow().forEach(id -> ids.add(id.stringValue()));
                yield new ChangesFilter.DocumentIds(ids);
            }
            case "_design" -> new ChangesFilter.DesignDocuments();
            case "_selector" -> {
                JsonNode selector = request.value("selector").orElse(JsonNodeFactory.instance.nullNode());
                byte[] json = selector.toString().getBytes(UTF_8);
                yield new ChangesFilter.Matching(Selector.compile(json, 0, json.length), Optional.empty());
            }
            default -> throw new IllegalArgumentException("no filter of this package: " + name);
        };
    }
}
