package dev.replicator.server.http;

/** Whom an endpoint answers. */
public enum Audience {
    /** Anyone, with or without credentials. */
    EVERYONE,
    /**
     * Anyone, even where nobody may ask anything without credentials: it is how one gets them, or it was opened on
     * purpose.
     */
    LOGGING_IN,
    /** Administrators of the server. */
    SERVER_ADMINS,
    /** Those whom the database's security admits; administrators of the server always are. */
    DATABASE_MEMBERS
}
