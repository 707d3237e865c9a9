/**
 * A database for each user, as CouchDB's {@code couch_peruser} makes them. It follows the database of users, makes and
 * deletes databases of the store, and knows neither HTTP nor how callers are recognised. Start at
 * {@link dev.replicator.server.peruser.PerUserDatabases}; it has one thread of its own.
 */
package dev.replicator.server.peruser;
