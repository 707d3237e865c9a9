package dev.replicator.server.endpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.replicator.changes.ChangesQuery;
import dev.replicator.error.CouchException;
import dev.replicator.server.access.Caller;
import dev.replicator.server.http.Headers;
import dev.replicator.server.http.Query;
import dev.replicator.server.http.Request;
import dev.replicator.server.http.RequestBody;
import dev.replicator.server.http.Target;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The parameters of {@code _changes} whose values no test can wait for. */
class ChangesParametersTest {
    private static ChangesQuery read(String query) {
        return ChangesParameters.of(new Request(
                "id",
                "GET",
                "/db/_changes",
                new Target.DatabasePart("db", "_changes", List.of()),
                Query.of(query),
                Headers.none(),
                RequestBody.of(new byte[0]),
                Caller.anonymous(),
                true,
                "127.0.0.1",
                Optional.empty(),
                "http://localhost",
                "HTTP/1.1"));
    }

    @ParameterizedTest
    @CsvSource({"true,60000", "1,1", "60000,60000", "60001,60000", "9223372036854775807,60000"})
    void heartbeatsComeOnceAMinuteAtLeast(String heartbeat, long millis) {
        assertEquals(OptionalLong.of(millis), read("heartbeat=" + heartbeat).heartbeat());
    }

    @Test
    void withoutHeartbeatsAFeedTimesOut() {
        assertEquals(OptionalLong.empty(), read("").heartbeat());
        assertEquals(OptionalLong.empty(), read("heartbeat=false").heartbeat());
        assertEquals(60_000, read("").timeout());
    }

    @ParameterizedTest
    @CsvSource({"0,0", "-1,0", "59999,59999", "60001,60000", "9223372036854775807,60000"})
    void aTimeoutIsAMinuteAtMost(String timeout, long millis) {
        assertEquals(millis, read("timeout=" + timeout).timeout());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "heartbeat=0",
                "heartbeat=-1",
                "heartbeat=x",
                "heartbeat=",
                "heartbeat=9223372036854775808",
                "timeout=x"
            })
    void whatIsNoTimeIsRefused(String query) {
        assertEquals(
                400,
                assertThrows(CouchException.class, () -> read(query)).error().status());
    }
}
