/**
 * What goes wrong, in the protocol's words: an HTTP status, an {@code error} and a {@code reason}.
 *
 * <p>Pure values. It knows neither HTTP servers nor storage; both ends map to and from it at one place each.
 */
package dev.replicator.error;
