/** Attachments over HTTP: ranges, encodings, names, and answers that carry many. */
package dev.replicator.conformance.attachments;
