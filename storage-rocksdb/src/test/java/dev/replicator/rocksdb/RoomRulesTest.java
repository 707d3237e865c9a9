package dev.replicator.rocksdb;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

final class RoomRulesTest {
    @Test
    void whatIsReservedStaysFree() {
        RoomRules rules = new RoomRules(1000, 100);
        assertTrue(rules.allow(1000, 1_000_000));
        assertFalse(rules.allow(999, 1_000_000));
    }

    @Test
    void aPercentageOfTheDiskMayBeUsed() {
        RoomRules rules = new RoomRules(0, 90);
        assertTrue(rules.allow(10, 100));
        assertFalse(rules.allow(9, 100));
        assertTrue(new RoomRules(0, 100).allow(0, 100));
        assertFalse(new RoomRules(0, 0).allow(99, 100));
    }

    @Test
    void aDiskOfAnySizeIsCounted() {
        assertTrue(new RoomRules(0, 90).allow(Long.MAX_VALUE / 2, Long.MAX_VALUE / 2 + 1));
        assertThrows(IllegalArgumentException.class, () -> new RoomRules(0, 101));
    }
}
