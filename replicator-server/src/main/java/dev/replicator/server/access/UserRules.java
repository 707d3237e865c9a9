package dev.replicator.server.access;

import java.util.Set;

/**
 * What is configured of the databases of users.
 *
 * @param securityIsEditable whether their {@code _security} can be changed
 * @param publicFields what everyone who may read the database sees of others' documents
 * @param passwords what new ones must be like
 * @param hashing how they are hashed
 */
public record UserRules(
        boolean securityIsEditable, Set<String> publicFields, PasswordRequirements passwords, Pbkdf2 hashing) {
    public UserRules {
        publicFields = Set.copyOf(publicFields);
    }
}
