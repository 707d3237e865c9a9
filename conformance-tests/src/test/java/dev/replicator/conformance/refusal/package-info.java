/**
 * What the server refuses, how clearly it says so, and that nothing is left behind: bad requests, and data folders that
 * it cannot serve.
 */
package dev.replicator.conformance.refusal;
