/**
 * Attachments over HTTP: ranges, encodings, names, and answers that carry many; and that they stream, larger than the
 * server's heap, for long, to slow clients, and through crashes.
 *
 * <p>What is sent and compared is made from seeds while it goes
 * ({@link dev.replicator.conformance.attachments.ByteSource}) and never held. Start reading at
 * {@code LargeAttachmentIT}.
 */
package dev.replicator.conformance.attachments;
