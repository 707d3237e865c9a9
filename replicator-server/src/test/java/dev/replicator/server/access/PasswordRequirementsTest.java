package dev.replicator.server.access;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** CouchDB's list of regular expressions. */
class PasswordRequirementsTest {
    private static final String OBJECTION = "Password does not conform to requirements.";

    private static Optional<String> objection(String list, String password) {
        return PasswordRequirements.parse(list).objection(password);
    }

    @Test
    void allMustBeFoundAndTheFirstThatIsNotSaysWhy() {
        String list =
                "[{\".{10,}\", \"Min length is 10 chars.\"}, \"[A-Z]+\" ,{ \"[a-z]+\" },{\"\\\\d+\",\"\"}, \"[\\\"\\\\\\\\]\"]";
        assertEquals(Optional.of(OBJECTION + " Min length is 10 chars."), objection(list, "Ab1\""));
        assertEquals(Optional.of(OBJECTION), objection(list, "abcdefghi1\""));
        assertEquals(Optional.of(OBJECTION), objection(list, "ABCDEFGHI1\""));
        assertEquals(Optional.of(OBJECTION), objection(list, "aBCDEFGHIJ\""));
        assertEquals(Optional.of(OBJECTION), objection(list, "aBCDEFGHI1"));
        assertEquals(Optional.empty(), objection(list, "aBCDEFGHI1\""));
        assertEquals(Optional.empty(), objection(list, "aBCDEFGHI1\\"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "[]", " [ ] "})
    void withoutAnyEveryPasswordWillDo(String list) {
        assertEquals(Optional.empty(), objection(list, ""));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"[A-Z]\"",
                "[A-Z]",
                "[\"a\"",
                "[\"a\",]",
                "[,\"a\"]",
                "[\"a\" \"b\"]",
                "[{\"a\",\"b\",\"c\"}]",
                "[{}]",
                "[{\"a\", 1}]",
                "[\"[A-Z\"]",
                "[\"\\d\"]",
                "[\"a\\\"]",
                "[\"a\"] x"
            })
    void whatIsNoSuchListIsRefused(String list) {
        assertThrows(IllegalArgumentException.class, () -> PasswordRequirements.parse(list));
    }
}
