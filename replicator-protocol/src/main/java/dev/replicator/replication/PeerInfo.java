package dev.replicator.replication;

/**
 * What is known of a peer's database.
 *
 * @param instanceStartTime when it was made, as the peer says: differs from that of a former one of the same name;
 *     {@code 0} from servers that do not say
 */
public record PeerInfo(String instanceStartTime) {}
