package dev.replicator.selector;

/**
 * A document to be matched. It keeps the array it is given; nobody may change that afterwards.
 *
 * @param id seen by selectors as {@code _id}
 * @param rev seen by selectors as {@code _rev}
 * @param deleted seen by selectors as {@code _deleted}, which is a field only when true
 * @param body the document's JSON object: valid UTF-8, without the underscore members above and without repeated names
 */
@SuppressWarnings("ArrayRecordComponent") // a view of stored bytes for one call, never compared
public record Candidate(String id, String rev, boolean deleted, byte[] body) {}
