package dev.replicator.server.http;

/** Whom a method of a path is for. Administrators of the server belong to every audience. */
public enum Audience {
    /** Anyone, with or without credentials. */
    EVERYONE("everyone"),
    /**
     * Anyone, even where nobody may ask anything without credentials: it is how one gets them, or it was opened on
     * purpose.
     */
    LOGGING_IN("everyone, always"),
    /** Whoever gave credentials. */
    SIGNED_IN("users"),
    /** Those whom the database's security admits. */
    DATABASE_MEMBERS("members of the database"),
    /** Administrators of the database. */
    DATABASE_ADMINS("administrators of the database"),
    /**
     * Administrators of the database as well; CouchDB tells them at the door and not where the work is done, and so has
     * another answer for members.
     */
    DATABASE_CARETAKERS("administrators of the database"),
    /** Administrators of the server. */
    SERVER_ADMINS("administrators of the server");

    private final String words;

    Audience(String words) {
        this.words = words;
    }

    /** Who they are, for a page that lists them. */
    public String words() {
        return words;
    }

    /** Whether it is the database's security that says who they are. */
    boolean isOfDatabase() {
        return this == DATABASE_MEMBERS || this == DATABASE_ADMINS || this == DATABASE_CARETAKERS;
    }
}
