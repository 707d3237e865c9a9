/** What operators ask of a server: it gives room back, and says so while it is at it. */
package dev.replicator.conformance.maintenance;
