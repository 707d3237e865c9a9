package dev.replicator.peer;

import dev.replicator.replication.FetchedRevision;
import dev.replicator.revision.Revision;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Revisions that came as JSON, without the bytes of their attachments: those that are wanted are fetched one by one.
 *
 * @param http beside the request that the JSON comes by
 * @param ancestors by document: revisions whose attachments are there
 */
record JsonRevisions(PeerHttp http, Map<String, List<Revision>> ancestors) {
    /** What is in an element {@code {"ok": document}}, {@code {"error": …}} or {@code {"missing": revision}}. */
    Received element(byte[] json) {
        JsonMembers members = JsonMembers.of(json);
        byte[] document = members.values().get("ok");
        if (document != null) {
            return document(document);
        }
        return Received.Failed.of(Optional.ofNullable(members.values().get("error"))
                .filter(error -> error[0] == '{')
                .orElse(json));
    }

    Received document(byte[] json) {
        DocumentHead head = DocumentHead.of(json);
        List<AttachmentHead> lacking = head.lacking(ancestors.getOrDefault(head.id(), List.of()));
        if (lacking.isEmpty()) {
            return new Received.Found(head, new FetchedRevision.Document(head.id(), head.revision(), json));
        }
        List<FetchedRevision.Following> following =
                lacking.stream().map(AttachmentHead::fetched).toList();
        return new Received.Found(
                head,
                new FetchedRevision.Document(
                        head.id(),
                        head.revision(),
                        DocumentHead.following(json, lacking::contains, head.attachments()),
                        following,
                        new FetchedAttachments(http, head.id(), head.revision(), following)));
    }
}
