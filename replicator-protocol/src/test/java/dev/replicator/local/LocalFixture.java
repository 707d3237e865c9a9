package dev.replicator.local;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.replicator.document.Attachment;
import dev.replicator.document.AttachmentLimits;
import dev.replicator.document.DocumentParser;
import dev.replicator.document.ParsedDocument;
import dev.replicator.document.RevisionContent;
import dev.replicator.revision.Revision;
import dev.replicator.store.AttachmentLease;
import dev.replicator.store.Database;
import dev.replicator.store.Edit;
import dev.replicator.store.EditOutcome;
import dev.replicator.store.MemoryStore;
import dev.replicator.store.StoredDocument;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** An in-memory database, and short words for what tests do to it. */
abstract class LocalFixture {
    static final long NOW = 1_700_000_000_123L;
    static final AttachmentLimits LIMITS = new AttachmentLimits(1 << 20, 1000);

    final MemoryStore store = new MemoryStore();
    final Database db = store.create("db").orElseThrow();

    @AfterEach
    void closeStore() {
        store.close();
    }

    /** A document whose attachments are stored by the maker of its edit. */
    static ParsedDocument parse(EditMaker maker, String json) {
        return DocumentParser.parse(json.getBytes(UTF_8), maker.intake(), LIMITS);
    }

    /** Commits what is made of documents as clients send them; {@code _id} is in the JSON. */
    List<EditOutcome> commit(String... documents) {
        return make((maker, sent) -> maker.update(sent.id().orElseThrow(), sent), documents);
    }

    /** As {@link #commit}, of replicated documents. */
    List<EditOutcome> replicate(String... documents) {
        return make((maker, sent) -> maker.replicated(sent.id().orElseThrow(), sent), documents);
    }

    /** Makes one edit. */
    interface Making {
        Edit make(EditMaker maker, ParsedDocument sent);
    }

    private List<EditOutcome> make(Making making, String... documents) {
        List<EditOutcome> outcomes = new ArrayList<>();
        for (int from = 0; from < documents.length; from += Database.MAX_PAGE) {
            List<String> page = List.of(documents).subList(from, Math.min(from + Database.MAX_PAGE, documents.length));
            outcomes.addAll(edit(maker -> page.stream()
                    .map(json -> making.make(maker, parse(maker, json)))
                    .toList()));
        }
        return outcomes;
    }

    /** Commits edits, their lease open until they are. */
    List<EditOutcome> edit(Function<EditMaker, List<Edit>> edits) {
        return edit(db, edits);
    }

    static List<EditOutcome> edit(Database db, Function<EditMaker, List<Edit>> edits) {
        try (AttachmentLease lease = db.lease()) {
            List<Edit> made = edits.apply(new EditMaker(db, lease, "jan", NOW));
            return db.commit(made).toCompletableFuture().join();
        }
    }

    /** Commits one document and gives the revision it made. */
    Revision put(String json) {
        return saved(commit(json).getFirst());
    }

    static Revision saved(EditOutcome outcome) {
        return ((EditOutcome.Saved) outcome).revision();
    }

    StoredDocument document(String id) {
        return db.document(id).orElseThrow(() -> new AssertionError("no document " + id));
    }

    RevisionContent content(String id, Revision revision) {
        return db.content(document(id), revision).orElseThrow(() -> new AssertionError("no body of " + revision));
    }

    Attachment attachment(String id, String name) {
        StoredDocument stored = document(id);
        return content(id, stored.tree().winner().revision()).attachments().stream()
                .filter(attachment -> attachment.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no attachment " + name));
    }

    /** All pages of an answer that does not wait. */
    String answer(AnswerPages pages) {
        StringBuilder text = new StringBuilder();
        for (String page : pages(pages)) {
            text.append(page);
        }
        return text.toString();
    }

    /** An answer that does not wait, page by page. */
    List<String> pages(AnswerPages pages) {
        List<String> texts = new ArrayList<>();
        AnswerPage page = new AnswerPage();
        AnswerPages.Step step;
        do {
            page.truncate(0);
            step = pages.next(page, 0);
            texts.add(text(db, page));
        } while (step instanceof AnswerPages.Step.More);
        if (!(step instanceof AnswerPages.Step.Done)) {
            throw new AssertionError("waits: " + step);
        }
        return texts;
    }

    /** A page as a client gets it, attachments in their places. */
    static String text(Database db, AnswerPage page) {
        StringBuilder text = new StringBuilder();
        byte[] json = page.text().toByteArray();
        int from = 0;
        for (AnswerPage.Insertion insertion : page.insertions()) {
            text.append(new String(Arrays.copyOfRange(json, from, insertion.at()), UTF_8));
            text.append(
                    switch (insertion.form()) {
                        case BASE64 ->
                            Base64.getEncoder().encodeToString(bytes(AttachmentCoding.decoded(db, insertion.blob())));
                        case STORED ->
                            new String(
                                    bytes(AttachmentCoding.stored(db, insertion.blob(), insertion.offset())),
                                    ISO_8859_1);
                    });
            from = insertion.at();
        }
        return text.append(new String(Arrays.copyOfRange(json, from, json.length), UTF_8))
                .toString();
    }

    static byte[] bytes(InputStream input) {
        try (input) {
            return input.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static JsonNode json(String text) {
        return JsonMapper.shared().readTree(text);
    }

    static Optional<Revision> rev(String text) {
        return Optional.of(Revision.parse(text));
    }

    static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(UTF_8));
    }
}
