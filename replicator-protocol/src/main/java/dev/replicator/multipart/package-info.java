/**
 * Multipart bodies ({@code multipart/mixed}, {@code multipart/related}; RFC 2046, section 5.1) as CouchDB's replicator
 * and clients exchange documents with attachments.
 *
 * <p>Pure: the bytes around the parts. It knows no documents, no storage and no I/O. Start at
 * {@link dev.replicator.multipart.MultipartFraming}, which writes them, and
 * {@link dev.replicator.multipart.MultipartParser}, which reads them.
 */
package dev.replicator.multipart;
