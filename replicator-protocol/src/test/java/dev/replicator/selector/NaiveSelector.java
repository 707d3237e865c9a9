package dev.replicator.selector;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.regex.Pattern;

/**
 * Selectors as CouchDB's source tells them: rewritten in steps, each from plain maps to plain maps, then matched by
 * walking selector and document. Strings are compared by characters, so tests give it lower-case ASCII only.
 */
final class NaiveSelector {
    private enum Nothing {
        MISSING,
        BAD_PATH
    }

    private final Object normal;

    NaiveSelector(Map<String, Object> selector) {
        normal = selector.isEmpty() ? null : negations(fields(operators(selector), ""));
    }

    boolean matches(Map<String, Object> document) {
        return normal == null || match(normal, document);
    }

    private static Map<String, Object> one(String name, Object value) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put(name, value);
        return map;
    }

    private static List<Object> each(Object list, Function<Object, Object> change) {
        return PlainJson.array(list).stream().map(change).toList();
    }

    /** Step 1: every object has one member; implicit $and and $eq are written out. */
    private static Object operators(Object value) {
        if (!(value instanceof Map<?, ?> map) || map.isEmpty()) {
            return one("$eq", value);
        }
        if (map.size() > 1) {
            return one(
                    "$and",
                    PlainJson.object(map).entrySet().stream()
                            .map(e -> operators(one(e.getKey(), e.getValue())))
                            .toList());
        }
        String name = name(value);
        Object arg = PlainJson.object(value).get(name);
        return switch (name) {
            case "$and", "$or", "$nor" -> one(name, each(arg, NaiveSelector::operators));
            case "$not", "$elemMatch", "$allMatch", "$keyMapMatch" -> one(name, operators(arg));
            default -> name.startsWith("$") ? value : one(name, operators(arg));
        };
    }

    /** Step 2: names of fields stand, joined by dots, directly above the tests. The whole value is the field "". */
    private static Object fields(Object value, String path) {
        String name = name(value);
        Object arg = PlainJson.object(value).get(name);
        return switch (name) {
            case "$and", "$or", "$nor" -> one(name, each(arg, a -> fields(a, path)));
            case "$not" -> one(name, fields(arg, path));
            case "$elemMatch", "$allMatch", "$keyMapMatch" -> one("f:" + path, one(name, fields(arg, "")));
            default ->
                name.startsWith("$") ? one("f:" + path, value) : fields(arg, path.isEmpty() ? name : path + "." + name);
        };
    }

    /** Step 3: negations go down to the tests. */
    private static Object negations(Object value) {
        String name = name(value);
        Object arg = PlainJson.object(value).get(name);
        return switch (name) {
            case "$not" -> negate(arg);
            case "$nor" -> one("$and", each(arg, NaiveSelector::negate));
            case "$and", "$or" -> one(name, each(arg, NaiveSelector::negations));
            case "$elemMatch", "$allMatch", "$keyMapMatch" -> one(name, negations(arg));
            default -> name.startsWith("f:") ? one(name, negations(arg)) : value;
        };
    }

    private static Object negate(Object value) {
        String name = name(value);
        Object arg = PlainJson.object(value).get(name);
        return switch (name) {
            case "$not" -> negations(arg);
            case "$nor" -> one("$or", each(arg, NaiveSelector::negations));
            case "$and" -> one("$or", each(arg, NaiveSelector::negate));
            case "$or" -> one("$and", each(arg, NaiveSelector::negate));
            case "$lt" -> one("$gte", arg);
            case "$lte" -> one("$gt", arg);
            case "$gt" -> one("$lte", arg);
            case "$gte" -> one("$lt", arg);
            case "$eq" -> one("$ne", arg);
            case "$ne" -> one("$eq", arg);
            case "$in" -> one("$nin", arg);
            case "$nin" -> one("$in", arg);
            case "$exists" -> one("$exists", !(Boolean) arg);
            default -> name.startsWith("f:") ? one(name, negate(arg)) : one("$not", negations(value));
        };
    }

    private static boolean match(Object selector, Object value) {
        String name = name(selector);
        Object arg = PlainJson.object(selector).get(name);
        return switch (name) {
            case "$and" -> PlainJson.array(arg).stream().allMatch(a -> match(a, value));
            case "$or" ->
                PlainJson.array(arg).isEmpty() || PlainJson.array(arg).stream().anyMatch(a -> match(a, value));
            case "$not" -> !match(arg, value);
            case "$eq" -> compare(value, arg) == 0;
            case "$ne" -> compare(value, arg) != 0;
            case "$lt" -> compare(value, arg) < 0;
            case "$lte" -> compare(value, arg) <= 0;
            case "$gt" -> compare(value, arg) > 0;
            case "$gte" -> compare(value, arg) >= 0;
            case "$in" -> in(arg, value);
            case "$nin" -> !in(arg, value);
            case "$exists" -> (Boolean) arg;
            case "$type" -> type(value).equals(arg);
            case "$size" ->
                value instanceof List<?> list && BigInteger.valueOf(list.size()).equals(arg);
            case "$mod" ->
                value instanceof BigInteger i
                        && i.remainder((BigInteger) PlainJson.array(arg).get(0))
                                .equals(PlainJson.array(arg).get(1));
            case "$beginsWith" -> value instanceof String s && s.startsWith((String) arg);
            case "$regex" ->
                value instanceof String s
                        && Pattern.compile((String) arg).matcher(s).find();
            case "$all" -> value instanceof List<?> && all(PlainJson.array(arg), PlainJson.array(value));
            case "$elemMatch" ->
                value instanceof List<?> && PlainJson.array(value).stream().anyMatch(v -> match(arg, v));
            case "$allMatch" ->
                value instanceof List<?> list
                        && !list.isEmpty()
                        && PlainJson.array(value).stream().allMatch(v -> match(arg, v));
            case "$keyMapMatch" ->
                value instanceof Map<?, ?>
                        && PlainJson.object(value).keySet().stream().anyMatch(k -> match(arg, k));
            default -> {
                Object found = find(value, name.substring(2));
                yield found instanceof Nothing
                        ? found == Nothing.MISSING && arg.equals(one("$exists", false))
                        : match(arg, found);
            }
        };
    }

    private static boolean in(Object args, Object value) {
        List<Object> values = value instanceof List<?> ? PlainJson.array(value) : Arrays.asList(value);
        return PlainJson.array(args).stream().anyMatch(a -> values.stream().anyMatch(v -> compare(v, a) == 0));
    }

    private static boolean all(List<Object> args, List<Object> values) {
        boolean has = args.stream().allMatch(a -> values.stream().anyMatch(v -> compare(v, a) == 0));
        boolean is = args.size() == 1 && args.getFirst() instanceof List<?> && compare(args.getFirst(), values) == 0;
        return !args.isEmpty() && (has || is);
    }

    private static Object find(Object value, String path) {
        Object here = value;
        if (path.isEmpty()) {
            return here;
        }
        for (String escaped : path.split("(?<!\\\\)\\.", -1)) {
            String name = escaped.replace("\\", "");
            if (here instanceof Map<?, ?> map) {
                if (!map.containsKey(name)) {
                    return Nothing.MISSING;
                }
                here = map.get(name);
            } else if (here instanceof List<?> list && name.matches("[0-9]+") && Integer.parseInt(name) < list.size()) {
                here = list.get(Integer.parseInt(name));
            } else {
                return Nothing.BAD_PATH;
            }
        }
        return here;
    }

    private static String type(Object value) {
        return switch (value) {
            case null -> "null";
            case Boolean _ -> "boolean";
            case Number _ -> "number";
            case String _ -> "string";
            case List<?> _ -> "array";
            default -> "object";
        };
    }

    private static int compare(Object a, Object b) {
        List<String> order = List.of("null", "boolean", "number", "string", "array", "object");
        int types = Integer.compare(order.indexOf(type(a)), order.indexOf(type(b)));
        if (types != 0 || (Objects.equals(a, b) && !(a instanceof Map<?, ?>))) {
            return types;
        }
        return switch (a) {
            case Boolean x -> x.compareTo((Boolean) b);
            case String x -> x.compareTo((String) b);
            case Number x -> new BigDecimal(x.toString()).compareTo(new BigDecimal(b.toString()));
            case List<?> x -> compareLists(PlainJson.array(x), PlainJson.array(b));
            default -> compareLists(flat(a), flat(b));
        };
    }

    private static List<Object> flat(Object object) {
        return PlainJson.object(object).entrySet().stream()
                .<Object>map(e -> Arrays.asList(e.getKey(), e.getValue()))
                .toList();
    }

    private static int compareLists(List<Object> a, List<Object> b) {
        for (int i = 0; i < Math.min(a.size(), b.size()); i++) {
            int order = compare(a.get(i), b.get(i));
            if (order != 0) {
                return order;
            }
        }
        return Integer.compare(a.size(), b.size());
    }

    private static String name(Object singleton) {
        return PlainJson.object(singleton).keySet().iterator().next();
    }
}
