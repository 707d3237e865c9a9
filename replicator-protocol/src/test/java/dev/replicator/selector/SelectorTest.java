package dev.replicator.selector;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.replicator.error.CouchError;
import dev.replicator.error.CouchException;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SelectorTest {
    private static boolean matches(String selector, String body) {
        return matches(selector, new Candidate("d1", "2-b", false, body.getBytes(UTF_8)));
    }

    private static boolean matches(String selector, Candidate candidate) {
        byte[] json = (" " + selector + "?").getBytes(UTF_8);
        return Selector.compile(json, 1, json.length - 2).matches(candidate);
    }

    private static String refusal(String selector) {
        CouchError error = assertThrows(CouchException.class, () -> matches(selector, "{}"))
                .error();
        assertEquals(400, error.status());
        assertEquals("bad_request", error.error());
        return error.reason();
    }

    private static CouchError refusalOfFind(String selector) {
        byte[] json = selector.getBytes(UTF_8);
        return assertThrows(
                        CouchException.class,
                        () -> Selector.compileForFind(json, 0, json.length, SelectorLimits.DEFAULT))
                .error();
    }

    @Test
    void theWordsOfAChangesFilter() { // changes.json 38, 39
        assertEquals("Invalid operator: $foo", refusal("{\"n\":{\"$foo\":1}}"));
        assertEquals("Selector error: expected a JSON object", refusal("[]"));
        assertEquals("Selector error: expected a JSON object", refusal("null"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"a\":{\"$exists\":1}}         | bad_arg            | Bad argument for operator $exists: 1",
                "{\"a\":{\"$size\":-1}}          | bad_arg            | Bad argument for operator $size: -1",
                "{\"a\":{\"$size\":1.0}}         | bad_arg            | Bad argument for operator $size: 1.0",
                "{\"a\":{\"$all\":\"é\"}}        | bad_arg            | Bad argument for operator $all: <<195,169>>",
                "{\"$and\":{\"a\":[null,1]}}     | bad_arg            | Bad argument for operator $and: {[{<<97>>,[null,1]}]}",
                "{\"$not\":true}                 | bad_arg            | Bad argument for operator $not: true",
                "{\"a\":{\"$elemMatch\":[]}}     | bad_arg            | Bad argument for operator $elemMatch: []",
                "{\"a\":{\"$mod\":[2]}}          | bad_arg            | Bad argument for operator $mod: [2]",
                "{\"a\":{\"$regex\":1}}          | invalid_operator   | Invalid operator: $regex",
                "{\"a\":{\"$beginsWith\":1}}     | invalid_operator   | Invalid operator: $beginsWith",
                "{\"a\":{\"$near\":1}}           | not_supported      | Unsupported operator: $near",
                "{\"$text\":\"x\"}               | not_supported      | Unsupported operator: $text",
                "{\"$gt\":1}                     | invalid_selector   | One or more conditions is missing a field name.",
                "{\"$not\":{}}                   | invalid_selector   | One or more conditions is missing a field name.",
                "{\"a..b\":1}                    | invalid_field_name | Invalid field name: a..b",
                "{\"a.\":1}                      | invalid_field_name | Invalid field name: a.",
                "{\"a\":1                        | bad_request        | invalid UTF-8 JSON",
                "{\"a\":1}{}                     | bad_request        | invalid UTF-8 JSON",
                "{\"a\":1e999}                   | bad_request        | A number is beyond the range of a double",
                "3                               | invalid_selector_json | 'Selector must be a JSON object, not: 3'",
            })
    void theWordsOfAFind(String selector, String error, String reason) {
        assertEquals(new CouchError(400, error, reason), refusalOfFind(selector));
    }

    @Test
    void aLongArgumentIsNotQuotedWhole() {
        String reason = refusal("{\"a\":{\"$in\":\"" + "x".repeat(100_000) + "\"}}");
        assertTrue(reason.length() < 1100 && reason.endsWith("..."), reason);
    }

    @Test
    void aSelectorNestsOnlySoDeep() {
        String reason = "Selector is nested deeper than 200 levels (mango/selector_max_depth)";
        assertEquals(reason, refusal("{\"a\":".repeat(201) + "1" + "}".repeat(201)));
        assertEquals(reason, refusal("{\"a\":" + "[".repeat(100_000)));
        assertEquals(reason, refusal("{\"a" + ".a".repeat(200) + "\":1}"));
        assertTrue(
                matches("{\"a\":".repeat(200) + "1" + "}".repeat(200), "{\"a\":".repeat(200) + "1" + "}".repeat(200)));
    }

    @Test
    void collationOrdersTheTypes() {
        List<String> ascending = List.of(
                "null",
                "false",
                "true",
                "-1",
                "0.5",
                "1",
                "2e0",
                "12345678901234567890",
                "\"\"",
                "\"a\"",
                "[]",
                "[null]",
                "[\"a\"]",
                "[\"a\",1]",
                "{}",
                "{\"a\":1}",
                "{\"a\":2}",
                "{\"a\":2,\"b\":0}",
                "{\"b\":0}");
        for (int i = 0; i < ascending.size(); i++) {
            for (int j = 0; j < ascending.size(); j++) {
                String where = ascending.get(i) + " and " + ascending.get(j);
                String body = "{\"f\":" + ascending.get(i) + "}";
                String operand = ascending.get(j) + "}}";
                assertEquals(i < j, matches("{\"f\":{\"$lt\":" + operand, body), where);
                assertEquals(i <= j, matches("{\"f\":{\"$lte\":" + operand, body), where);
                assertEquals(i == j, matches("{\"f\":{\"$eq\":" + operand, body), where);
                assertEquals(i != j, matches("{\"f\":{\"$ne\":" + operand, body), where);
                assertEquals(i >= j, matches("{\"f\":{\"$gte\":" + operand, body), where);
                assertEquals(i > j, matches("{\"f\":{\"$gt\":" + operand, body), where);
            }
        }
    }

    @Test
    void stringsAreOrderedByIcuButIdsByTheirBytes() {
        assertTrue(matches("{\"f\":{\"$lt\":\"B\"}}", "{\"f\":\"a\"}"));
        assertTrue(matches("{\"f\":{\"$lt\":\"f\"}}", "{\"f\":\"é\"}"));
        assertTrue(matches("{\"f\":{\"$lt\":\"A\"}}", "{\"f\":\"a\"}"));
        Candidate a = new Candidate("a", "1-a", false, "{}".getBytes(UTF_8));
        assertFalse(matches("{\"_id\":{\"$lt\":\"B\"}}", a));
        Candidate highest = new Candidate("\uD83D\uDE00", "1-a", false, "{}".getBytes(UTF_8));
        assertTrue(matches("{\"_id\":{\"$gt\":\"\uFFFD\"}}", highest));
    }

    @Test
    void stringsOfEqualCollationAreNotEqual() {
        String decomposed = "{\"f\":\"e\u0301\"}";
        assertFalse(matches("{\"f\":\"\u00e9\"}", decomposed));
        assertTrue(matches("{\"f\":{\"$gte\":\"\u00e9\",\"$lte\":\"\u00e9\"}}", decomposed));
    }

    @Test
    void numbersAreEqualByValue() {
        assertTrue(matches("{\"f\":1}", "{\"f\":1.0}"));
        assertTrue(matches("{\"f\":1e2}", "{\"f\":100}"));
        assertTrue(matches("{\"f\":{\"$in\":[100]}}", "{\"f\":[1e2]}"));
        assertTrue(matches("{\"f\":0}", "{\"f\":-0.0}"));
        assertFalse(matches("{\"f\":9007199254740993}", "{\"f\":9007199254740992.0}"));
        assertTrue(matches("{\"f\":{\"$mod\":[7,0]}}", "{\"f\":70000000000000000000}"));
        assertTrue(matches("{\"f\":{\"$mod\":[2,-1]}}", "{\"f\":-3}"));
        assertFalse(matches("{\"f\":{\"$mod\":[2,0]}}", "{\"f\":4.0}"));
    }

    @Test
    void aMissingFieldFailsEveryTestButOne() {
        for (String test :
                List.of("{\"$ne\":1}", "{\"$nin\":[1]}", "{\"$not\":{\"$regex\":\"a\"}}", "null", "{\"$lt\":{}}")) {
            assertFalse(matches("{\"f\":" + test + "}", "{\"g\":1}"), test);
            assertFalse(matches("{\"$nor\":[{\"f\":" + test + "}]}", "{\"g\":1}"), test);
        }
        assertTrue(matches("{\"f\":{\"$exists\":false}}", "{\"g\":1}"));
        assertTrue(matches("{\"$not\":{\"f.x\":{\"$exists\":true}}}", "{\"f\":{}}"));
        assertFalse(matches("{\"f.x\":{\"$exists\":false}}", "{\"f\":1}"), "no path");
        assertFalse(matches("{\"f.3\":{\"$exists\":false}}", "{\"f\":[1]}"), "no path");
    }

    @Test
    void membersOfTheRecordAreFields() {
        Candidate deleted = new Candidate("d", "3-c", true, "{\"a\":1}".getBytes(UTF_8));
        Candidate live = new Candidate("d", "3-c", false, "{\"a\":1}".getBytes(UTF_8));
        assertTrue(matches("{\"_deleted\":true}", deleted));
        assertFalse(matches("{\"_deleted\":{\"$exists\":true}}", live));
        assertTrue(matches("{\"_id\":\"d\",\"_rev\":{\"$beginsWith\":\"3-\"},\"a\":1}", live));
        assertTrue(
                matches("{\"$and\":[{\"$keyMapMatch\":{\"$eq\":\"_rev\"}},{\"$keyMapMatch\":{\"$eq\":\"a\"}}]}", live));
        assertFalse(matches("{\"$and\":[{}]}", live), "no document equals the empty object");
    }

    @Test
    void pathsAndEscapes() {
        String body = "{\"a\":{\"b.c\":{\"d\":[10,{\"e\":2}]}},\"$x\":1,\"z\":3}";
        assertTrue(matches("{\"a.b\\\\.c.d.1.e\":2}", body));
        assertTrue(matches("{\"a\":{\"b\\\\.c\":{\"d.0\":10,\"d\":{\"$size\":2}}},\"z\":3}", body));
        assertTrue(matches("{\"a.b\\\\.c.d.+01.e\":2}", body), "as Erlang reads integers");
        assertFalse(matches("{\"a.b\\\\.c.d.-1.e\":2}", body));
        assertFalse(matches("{\"a.b\\\\.c.d.99999999999.e\":2}", body));
        assertTrue(matches("{\"\\\\$x\":1}", body));
    }

    @Test
    void emptyListsAndObjects() {
        String body = "{\"a\":{},\"l\":[]}";
        assertTrue(matches("{}", body));
        assertTrue(matches("{\"a\":{}}", body), "equality with the empty object");
        assertTrue(matches("{\"$or\":[]}", body));
        assertTrue(matches("{\"$and\":[]}", body));
        assertTrue(matches("{\"$nor\":[]}", body));
        assertFalse(matches("{\"l\":{\"$all\":[]}}", body));
        assertFalse(matches("{\"l\":{\"$in\":[]}}", body));
        assertTrue(matches("{\"l\":{\"$nin\":[]}}", body));
        assertFalse(matches("{\"l\":{\"$allMatch\":{\"$eq\":1}}}", body));
    }

    @Test
    void allTakesOneArrayAlsoAsAWhole() {
        assertTrue(matches("{\"l\":{\"$all\":[[1,2]]}}", "{\"l\":[1,2]}"));
        assertTrue(matches("{\"l\":{\"$all\":[[1,2]]}}", "{\"l\":[0,[1,2]]}"));
        assertFalse(matches("{\"l\":{\"$all\":[[1,2],[1,2]]}}", "{\"l\":[1,2]}"));
        assertTrue(matches("{\"l\":{\"$in\":[1]}}", "{\"l\":[1,2]}"));
        assertFalse(matches("{\"l\":{\"$in\":[[1,2]]}}", "{\"l\":[1,2]}"), "elements, not the array");
    }

    @Test
    void readsNoFurtherThanItMust() {
        // Broken beyond the field: reading on would throw.
        assertTrue(matches("{\"type\":\"task\"}", "{\"type\":\"task\",\"rest\":!"));
        assertTrue(matches("{\"_id\":\"d1\"}", "!"));
    }

    @Test
    void documentsMayNestDeeply() {
        String deep = "[".repeat(50_000) + "]".repeat(50_000);
        assertTrue(matches("{\"f\":{\"$gt\":[]},\"g\":1}", "{\"e\":" + deep + ",\"f\":" + deep + ",\"g\":1}"));
    }

    @Test
    void manyThreadsShareASelector() {
        byte[] json = "{\"name\":{\"$gte\":\"m\"},\"tags\":{\"$elemMatch\":{\"$regex\":\"^b\"}}}".getBytes(UTF_8);
        Selector selector = Selector.compile(json, 0, json.length);
        List<Boolean> answers = IntStream.range(0, 20_000)
                .parallel()
                .mapToObj(i -> selector.matches(new Candidate(
                        "d",
                        "1-a",
                        false,
                        ("{\"name\":\"" + (i % 2 == 0 ? "Zé" : "Aé") + "\",\"tags\":[\"a\",\""
                                        + (i % 3 == 0 ? "b" : "c") + "\"]}")
                                .getBytes(UTF_8))))
                .collect(Collectors.toList());
        for (int i = 0; i < answers.size(); i++) {
            assertEquals(i % 6 == 0, answers.get(i), "document " + i);
        }
    }
}
