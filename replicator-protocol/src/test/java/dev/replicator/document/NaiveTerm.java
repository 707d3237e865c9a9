package dev.replicator.document;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.math.BigInteger;
import java.util.HexFormat;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Erlang's external term format of a JSON tree, as hex digits, written as the format's description reads. */
final class NaiveTerm {
    private NaiveTerm() {}

    static String of(String json) {
        return term(JsonMapper.shared().readTree(json));
    }

    private static String term(JsonNode node) {
        if (node.isObject()) {
            List<String> members = node.properties().stream()
                    .map(member -> "6802" + binary(member.getKey()) + term(member.getValue()))
                    .toList();
            return "6801" + list(members);
        }
        if (node.isArray()) {
            boolean bytes = node.size() <= 65535 && node.valueStream().allMatch(NaiveTerm::isByte);
            if (bytes && !node.isEmpty()) {
                StringBuilder string = new StringBuilder("6b%04x".formatted(node.size()));
                node.forEach(element -> string.append("%02x".formatted(element.intValue())));
                return string.toString();
            }
            return list(node.valueStream().map(NaiveTerm::term).toList());
        }
        if (node.isString()) {
            return binary(node.stringValue());
        }
        if (node.isNumber()) {
            return node.isIntegralNumber()
                    ? integer(node.bigIntegerValue())
                    : "46%016x".formatted(Double.doubleToRawLongBits(node.doubleValue()));
        }
        String atom = node.toString();
        return "64%04x".formatted(atom.length()) + HexFormat.of().formatHex(atom.getBytes(UTF_8));
    }

    private static boolean isByte(JsonNode node) {
        return node.isIntegralNumber()
                && node.bigIntegerValue().signum() >= 0
                && node.bigIntegerValue().bitLength() <= 8;
    }

    private static String list(List<String> elements) {
        return elements.isEmpty() ? "6a" : "6c%08x".formatted(elements.size()) + String.join("", elements) + "6a";
    }

    private static String binary(String text) {
        byte[] bytes = text.getBytes(UTF_8);
        return "6d%08x".formatted(bytes.length) + HexFormat.of().formatHex(bytes);
    }

    private static String integer(BigInteger value) {
        if (value.signum() >= 0 && value.bitLength() <= 8) {
            return "61%02x".formatted(value.intValue());
        }
        if (value.bitLength() <= 31) {
            return "62%08x".formatted(value.intValue());
        }
        StringBuilder digits = new StringBuilder();
        int count = 0;
        for (BigInteger rest = value.abs(); rest.signum() > 0; rest = rest.shiftRight(8)) {
            digits.append("%02x".formatted(rest.intValue() & 0xff));
            count++;
        }
        String header = count <= 255 ? "6e%02x".formatted(count) : "6f%08x".formatted(count);
        return header + (value.signum() < 0 ? "01" : "00") + digits;
    }
}
