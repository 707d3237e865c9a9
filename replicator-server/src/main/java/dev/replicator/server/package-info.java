/**
 * The server: what its packages share. {@code http} carries requests and answers, {@code access} says who is calling,
 * {@code config} what was configured, {@code log} writes down what happens, {@code endpoint} answers, {@code cli} puts
 * them together and starts them.
 */
package dev.replicator.server;
