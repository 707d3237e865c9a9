package dev.replicator.document;

/** How deep JSON is nested. */
public final class JsonDepth {
    private JsonDepth() {}

    /**
     * Whether objects and arrays stand within each other deeper than so many.
     *
     * @param json well-formed, as a document's body is kept
     */
    public static boolean exceeds(byte[] json, int most) {
        int depth = 0;
        boolean inString = false;
        for (int i = 0; i < json.length; i++) {
            byte b = json[i];
            if (inString) {
                if (b == '\\') {
                    i++;
                } else if (b == '"') {
                    inString = false;
                }
                continue;
            }
            switch (b) {
                case '"' -> inString = true;
                case '{', '[' -> {
                    if (++depth > most) {
                        return true;
                    }
                }
                case '}', ']' -> depth--;
                default -> {}
            }
        }
        return false;
    }
}
