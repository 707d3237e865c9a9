/**
 * Mango selectors: whether a document answers to a JSON description of it.
 *
 * <p>Pure: functions of a selector and a document's bytes. It knows no storage, no HTTP, no I/O, no clock and no
 * thread. A selector is compiled once and then immutable; any number of threads may match with it. The rules are those
 * of CouchDB 3.5 ({@code mango_selector.erl}, {@code find.rst}). Start at {@link dev.replicator.selector.Selector}.
 */
package dev.replicator.selector;
