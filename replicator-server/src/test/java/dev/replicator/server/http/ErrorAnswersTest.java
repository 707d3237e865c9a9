package dev.replicator.server.http;

import static org.junit.jupiter.api.Assertions.assertEquals;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import dev.replicator.error.CouchError;
import dev.replicator.store.StoreException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.slf4j.LoggerFactory;

/** What the log says, by name, of requests that were not served. */
class ErrorAnswersTest {
    private final Logger logger = (Logger) LoggerFactory.getLogger(ErrorAnswers.class);
    private final List<ILoggingEvent> logged = new ArrayList<>();
    private final AppenderBase<ILoggingEvent> listener = new AppenderBase<>() {
        @Override
        protected void append(ILoggingEvent event) {
            logged.add(event);
        }
    };

    @BeforeEach
    void listen() {
        listener.start();
        logger.addAppender(listener);
        logger.setAdditive(false);
    }

    @AfterEach
    void stopListening() {
        logger.detachAppender(listener);
        logger.setAdditive(true);
    }

    static Stream<Exception> problems() {
        return Stream.of(
                new StoreException.NoRoom("full", null),
                new StoreException.Unavailable("away", null),
                new StoreException.Corrupt("damaged", new IllegalStateException("a flipped bit")),
                new IOException("No space left on device"),
                new IOException("Read-only file system"),
                new IllegalStateException("a fault of ours"));
    }

    @ParameterizedTest
    @MethodSource("problems")
    void theRequestAndItsUserAreNamed(Exception problem) {
        ErrorAnswers.of(problem, "r1", Optional.of("jan"));
        ErrorAnswers.of(problem, "r2", Optional.empty());
        assertEquals(
                List.of("[request=\"r1\", user=\"jan\"]", "[request=\"r2\"]"),
                logged.stream().map(line -> line.getKeyValuePairs().toString()).toList());
    }

    @Test
    void whatTheRequestIsAtFaultForIsNotLogged() {
        ErrorAnswers.of(CouchError.notFound("missing").asException(), "r1", Optional.of("jan"));
        assertEquals(List.of(), logged);
    }
}
