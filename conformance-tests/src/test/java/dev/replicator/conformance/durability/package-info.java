/**
 * What was acknowledged is there after a fault. {@link dev.replicator.conformance.durability.Scribe} writes in every
 * way there is and notes it in a {@link dev.replicator.conformance.durability.Book}, {@code Reader} follows, and
 * {@code Inspection} holds a server that came back against both.
 */
package dev.replicator.conformance.durability;
