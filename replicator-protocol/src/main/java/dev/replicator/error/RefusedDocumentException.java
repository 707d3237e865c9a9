package dev.replicator.error;

/**
 * One document may not be saved, well-formed as it is: in bulk calls the others are, and this is a row of the answer.
 */
public final class RefusedDocumentException extends CouchException {
    private static final long serialVersionUID = 1L;

    public RefusedDocumentException(CouchError error) {
        super(error);
    }
}
