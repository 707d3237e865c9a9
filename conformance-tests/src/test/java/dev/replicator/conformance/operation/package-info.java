/** How operators start and stop the packaged server, and what they and their tools see of it meanwhile. */
package dev.replicator.conformance.operation;
