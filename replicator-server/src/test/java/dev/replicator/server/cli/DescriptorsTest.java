package dev.replicator.server.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.replicator.server.config.Keys;
import dev.replicator.server.config.LimitKeys;
import dev.replicator.server.config.Settings;
import java.nio.file.Path;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DescriptorsTest {
    @ParameterizedTest
    @CsvSource({
        "20000, 1048576, 20000",
        "20000,    4096,  3072",
        "    0,    4096,  3072",
        " 3000,    4096,  3000",
        "20000,     256,    64",
        "   10,     256,    10",
    })
    void connectionsLeaveTheStoreItsFiles(long wanted, long limit, long taken) {
        assertEquals(taken, new Descriptors(OptionalLong.of(limit)).connections(OptionalLong.of(wanted)));
    }

    @Test
    void whereNoLimitIsToldTheSettingCounts() {
        assertEquals(0, new Descriptors(OptionalLong.empty()).connections(OptionalLong.of(0)));
        assertEquals(20_000, new Descriptors(OptionalLong.empty()).connections(OptionalLong.empty()));
    }

    @Test
    void thisProcessIsToldItsLimit() {
        assertTrue(Descriptors.ofProcess().limit().orElseThrow() > 0);
    }

    @Test
    void theLimitOfConnectionsIsHeldToThem(@TempDir Path folder) throws Exception {
        Settings settings = new Settings.Builder()
                .set("", Keys.DATABASE_DIR, folder.toString())
                .build();
        ConfiguredGuards guards = new ConfiguredGuards(settings, new Descriptors(OptionalLong.of(4096)));
        assertEquals(3072, guards.get().clients().connections());
        settings.put("limits", "max_connections", "100", false);
        assertEquals(100, guards.get().clients().connections());
        settings.put("limits", "max_connections", "0", false);
        assertEquals(3072, guards.get().clients().connections());
        assertEquals(
                Long.parseLong(LimitKeys.ADDRESS_CONNECTIONS.standard()),
                guards.get().clients().addressConnections());
    }
}
