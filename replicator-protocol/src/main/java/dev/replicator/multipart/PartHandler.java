package dev.replicator.multipart;

/**
 * Takes the parts of a multipart body from a {@link MultipartParser}: for each, {@link #begin}, {@link #data} as often
 * as its bytes come, {@link #endPart}. What it throws comes out of {@link MultipartParser#take}.
 *
 * <p>A part may be a multipart body itself, as its {@link PartHeaders#contentType} says: its bytes are then taken by a
 * further parser, ended in {@link #endPart}.
 */
public interface PartHandler {
    void begin(PartHeaders headers);

    /**
     * Takes the next bytes of the part.
     *
     * @param bytes not to be changed or kept: it is the array that the parser was given, or one of its own
     * @param count at least 1
     */
    void data(byte[] bytes, int offset, int count);

    /** The part is whole. */
    void endPart();
}
