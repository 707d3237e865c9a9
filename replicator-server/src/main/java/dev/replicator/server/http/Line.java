package dev.replicator.server.http;

/**
 * The line to the client of one exchange: its connection in HTTP/1.1, its stream in HTTP/2. Says when it breaks, and
 * breaks it. To be called on the connection's I/O thread where nothing else is said.
 */
sealed interface Line permits ConnectionWatch, Http2Stream {
    /** Whether the client can still be reached; from any thread. */
    boolean isOpen();

    /** Whether answers may be sent from the I/O thread alone. */
    boolean isForIoThreadOnly();

    /** Gives the client up; from any thread. In HTTP/2 the other streams of the connection go on. */
    void close();

    /** Whom to tell, once, from whatever thread closes the line; at once when it is closed already. From any thread. */
    void onClose(Runnable action);

    /** Tells nobody any more; from any thread. */
    void forget();

    /** Starts to look out for a client that goes away while nothing is read or written, where that takes looking. */
    void lookOut();

    /** Stops to look: the connection is about to carry its next request. */
    void stopLooking();
}
