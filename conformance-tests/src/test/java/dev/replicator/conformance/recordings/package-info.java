/**
 * What a real CouchDB answered, played against this server and compared.
 *
 * <p>Start reading at {@link dev.replicator.conformance.recordings.RecordingsIT}. What is volatile is masked in one
 * place, {@code Masking}; what differs on purpose stands in {@code differences.json} with its reason.
 */
package dev.replicator.conformance.recordings;
