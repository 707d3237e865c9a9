package dev.replicator.server.access;

import java.util.Set;

/**
 * What is configured of the databases of users.
 *
 * @param securityIsEditable whether their {@code _security} can be changed
 * @param publicFields what everyone who may read the database sees of others' documents
 * @param hashes how passwords are hashed
 */
public record UserRules(boolean securityIsEditable, Set<String> publicFields, HashRules hashes) {
    public UserRules {
        publicFields = Set.copyOf(publicFields);
    }
}
