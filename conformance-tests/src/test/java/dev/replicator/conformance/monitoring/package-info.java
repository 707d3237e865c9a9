/** What operators and their monitors read of the running server. */
package dev.replicator.conformance.monitoring;
