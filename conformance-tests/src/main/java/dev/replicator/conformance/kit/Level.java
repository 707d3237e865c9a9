package dev.replicator.conformance.kit;

import java.util.Arrays;

/** How much it matters that a server keeps a rule. */
public enum Level {
    /** Without it peers cannot replicate, or end up with different documents. */
    REQUIRED("required", "required by the protocol"),
    /** Published clients break or mislead their users without it; the source names them. */
    CLIENTS("clients", "expected by named clients"),
    /** CouchDB does so, and programs written against it may have come to rely on it. */
    COUCHDB("couchdb", "CouchDB's detail"),
    /** CouchDB has no such thing. */
    ADDITION("addition", "addition of this project");

    private final String name;
    private final String meaning;

    Level(String name, String meaning) {
        this.name = name;
        this.meaning = meaning;
    }

    /** @throws IllegalArgumentException if no level is called so */
    public static Level named(String name) {
        return Arrays.stream(values())
                .filter(level -> level.name.equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no level is called '" + name + "'"));
    }

    /** What people read. */
    public String meaning() {
        return meaning;
    }
}
