/**
 * The processes that black-box tests run: this project's server, started as a user starts it, and other programs.
 *
 * <p>Knows the server only by its command line, its output and its URL, never by a class of it. Start reading at
 * {@link dev.replicator.conformance.process.ServerProcess}.
 */
package dev.replicator.conformance.process;
