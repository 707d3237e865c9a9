package dev.replicator.server.replication;

/** A document of a replicator database. */
public record DocumentKey(String database, String id) {}
