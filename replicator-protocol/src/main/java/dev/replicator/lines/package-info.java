/**
 * Databases as lines of JSON, a revision each, as {@code _bulk_docs} takes them: written by
 * {@link dev.replicator.lines.ExportedLines}, read by {@link dev.replicator.lines.LineImport}.
 *
 * <p>Attachments stand within the lines; they pass through memory in parts, and through a file where they have to wait.
 */
package dev.replicator.lines;
