package dev.replicator.conformance.fuzz;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Puts another value for one in a valid body, wherever it stands: of another type, nested deeply, or a number of very
 * many digits. Members of the protocol are added where they do not belong too.
 */
final class WrongValues implements Generator {
    private static final String MARK = "\"@wrong@\"";

    private static final String[] OTHERS = {
        "null",
        "true",
        "false",
        "0",
        "1",
        "-1",
        "1.5",
        "1e300",
        "\"\"",
        "\"x\"",
        "\"1-a\"",
        "\"_x\"",
        "\"true\"",
        "[]",
        "{}",
        "[1]",
        "[null]",
        "[[]]",
        "[{}]",
        "[\"a\",1]",
        "{\"a\":1}",
        "{\"$gt\":1}",
        "{\"$foo\":[]}",
        "{\"\":{}}",
        "9007199254740993",
        "-9223372036854775809",
        "123456789012345678901234567890",
        "0.1e-400",
        "\"\\u0000\"",
        "\"\\ud83d\\ude00\""
    };

    private static final String[] MEMBERS = {
        "_id",
        "_rev",
        "_deleted",
        "_revisions",
        "_attachments",
        "_local_seq",
        "_conflicts",
        "_foo",
        "docs",
        "new_edits",
        "keys",
        "selector",
        "doc_ids",
        "start",
        "ids",
        "data",
        "stub",
        "follows",
        "revpos",
        "digest",
        "rev",
        "id",
        "since",
        "limit",
        "skip",
        "ranges",
        "start_key",
        "end_key",
        "split",
        "leaves",
        "$and",
        "$or",
        "$not",
        "$nor",
        "$all",
        "$size",
        "$allMatch",
        "$keyMapMatch",
        "$beginsWith",
        "$text"
    };

    /** Nesting and digits beyond every limit. */
    private static final int DEEPEST = 40_000;

    private static final int MOST_DIGITS = 60_000;

    @Override
    public FuzzCase next(RandomGenerator random, Databases databases) {
        // Rarely: a wrong password costs the server a slow hash.
        boolean login = random.nextInt(500) == 0;
        Template template = login ? Templates.LOGIN : Pick.one(random, Templates.READ_BODIES);
        JsonNode body = JsonMapper.shared().readTree(template.body());
        String wrong;
        String kind;
        switch (random.nextInt(8)) {
            case 0 -> {
                kind = "nesting";
                wrong = nested(random);
            }
            case 1 -> {
                kind = "long number";
                wrong = number(random);
            }
            default -> {
                kind = "wrong type";
                wrong = Pick.one(random, OTHERS);
            }
        }
        String text = random.nextInt(20) == 0 ? MARK : replaced(random, body);
        return new FuzzCase(
                kind,
                FuzzCase.Verdict.MAYBE,
                template.ending(),
                true,
                template.method(),
                template.request(databases.scratch(), "")
                        .json(text.replace(MARK, wrong).getBytes(UTF_8))
                        .bytes());
    }

    private static String nested(RandomGenerator random) {
        int depth = random.nextInt(1, random.nextBoolean() ? 200 : DEEPEST);
        return switch (random.nextInt(4)) {
            case 0 -> "[".repeat(depth) + "]".repeat(depth);
            case 1 -> "{\"a\":".repeat(depth) + "1" + "}".repeat(depth);
            case 2 -> "{\"$not\":".repeat(depth) + "{}" + "}".repeat(depth);
            default -> "{\"$and\":[".repeat(depth) + "]}".repeat(depth);
        };
    }

    private static String number(RandomGenerator random) {
        String digits = "7".repeat(random.nextInt(1, random.nextBoolean() ? 1100 : MOST_DIGITS));
        return switch (random.nextInt(6)) {
            case 0 -> digits;
            case 1 -> "-" + digits;
            case 2 -> "1." + digits;
            case 3 -> "1e" + digits;
            case 4 -> "1e-" + digits;
            default -> digits + "." + digits + "E+" + random.nextInt(400);
        };
    }

    /** The body with a mark in the place of a random value, or with one more member. */
    private static String replaced(RandomGenerator random, JsonNode body) {
        List<JsonNode> parents = new ArrayList<>();
        collect(body, parents);
        switch (Pick.one(random, parents)) {
            case ObjectNode object -> {
                List<String> names = List.copyOf(object.propertyNames());
                boolean adds = names.isEmpty() || random.nextInt(4) == 0;
                object.put(adds ? Pick.one(random, MEMBERS) : Pick.one(random, names), "@wrong@");
            }
            case ArrayNode array -> {
                if (array.isEmpty() || random.nextInt(4) == 0) {
                    array.add("@wrong@");
                } else {
                    array.set(random.nextInt(array.size()), "@wrong@");
                }
            }
            default -> throw new AssertionError("neither object nor array");
        }
        return body.toString();
    }

    private static void collect(JsonNode node, List<JsonNode> parents) {
        if (node.isContainer()) {
            parents.add(node);
            node.forEach(child -> collect(child, parents));
        }
    }
}
