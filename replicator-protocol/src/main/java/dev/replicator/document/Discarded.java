package dev.replicator.document;

/** An attachment whose bytes nobody wants. */
enum Discarded implements AttachmentIntake.Incoming {
    INSTANCE;

    private static final Blob NOTHING = new Blob(0, new byte[16], 0, 0, Blob.Encoding.IDENTITY);

    @Override
    public void write(byte[] bytes, int offset, int count) {
        // Not wanted.
    }

    @Override
    public Blob finish(String contentType) {
        return NOTHING;
    }

    @Override
    public void close() {
        // Nothing was begun.
    }
}
