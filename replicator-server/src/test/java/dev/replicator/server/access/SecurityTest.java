package dev.replicator.server.access;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.replicator.server.access.Security.Group;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SecurityTest {
    private static final List<String> NAMES = List.of("ann", "bob", "_admin");
    private static final List<String> ROLES = List.of("reader", "ann", "_admin");

    /** CouchDB's rules one after the other, as its documentation tells them. */
    private static String model(Security security, Caller caller) {
        if (caller.roles().contains("_admin")) {
            return "admin";
        }
        for (String name : security.admins().names()) {
            if (caller.name().isPresent() && caller.name().get().equals(name)) {
                return "admin";
            }
        }
        for (String role : security.admins().roles()) {
            if (caller.roles().contains(role)) {
                return "admin";
            }
        }
        if (security.members().names().size() + security.members().roles().size() == 0) {
            return "member";
        }
        for (String name : security.members().names()) {
            if (caller.name().isPresent() && caller.name().get().equals(name)) {
                return "member";
            }
        }
        for (String role : security.members().roles()) {
            if (caller.roles().contains(role)) {
                return "member";
            }
        }
        return "stranger";
    }

    @Test
    void isAsTheModelSays() {
        long seed = Long.getLong("security.seed", System.nanoTime());
        Random random = new Random(seed);
        for (int i = 0; i < 20_000; i++) {
            Security security = new Security(group(random), group(random));
            Caller caller = new Caller(
                    Optional.of(NAMES.get(random.nextInt(3))).filter(_ -> random.nextInt(4) > 0),
                    some(random, ROLES),
                    Optional.empty());
            String expected = model(security, caller);
            String said = security.isAdmin(caller) ? "admin" : security.admits(caller) ? "member" : "stranger";
            assertEquals(expected, said, "-Dsecurity.seed=" + seed + ": " + caller + " in " + security);
            assertEquals(!said.equals("stranger"), security.refusal(caller).isEmpty());
        }
    }

    private static Group group(Random random) {
        return new Group(some(random, NAMES), some(random, ROLES));
    }

    private static Set<String> some(Random random, List<String> all) {
        Set<String> some = new HashSet<>();
        all.stream().filter(_ -> random.nextInt(3) == 0).forEach(some::add);
        return some;
    }

    @Test
    void aNameIsNoRole() {
        Security security = new Security(Group.NOBODY, new Group(Set.of("ann"), Set.of()));
        assertFalse(security.admits(new Caller(Optional.of("bob"), Set.of("ann"), Optional.empty())));
        assertTrue(security.admits(new Caller(Optional.of("ann"), Set.of(), Optional.empty())));
    }

    @Test
    void knowsWhatOnlyAdministratorsOfTheServerMayUse() {
        assertTrue(Security.ADMINISTRATORS_ONLY.isForServerAdmins());
        assertFalse(new Security(Group.NOBODY, Group.NOBODY).isForServerAdmins(), "it is open to all");
        Group admins = Security.ADMINISTRATORS_ONLY.admins();
        assertFalse(new Security(new Group(Set.of("ann"), Set.of()), admins).isForServerAdmins());
        assertFalse(new Security(admins, new Group(Set.of(), Set.of("_admin", "reader"))).isForServerAdmins());
    }
}
