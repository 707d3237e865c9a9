/**
 * What a storage engine has to do, at the level of documents, and the words it is asked in.
 *
 * <p>An engine keeps and orders; the rules (merging, conflicts, winners, revision ids, derived rows) are the pure
 * functions it calls: {@link dev.replicator.store.Edit.OfDocument#applyTo},
 * {@link dev.replicator.store.DerivedChange#between}. This package knows no engine, no HTTP and no JSON. Start at
 * {@link dev.replicator.store.Store} and {@link dev.replicator.store.Database}; {@code StoreContract} in the test jar
 * states the contract as tests.
 */
package dev.replicator.store;
