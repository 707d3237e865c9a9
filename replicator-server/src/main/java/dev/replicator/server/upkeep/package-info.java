/**
 * What the server does by itself while it runs, beside answering: now and then, in the background, one thing at a time.
 *
 * <p>It knows the store and nothing of HTTP.
 */
package dev.replicator.server.upkeep;
