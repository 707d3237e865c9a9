package dev.replicator.document;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.replicator.error.CouchError;
import dev.replicator.error.CouchException;
import dev.replicator.revision.Revision;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DocumentParserTest {
    private static final AttachmentLimits LIMITS = new AttachmentLimits(Long.MAX_VALUE, 100);

    private static ParsedDocument parse(String json) {
        return parse(json.getBytes(StandardCharsets.UTF_8));
    }

    private static ParsedDocument parse(byte[] json) {
        return DocumentParser.parse(json, AttachmentIntake.DISCARDING, LIMITS);
    }

    private static BulkDocs bulk(byte[] json) {
        return BulkDocs.parse(json, AttachmentIntake.DISCARDING, LIMITS);
    }

    private static String body(String json) {
        return new String(parse(json).body(), StandardCharsets.UTF_8);
    }

    private static CouchError error(String json) {
        return assertThrows(CouchException.class, () -> parse(json)).error();
    }

    @Test
    void keepsTheBodyAsItCameButForWhiteSpaceAndOwnMembers() {
        String json = " {\"_id\" : \"a\", \"z\":1.0 ,\n\"y\" : [ 1e2 , {\"_id\":2} ],\t\"_rev\":\"1-a\","
                + "\"big\":123456789012345678901234567890,\"s\":\"caf\\u00e9 \\/ \u00e9\"} ";
        assertEquals(
                "{\"z\":1.0,\"y\":[1e2,{\"_id\":2}],\"big\":123456789012345678901234567890,"
                        + "\"s\":\"caf\\u00e9 \\/ \u00e9\"}",
                body(json));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{}|{}",
                "{\"_id\":\"a\"}|{}",
                "{\"_id\":\"a\",\"n\":1}|{\"n\":1}",
                "{\"n\":1,\"_id\":\"a\"}|{\"n\":1}",
                "{\"n\":1,\"_id\":\"a\",\"m\":2}|{\"n\":1,\"m\":2}",
                "{\"_access\":[\"x\"],\"_id\":\"a\"}|{\"_access\":[\"x\"]}",
                "{\"_conflicts\":[1],\"_revs_info\":{},\"_local_seq\":1,\"_deleted_conflicts\":0}|{}",
                "{\"\\u005fid\":\"a\",\"n\":1}|{\"n\":1}",
                "{\"\":[],\"o\":{}}|{\"\":[],\"o\":{}}"
            })
    void takesOwnMembersOutWhereverTheyStand(String json, String body) {
        assertEquals(body, body(json));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"a\":1,\"b\":2,\"a\":3,\"c\":4,\"b\":5}|{\"a\":3,\"c\":4,\"b\":5}",
                "{\"a\":{\"b\":1,\"b\":2},\"a\":{\"c\":3}}|{\"a\":{\"c\":3}}",
                "{\"x\":[{\"k\":1,\"k\":{\"l\":1,\"l\":2}}]}|{\"x\":[{\"k\":{\"l\":2}}]}",
                "{\"a\":1,\"\\u0061\":2}|{\"\\u0061\":2}",
                "{\"_id\":\"x\",\"_id\":\"y\",\"a\":1,\"a\":1}|{\"a\":1}"
            })
    void ofRepeatedKeysTheLastStaysInItsOwnPlace(String json, String body) {
        assertEquals(body, body(json));
    }

    @Test
    void findsARepeatedKeyAmongVeryManyWithoutComparingAll() {
        StringBuilder json = new StringBuilder("{\"twice\":0");
        for (int i = 0; i < 50_000; i++) {
            json.append(",\"k").append(i).append("\":").append(i);
        }
        String body = body(json + ",\"twice\":1}");
        assertTrue(body.startsWith("{\"k0\":0,"), body.substring(0, 20));
        assertTrue(body.endsWith("\"k49999\":49999,\"twice\":1}"));
    }

    @Test
    void readsOwnMembers() {
        ParsedDocument document = parse("{\"_id\":\"a/\u00e9\",\"_rev\":\"3-cc\",\"_deleted\":true,"
                + "\"_revisions\":{\"start\":3,\"ids\":[\"cc\",\"bb\",\"aa\"]}}");
        assertEquals(Optional.of("a/\u00e9"), document.id());
        assertTrue(document.deleted());
        assertEquals(
                List.of(Revision.parse("3-cc"), Revision.parse("2-bb"), Revision.parse("1-aa")),
                document.history().orElseThrow().revisions());
    }

    @Test
    void revisionsStandBeforeRevAndHaveNoMoreGenerationsThanTheyCanHave() {
        ParsedDocument document =
                parse("{\"_revisions\":{\"start\":2,\"ids\":[\"xx\",\"bb\",\"cc\"]},\"_rev\":\"2-aa\"}");
        assertEquals(
                List.of(Revision.parse("2-xx"), Revision.parse("1-bb")),
                document.history().orElseThrow().revisions());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{",
                "{bad",
                "{\"a\":1,}",
                "{\"a\":1}{}",
                "{\"a\" 1}",
                "{\"a\":01}",
                "{\"a\":+1}",
                "{\"a\":.5}",
                "{\"a\":1.}",
                "{\"a\":1e}",
                "{\"a\":-}",
                "{\"a\":NaN}",
                "{\"a\":0x1}",
                "{\"a\":1/*x*/}",
                "{'a':1}",
                "{\"a\":\"\u0001\"}",
                "{\"a\":\"\\x\"}",
                "{\"a\":\"\\u12\"}",
                "{\"a\":\"\\ud83d\"}",
                "{\"a\":\"\\udc00\"}",
                "{\"a\":\"\\ud83d\\u0041\"}",
                "{\"\\ud83d\":1}",
                "{\"a\":1e400}",
                "{\"a\":-1e309}",
                "{\"a\":tru}",
                "{\"a\":[1,]}",
                "{\"a\":[1}",
                "\ufeff{\"a\":1}",
                "{\"_foo\":1",
                "{\"_id\":\"_bad\"}}"
            })
    void refusesMalformedJsonInCouchDbsWords(String json) {
        assertEquals(CouchError.badRequest("invalid UTF-8 JSON"), error(json));
    }

    @ParameterizedTest
    @ValueSource(strings = {"c080", "c1bf", "e080af", "eda080", "f0808080", "f4908080", "80", "c3", "ff", "e28082ff"})
    void refusesInvalidUtf8(String hex) {
        byte[] bad = HexFormat.of().parseHex(hex);
        byte[] json = new byte[bad.length + 8];
        System.arraycopy("{\"a\":\"".getBytes(StandardCharsets.US_ASCII), 0, json, 0, 6);
        System.arraycopy(bad, 0, json, 6, bad.length);
        json[json.length - 2] = '"';
        json[json.length - 1] = '}';
        CouchException thrown = assertThrows(CouchException.class, () -> parse(json));
        assertEquals(CouchError.badRequest("invalid UTF-8 JSON"), thrown.error());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "[]|bad_request|Document must be a JSON object",
                "\"x\"|bad_request|Document must be a JSON object",
                "{\"_foo\":1}|doc_validation|Bad special document member: _foo",
                "{\"_replication_foo\":1}|doc_validation|Bad special document member: _replication_foo",
                "{\"_deleted\":\"yes\"}|doc_validation|Bad special document member: _deleted",
                "{\"_attachments\":[]}|doc_validation|Bad special document member: _attachments",
                "{\"_id\":5}|illegal_docid|Document id must be a string",
                "{\"_id\":\"\"}|illegal_docid|Document id must not be empty",
                "{\"_id\":\"_under\"}|illegal_docid|Only reserved document ids may start with underscore.",
                "{\"_id\":\"_design/\"}|illegal_docid|Only reserved document ids may start with underscore.",
                "{\"_rev\":1}|bad_request|Invalid rev format",
                "{\"_rev\":\"nonsense\"}|bad_request|Invalid rev format",
                "{\"_rev\":\"-1\"}|bad_request|Invalid rev format",
                "{\"_rev\":\"1-\"}|bad_request|Invalid rev format",
                "{\"_revisions\":{\"start\":\"x\",\"ids\":3}}|doc_validation|_revisions.start isn't an integer.",
                "{\"_revisions\":{\"start\":1,\"ids\":3}}|doc_validation|_revisions.ids isn't a array.",
                "{\"_attachments\":{\"x\":{\"content_type\":\"a/b\"}}}|bad_request|Invalid attachment data for x",
                "{\"_attachments\":{\"x\":{\"data\":\"%%%\"}}}|bad_request|Invalid attachment data for x",
                "{\"_attachments\":{\"_x\":{\"data\":\"\"}}}"
                        + "|bad_request|Attachment name '_x' starts with prohibited character '_'"
            })
    void refusesIllFormedDocumentsInCouchDbsWords(String json, String error, String reason) {
        assertEquals(new CouchError(400, error, reason), error(json));
    }

    @Test
    void limitsNestingAndTheDigitsOfIntegers() {
        assertEquals(
                5000 + 6,
                body("{\"n\":" + "[".repeat(2500) + "]".repeat(2500) + "}").length());
        assertEquals(
                "JSON is nested deeper than 5000",
                error("{\"n\":" + "[".repeat(5001) + "]".repeat(5001) + "}").reason());
        assertEquals("{\"n\":" + "9".repeat(1000) + "}", body("{\"n\":" + "9".repeat(1000) + "}"));
        assertEquals(
                "a number has more than 1000 digits",
                error("{\"n\":" + "9".repeat(1001) + "}").reason());
    }

    @Test
    void refusesOwnMembersThatAreNestedWithoutSense() {
        String deep = "[".repeat(2000) + "]".repeat(2000);
        assertEquals(
                CouchError.invalidDocument("Bad special document member: _revisions"),
                error("{\"_revisions\":{\"x\":" + deep + "}}"));
    }

    @Test
    void readsBulkDocs() {
        BulkDocs bulk = bulk(" {\"docs\": [ {\"_id\":\"a\"} , {\"n\":1}], \"w\":[{}], \"new_edits\": false } "
                .getBytes(StandardCharsets.UTF_8));
        assertEquals(2, bulk.documents().size());
        assertEquals(Optional.of("a"), bulk.documents().get(0).id());
        assertEquals(false, bulk.newEdits());
    }

    @Test
    void readsBulkDocsThroughAWindowAsFromMemory() {
        for (int padding = 0; padding < 40; padding++) {
            String text = "x".repeat(64 * 1024 - 60 + padding);
            String json = "{\"docs\":[{\"_id\":\"a\",\"t\":\"" + text
                    + "\",\"n\":-12.50e+10,\"s\":\"\\ud83d\\ude00\u00e9\ud83d\ude00\","
                    + "\"b\":[true,false,null]}, {\"m\":1}] , \"new_edits\" : false}";
            byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
            List<String> bodies = new ArrayList<>();
            boolean newEdits = BulkDocs.read(
                    new ByteArrayInputStream(bytes),
                    AttachmentIntake.DISCARDING,
                    LIMITS,
                    document -> bodies.add(new String(document.body(), StandardCharsets.UTF_8)));
            assertEquals(false, newEdits);
            assertEquals(
                    bulk(bytes).documents().stream()
                            .map(document -> new String(document.body(), StandardCharsets.UTF_8))
                            .toList(),
                    bodies,
                    "padding " + padding);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"foo\":1}|POST body must include `docs` parameter.",
                "{\"docs\":{\"a\":1}}|`docs` parameter must be an array.",
                "{\"docs\":[1]}|Document must be a JSON object",
                "{\"docs\":[],\"new_edits\":\"x\"}|`new_edits` parameter must be a boolean.",
                "{\"docs\":[|invalid UTF-8 JSON",
                "{\"docs\":[{\"_foo\":1}|invalid UTF-8 JSON",
                "{\"docs\":[{},]}|invalid UTF-8 JSON",
                "[]|Request body must be a JSON object"
            })
    void refusesBadBulkDocs(String json, String reason) {
        CouchException thrown = assertThrows(CouchException.class, () -> bulk(json.getBytes(StandardCharsets.UTF_8)));
        assertEquals(CouchError.badRequest(reason), thrown.error());
    }
}
