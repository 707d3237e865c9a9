/**
 * Documents: their bodies as bytes of JSON, their own members, attachments, and the revision id that an edit gives.
 *
 * <p>Pure: values and functions of values. It knows no storage, no I/O, no clock and no thread. Start at
 * {@link dev.replicator.document.DocumentParser}.
 */
package dev.replicator.document;
