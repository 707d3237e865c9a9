/**
 * A small HTTP/1.1 client that sends bytes as they stand, well formed or not, and costs next to no CPU.
 *
 * <p>The load tool needs the second, tests of odd requests the first. It knows nothing of documents.
 */
package dev.replicator.conformance.http;
