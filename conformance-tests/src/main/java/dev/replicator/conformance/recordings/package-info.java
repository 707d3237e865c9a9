/**
 * What a real CouchDB 3.5.2 answered, played against any server and compared: the first suites of the kit.
 *
 * <p>Start reading at {@link dev.replicator.conformance.recordings.RecordedTopic}. What is volatile is masked in one
 * place, {@code Masking}; which rule an exchange tests stands in {@code <topic>.rules.json} beside this package.
 */
package dev.replicator.conformance.recordings;
