package dev.replicator.replication;

import dev.replicator.document.JsonBuffer;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/**
 * How far replications of one id have come, as both peers keep it in a local document of that id: CouchDB's form.
 *
 * @param sessions the runs, the last first, at least one
 */
public record Checkpoint(List<Session> sessions) {
    /** CouchDB keeps as many. */
    static final int MOST_SESSIONS = 50;

    private static final int ID_VERSION = 4;
    private static final JsonFactory JSON = new JsonFactory();

    public Checkpoint {
        sessions = List.copyOf(sessions);
    }

    /** The last run. */
    public Session last() {
        return sessions.getFirst();
    }

    /** This run in front of those before, in place of what it recorded itself earlier. */
    static Checkpoint of(Session session, List<Session> before) {
        List<Session> sessions = new ArrayList<>();
        sessions.add(session);
        before.stream()
                .filter(earlier -> !earlier.id().equals(session.id()))
                .limit(MOST_SESSIONS - 1)
                .forEach(sessions::add);
        return new Checkpoint(sessions);
    }

    /**
     * The point that both peers know: the last run that both recorded, as it stands on the peer where it got less far.
     * That is what is certainly on the target, whichever of the two was set back to an older state.
     *
     * <p>What was recorded of a database that is there no more, and slipped into one made anew under its name, is
     * passed over.
     */
    static Optional<Session> common(
            Optional<Checkpoint> source, Optional<Checkpoint> target, PeerInfo sourceNow, PeerInfo targetNow) {
        if (source.isEmpty() || target.isEmpty()) {
            return Optional.empty();
        }
        for (Session there : source.get().sessions()) {
            for (Session here : target.get().sessions()) {
                if (there.id().equals(here.id()) && isOf(here, sourceNow, targetNow)) {
                    boolean sourceIsBehind = there.statistics().missingChecked()
                            < here.statistics().missingChecked();
                    return Optional.of(sourceIsBehind ? there : here);
                }
            }
        }
        return Optional.empty();
    }

    /** What other replicators recorded says nothing about that. */
    private static boolean isOf(Session session, PeerInfo sourceNow, PeerInfo targetNow) {
        return (session.sourceInstance().isEmpty() || session.sourceInstance().equals(sourceNow.instanceStartTime()))
                && (session.targetInstance().isEmpty()
                        || session.targetInstance().equals(targetNow.instanceStartTime()));
    }

    /** The local document, without its id and revision. */
    public byte[] toJson() {
        JsonBuffer out = new JsonBuffer();
        out.raw('{');
        writeMembers(out);
        return out.raw('}').toByteArray();
    }

    /** Writes the members, as they also stand in the answer to {@code _replicate}. */
    public void writeMembers(JsonBuffer out) {
        out.raw("\"session_id\":").string(last().id());
        out.raw(",\"source_last_seq\":").raw(last().recorded().json());
        out.raw(",\"replication_id_version\":").number(ID_VERSION).raw(",\"history\":[");
        for (int i = 0; i < sessions.size(); i++) {
            out.raw(i > 0 ? "," : "");
            write(out, sessions.get(i));
        }
        out.raw(']');
    }

    private static void write(JsonBuffer out, Session session) {
        Statistics statistics = session.statistics();
        out.raw("{\"session_id\":").string(session.id());
        out.raw(",\"start_time\":").string(session.startTime());
        out.raw(",\"end_time\":").string(session.endTime());
        out.raw(",\"start_last_seq\":").raw(session.startLast().json());
        out.raw(",\"end_last_seq\":").raw(session.recorded().json());
        out.raw(",\"recorded_seq\":").raw(session.recorded().json());
        out.raw(",\"missing_checked\":").number(statistics.missingChecked());
        out.raw(",\"missing_found\":").number(statistics.missingFound());
        out.raw(",\"docs_read\":").number(statistics.docsRead());
        out.raw(",\"docs_written\":").number(statistics.docsWritten());
        out.raw(",\"doc_write_failures\":").number(statistics.docWriteFailures());
        out.raw(",\"bulk_get_docs\":").number(statistics.bulkGetDocs());
        out.raw(",\"bulk_get_attempts\":").number(statistics.bulkGetAttempts());
        out.raw(",\"source_instance\":").string(session.sourceInstance());
        out.raw(",\"target_instance\":").string(session.targetInstance());
        out.raw('}');
    }

    /**
     * Reads a local document. What is no checkpoint, such as one that somebody overwrote, is as if it were not there.
     */
    static Optional<Checkpoint> parse(byte[] json) {
        try (JsonParser parser = JSON.createParser(ObjectReadContext.empty(), json)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                return Optional.empty();
            }
            List<Session> sessions = new ArrayList<>();
            while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
                boolean history = parser.currentName().equals("history");
                if (parser.nextToken() == JsonToken.START_ARRAY && history) {
                    while (parser.nextToken() == JsonToken.START_OBJECT) {
                        session(parser).ifPresent(sessions::add);
                    }
                } else {
                    parser.skipChildren();
                }
            }
            return sessions.isEmpty() ? Optional.empty() : Optional.of(new Checkpoint(sessions));
        } catch (JacksonException e) {
            return Optional.empty();
        }
    }

    private static Optional<Session> session(JsonParser parser) {
        String id = "";
        String startTime = "";
        String endTime = "";
        PeerSequence startLast = PeerSequence.START;
        Optional<PeerSequence> recorded = Optional.empty();
        long checked = 0;
        long found = 0;
        long read = 0;
        long written = 0;
        long failures = 0;
        long bulkAttempts = 0;
        long bulkDocs = 0;
        String sourceInstance = "";
        String targetInstance = "";
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
            String name = parser.currentName();
            parser.nextToken();
            switch (name) {
                case "session_id" -> id = parser.getValueAsString("");
                case "start_time" -> startTime = parser.getValueAsString("");
                case "end_time" -> endTime = parser.getValueAsString("");
                case "start_last_seq" -> startLast = sequence(parser);
                case "recorded_seq" -> recorded = Optional.of(sequence(parser)).filter(PeerSequence::isPoint);
                case "missing_checked" -> checked = parser.getValueAsLong();
                case "missing_found" -> found = parser.getValueAsLong();
                case "docs_read" -> read = parser.getValueAsLong();
                case "docs_written" -> written = parser.getValueAsLong();
                case "doc_write_failures" -> failures = parser.getValueAsLong();
                case "bulk_get_attempts" -> bulkAttempts = parser.getValueAsLong();
                case "bulk_get_docs" -> bulkDocs = parser.getValueAsLong();
                case "source_instance" -> sourceInstance = parser.getValueAsString("");
                case "target_instance" -> targetInstance = parser.getValueAsString("");
                default -> parser.skipChildren();
            }
        }
        if (id.isEmpty() || recorded.isEmpty()) {
            return Optional.empty();
        }
        Statistics statistics = new Statistics(checked, found, read, written, failures, 0, bulkAttempts, bulkDocs, 0);
        return Optional.of(new Session(
                id, startTime, endTime, startLast, recorded.get(), statistics, sourceInstance, targetInstance));
    }

    private static PeerSequence sequence(JsonParser parser) {
        StringWriter json = new StringWriter();
        try (JsonGenerator generator = JSON.createGenerator(ObjectWriteContext.empty(), json)) {
            generator.copyCurrentStructure(parser);
        }
        return new PeerSequence(json.toString());
    }
}
