package dev.replicator.server.http;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a header of the {@code Accept} family names, and how much each is liked (RFC 9110, section 12.4.2). */
public final class WeightedValues {
    private static final Pattern WEIGHT = Pattern.compile("(?:^|;)\\s*q\\s*=\\s*([01](?:\\.[0-9]{0,3})?)\\s*(?:;|$)");

    private final Map<String, Double> weights = new HashMap<>();

    private WeightedValues() {}

    /** @param header its name, of which a request may have several */
    public static WeightedValues of(Headers request, String header) {
        WeightedValues values = new WeightedValues();
        for (String field : request.all(header)) {
            for (String element : field.toLowerCase(Locale.ROOT).split(",", -1)) {
                String[] parts = element.split(";", 2);
                values.weights.put(parts[0].strip(), parts.length < 2 ? 1 : weight(parts[1]));
            }
        }
        return values;
    }

    /** Ill-formed ones count as none, and so as 1. */
    private static double weight(String parameters) {
        Matcher weight = WEIGHT.matcher(parameters);
        return weight.find() ? Double.parseDouble(weight.group(1)) : 1;
    }

    /** Whether nothing is named at all: then anything will do. */
    public boolean isEmpty() {
        return weights.isEmpty();
    }

    /**
     * How much a value is liked, where it is named: from 0, which refuses it, to 1.
     *
     * @param value in lower case
     */
    public OptionalDouble of(String value) {
        Double weight = weights.get(value);
        return weight == null ? OptionalDouble.empty() : OptionalDouble.of(weight);
    }
}
