/**
 * Addresses of the network: which belong together, which are of the Internet, what counts as one client's. Pure:
 * nothing is looked up.
 */
package dev.replicator.server.address;
