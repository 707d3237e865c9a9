/**
 * Malformed requests, made by seeded generators and sent to the packaged server as a process: none may crash it, hang a
 * connection, or change what it stores.
 *
 * <p>Knows the server only by its URL and its log. Start at {@link dev.replicator.conformance.fuzz.FuzzIT}, and for
 * uploads of attachments at {@link dev.replicator.conformance.fuzz.MultipartFuzzIT}; what is sent is made by the
 * {@link dev.replicator.conformance.fuzz.Generator}s, what is asked of the answers stands in {@code Judge} and
 * {@code Worker}. A new endpoint gets a line in {@code Templates}, a new way to be wrong one in a list of
 * {@link dev.replicator.conformance.fuzz.Mutation}s.
 */
package dev.replicator.conformance.fuzz;
