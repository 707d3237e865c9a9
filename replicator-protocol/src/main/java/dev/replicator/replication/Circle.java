package dev.replicator.replication;

/**
 * Sees that points of a peer's changes come again, of any number and in constant memory: one point is remembered, ever
 * longer (R. P. Brent, "An improved Monte Carlo factorization algorithm", 1980).
 */
final class Circle {
    private PeerSequence remembered = PeerSequence.START;
    private long turns;
    private long until = 1;

    /** Whether this point was there before; surely said in the second turn of a circle, if not in the first. */
    boolean closes(PeerSequence point) {
        if (point.equals(remembered)) {
            return true;
        }
        if (++turns == until) {
            remembered = point;
            turns = 0;
            until *= 2;
        }
        return false;
    }
}
