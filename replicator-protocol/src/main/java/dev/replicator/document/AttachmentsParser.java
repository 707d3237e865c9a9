package dev.replicator.document;

import dev.replicator.error.CouchError;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;

/** Reads {@code _attachments}. */
final class AttachmentsParser {
    /** The length of what was sent is limited where it is received; the default of the library is far below it. */
    private static final JsonFactory JSON = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxStringLength(Integer.MAX_VALUE)
                    .build())
            .build();

    private AttachmentsParser() {}

    /** @param json well-formed */
    static List<SentAttachment> parse(byte[] json) {
        try (JsonParser parser = JSON.createParser(ObjectReadContext.empty(), json)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw CouchError.invalidDocument("Bad special document member: _attachments")
                        .asException();
            }
            List<SentAttachment> attachments = new ArrayList<>();
            for (String name = parser.nextName(); name != null; name = parser.nextName()) {
                attachments.add(entry(SentAttachment.checkName(name), parser));
            }
            return List.copyOf(attachments);
        }
    }

    private static SentAttachment entry(String name, JsonParser parser) {
        if (parser.nextToken() != JsonToken.START_OBJECT) {
            throw invalidData(name);
        }
        boolean stub = false;
        String contentType = "application/octet-stream";
        OptionalLong revpos = OptionalLong.empty();
        byte[] data = null;
        for (String member = parser.nextName(); member != null; member = parser.nextName()) {
            JsonToken token = parser.nextToken();
            switch (member) {
                case "stub" -> stub = token == JsonToken.VALUE_TRUE;
                case "content_type" -> {
                    if (token != JsonToken.VALUE_STRING) {
                        throw CouchError.badRequest("content_type of attachment " + name + " must be a string")
                                .asException();
                    }
                    contentType = parser.getString();
                }
                case "revpos" -> revpos = revpos(parser, token);
                case "data" -> data = data(name, parser, token);
                default -> parser.skipChildren();
            }
        }
        if (stub) {
            return new SentAttachment.Stub(name);
        }
        if (data == null) {
            throw invalidData(name);
        }
        return new SentAttachment.Inline(name, contentType, revpos, data);
    }

    private static OptionalLong revpos(JsonParser parser, JsonToken token) {
        boolean known =
                token == JsonToken.VALUE_NUMBER_INT && parser.getNumberType() != JsonParser.NumberType.BIG_INTEGER;
        return known && parser.getLongValue() >= 1 ? OptionalLong.of(parser.getLongValue()) : OptionalLong.empty();
    }

    private static byte[] data(String name, JsonParser parser, JsonToken token) {
        if (token != JsonToken.VALUE_STRING) {
            throw invalidData(name);
        }
        try {
            return parser.getBinaryValue();
        } catch (JacksonException e) {
            throw invalidData(name);
        }
    }

    private static RuntimeException invalidData(String name) {
        return CouchError.badRequest("Invalid attachment data for " + name).asException();
    }
}
