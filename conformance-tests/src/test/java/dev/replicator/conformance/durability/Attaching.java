package dev.replicator.conformance.durability;

/** How an edit comes by the attachment that its leaf has. */
enum Attaching {
    /** It has none. */
    NONE,
    /** The former leaf's stays. */
    STUB,
    /** Its bytes stand in the document, in Base64. */
    INLINE,
    /** Its bytes follow the document in a multipart body. */
    FOLLOWING
}
