package dev.replicator.server.replication;

import dev.replicator.server.access.Caller;

/** On whose behalf a replication runs. */
sealed interface Owner {
    /** With whose rights it reads and writes databases here. */
    Caller caller();

    /** Whoever asked for it by themselves. */
    record Person(Caller caller) implements Owner {}

    /** Administrators of the server, who also say with whose rights it runs. */
    record Administrators(Caller caller) implements Owner {}

    /** Whether it may not connect to everything, nor be one of any number. */
    default boolean isBounded() {
        return this instanceof Person person && !person.caller().isAdmin();
    }
}
