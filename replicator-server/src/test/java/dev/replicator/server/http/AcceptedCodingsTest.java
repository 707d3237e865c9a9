package dev.replicator.server.http;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AcceptedCodingsTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "gzip | true",
                "GZip | true",
                "deflate, gzip, br | true",
                "gzip;q=0.5 | true",
                "gzip ; q = 0.001 | true",
                "* | true",
                "*;q=0.1, br | true",
                "gzip, identity | true",
                "gzip;q=0.5, identity;q=0.2 | true",
                "gzip;q=x | true",
                "gzip;q=0 | false",
                "gzip;q=0.000 | false",
                "gzip;q=0, * | false",
                "*;q=0 | false",
                "identity | false",
                "identity;q=1, *;q=0 | false",
                "gzip;q=0.2, identity;q=0.5 | false",
                "deflate, br | false",
                "gzipped | false",
                "'' | false",
            })
    void isReadFromTheHeader(String header, boolean expected) {
        assertEquals(expected, AcceptedCodings.takeGzip(Headers.of("Accept-Encoding", header)));
    }

    @Test
    void isNotTakenByWhoSaysNothing() {
        assertEquals(false, AcceptedCodings.takeGzip(Headers.none()));
    }
}
