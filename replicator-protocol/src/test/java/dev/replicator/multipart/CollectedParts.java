package dev.replicator.multipart;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Keeps the parts it is given, and checks that the calls come in their order. */
public final class CollectedParts implements PartHandler {
    private final List<Part> parts = new ArrayList<>();
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private PartHeaders current = new PartHeaders(Map.of());
    private boolean open;

    /**
     * One part.
     *
     * @param text a character a byte
     */
    public record Part(PartHeaders headers, String text) {}

    /** The parts that came whole. */
    public List<Part> parts() {
        return parts;
    }

    /** What a body holds, its bytes the characters of a text. */
    public static List<Part> of(String boundary, String body) {
        CollectedParts collected = new CollectedParts();
        MultipartParser parser = new MultipartParser(boundary, MultipartLimits.ofParts(1000), collected);
        byte[] bytes = body.getBytes(StandardCharsets.ISO_8859_1);
        parser.take(bytes, 0, bytes.length);
        parser.end();
        return collected.parts();
    }

    @Override
    public void begin(PartHeaders headers) {
        assertFalse(open, "the part before has not ended");
        open = true;
        current = headers;
    }

    @Override
    public void data(byte[] array, int offset, int count) {
        assertTrue(open, "no part has begun");
        assertTrue(count > 0, "no bytes");
        bytes.write(array, offset, count);
    }

    @Override
    public void endPart() {
        assertTrue(open, "no part has begun");
        open = false;
        parts.add(new Part(current, bytes.toString(StandardCharsets.ISO_8859_1)));
        bytes.reset();
    }
}
