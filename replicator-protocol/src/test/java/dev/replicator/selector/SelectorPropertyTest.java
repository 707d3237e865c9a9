package dev.replicator.selector;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Random selectors on random documents answer as {@link NaiveSelector} does. */
class SelectorPropertyTest {
    private static final int SELECTORS = 3000;
    private static final int DOCUMENTS = 8;
    private static final List<String> NAMES = List.of("a", "b", "c", "x.y", "0");
    private static final List<String> FIELDS = List.of(
            "a", "b", "c", "a", "b", "c", "a.b", "a.a", "b.c", "a.0", "b.1", "a.0.b", "x\\.y", "c.x\\.y", "0", "_id");
    private static final List<String> SCALARS = List.of(
            "null",
            "true",
            "false",
            "0",
            "1",
            "-3",
            "1.0",
            "0.5",
            "1e1",
            "10",
            "9007199254740993",
            "\"\"",
            "\"a\"",
            "\"ab\"",
            "\"b\"",
            "\"d1\"");

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void answersAsTheNaiveModelDoes(long seed) {
        Random random = new Random(seed);
        int matched = 0;
        for (int i = 0; i < SELECTORS; i++) {
            Map<String, Object> selector = new LinkedHashMap<>();
            selector.put(pick(random, FIELDS), condition(random, 3));
            if (random.nextInt(3) == 0) {
                PlainJson.object(selector).putAll(PlainJson.object(combined(random, 3)));
            }
            byte[] json = PlainJson.print(selector).getBytes(UTF_8);
            Selector compiled = Selector.compile(json, 0, json.length);
            NaiveSelector naive = new NaiveSelector(selector);
            for (int j = 0; j < DOCUMENTS; j++) {
                Map<String, Object> body = object(random, 3);
                boolean deleted = random.nextInt(4) == 0;
                Candidate candidate = new Candidate(
                        "d" + j, "1-a", deleted, PlainJson.print(body).getBytes(UTF_8));
                boolean expected = naive.matches(whole(candidate, body));
                matched += expected ? 1 : 0;
                assertEquals(
                        expected,
                        compiled.matches(candidate),
                        () -> "seed " + seed + ": " + PlainJson.print(selector) + " on " + PlainJson.print(body));
            }
        }
        int all = SELECTORS * DOCUMENTS;
        assertTrue(matched > all / 20 && matched < all * 19 / 20, "too few of either answer: " + matched);
    }

    private static Map<String, Object> whole(Candidate candidate, Map<String, Object> body) {
        Map<String, Object> whole = new LinkedHashMap<>();
        whole.put("_id", candidate.id());
        whole.put("_rev", candidate.rev());
        if (candidate.deleted()) {
            whole.put("_deleted", true);
        }
        whole.putAll(body);
        return whole;
    }

    private static Object combined(Random random, int depth) {
        Map<String, Object> combined = new LinkedHashMap<>();
        switch (random.nextInt(4)) {
            case 0 -> combined.put("$not", selector(random, depth - 1));
            case 1 -> combined.put("$or", selectors(random, depth - 1));
            case 2 -> combined.put("$nor", selectors(random, depth - 1));
            default -> combined.put("$and", selectors(random, depth - 1));
        }
        return combined;
    }

    private static Object selector(Random random, int depth) {
        if (depth > 0 && random.nextInt(4) == 0) {
            return combined(random, depth);
        }
        Map<String, Object> selector = new LinkedHashMap<>();
        for (int i = random.nextInt(2); i >= 0; i--) {
            selector.put(random.nextInt(10) == 0 ? "_deleted" : pick(random, FIELDS), condition(random, depth));
        }
        return selector;
    }

    private static List<Object> selectors(Random random, int depth) {
        List<Object> selectors = new ArrayList<>();
        for (int i = random.nextInt(4); i > 0; i--) {
            selectors.add(selector(random, depth));
        }
        return selectors;
    }

    private static Object condition(Random random, int depth) {
        if (random.nextInt(6) == 0) {
            return value(random, 1);
        }
        Map<String, Object> condition = new LinkedHashMap<>();
        for (int i = random.nextInt(4) / 3; i >= 0; i--) {
            test(random, depth, condition);
        }
        return condition;
    }

    private static void test(Random random, int depth, Map<String, Object> condition) {
        switch (random.nextInt(depth > 0 ? 18 : 12)) {
            case 0, 1, 2, 3 ->
                condition.put(pick(random, List.of("$lt", "$lte", "$eq", "$ne", "$gte", "$gt")), value(random, 2));
            case 4, 5 -> condition.put(pick(random, List.of("$in", "$nin", "$all")), array(random, 2));
            case 6 -> condition.put("$exists", random.nextBoolean());
            case 7 -> condition.put("$type", pick(random, List.of("null", "number", "string", "array", "object")));
            case 8 -> condition.put("$size", PlainJson.parse("" + random.nextInt(3)));
            case 9 ->
                condition.put("$mod", PlainJson.parse("[" + (1 + random.nextInt(3)) + "," + random.nextInt(2) + "]"));
            case 10 -> condition.put("$regex", pick(random, List.of("^a", "b$", "a|b", "[ab]")));
            case 11 -> condition.put("$beginsWith", pick(random, List.of("", "a", "ab")));
            case 12 -> condition.put("$not", inner(random, depth - 1));
            case 13 -> condition.put("$elemMatch", inner(random, depth - 1));
            case 14 -> condition.put("$allMatch", inner(random, depth - 1));
            case 15 -> condition.put("$keyMapMatch", inner(random, 0));
            case 16 -> condition.put(pick(random, List.of("$and", "$or", "$nor")), conditions(random, depth - 1));
            default -> condition.put(pick(random, FIELDS), condition(random, depth - 1));
        }
    }

    private static Object inner(Random random, int depth) {
        Object inner = random.nextBoolean() ? condition(random, depth) : selector(random, depth);
        return inner instanceof Map<?, ?> ? inner : Map.of("$eq", inner == null ? "" : inner);
    }

    private static List<Object> conditions(Random random, int depth) {
        List<Object> conditions = new ArrayList<>();
        for (int i = random.nextInt(3); i > 0; i--) {
            conditions.add(condition(random, depth));
        }
        return conditions;
    }

    private static Object value(Random random, int depth) {
        return switch (depth > 0 ? random.nextInt(5) : 0) {
            case 3 -> array(random, depth - 1);
            case 4 -> object(random, depth - 1);
            default -> PlainJson.parse(pick(random, SCALARS));
        };
    }

    private static List<Object> array(Random random, int depth) {
        List<Object> array = new ArrayList<>();
        for (int i = random.nextInt(4); i > 0; i--) {
            array.add(value(random, depth));
        }
        return array;
    }

    private static Map<String, Object> object(Random random, int depth) {
        Map<String, Object> object = new LinkedHashMap<>();
        for (String name : NAMES) {
            if (random.nextInt(3) > 0) {
                object.put(name, value(random, depth));
            }
        }
        return object;
    }

    private static String pick(Random random, List<String> choices) {
        return choices.get(random.nextInt(choices.size()));
    }
}
