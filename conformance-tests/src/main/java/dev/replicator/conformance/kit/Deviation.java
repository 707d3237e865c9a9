package dev.replicator.conformance.kit;

/**
 * One place of an answer that is not as it should be.
 *
 * @param place {@code status} and the status that came; a header's name in lower case; a JSON pointer into the body,
 *     such as {@code /rows/3/value}; {@code body} for one that is no JSON or another kind of JSON; {@code answer} where
 *     none came and {@code setup} where what comes before it failed
 * @param expected what should have stood there, for people
 * @param found what stood there instead, for people
 */
public record Deviation(String place, String expected, String found) {
    @Override
    public String toString() {
        return place + "\n    expected " + expected + "\n    found    " + found;
    }
}
