/** What is configured while the server runs: in effect at once, and still after a restart. */
package dev.replicator.conformance.configuration;
