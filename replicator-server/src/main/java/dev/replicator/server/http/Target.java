package dev.replicator.server.http;

import dev.replicator.error.CouchError;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What a request's path names. The parts are decoded; that they name anything there is, or may be named so, is for the
 * endpoints to say.
 */
public sealed interface Target {
    /** {@code /} */
    record Root() implements Target {}

    /**
     * {@code /_name/…}: the server's own.
     *
     * @param name with its underscore
     * @param rest the segments after it
     */
    record Server(String name, List<String> rest) implements Target {}

    /** {@code /database} */
    record Database(String database) implements Target {}

    /**
     * {@code /database/_name/…}: a database's own.
     *
     * @param name with its underscore
     * @param rest the segments after it
     */
    record DatabasePart(String database, String name, List<String> rest) implements Target {}

    /**
     * {@code /database/id}, {@code /database/_design/name}, {@code /database/_local/name}.
     *
     * @param id with its {@code _design/} or {@code _local/}
     */
    record Document(String database, String id) implements Target {}

    /**
     * A document's path with more segments.
     *
     * @param name the further segments, joined by slashes: names of attachments bear them raw
     */
    record Attachment(String database, String id, String name) implements Target {}

    /** What kind of path it is, without the names that clients give: {@code /{db}/_all_docs}. */
    default String kind() {
        return switch (this) {
            case Root _ -> "/";
            case Server at -> "/" + at.name();
            case Database _ -> "/{db}";
            case DatabasePart at -> "/{db}/" + at.name();
            case Document at when at.id().startsWith("_design/") -> "/{db}/_design/{id}";
            case Document at when at.id().startsWith("_local/") -> "/{db}/_local/{id}";
            case Document _ -> "/{db}/{id}";
            case Attachment _ -> "/{db}/{id}/{attachment}";
        };
    }

    /** The database named, or an exception where the path names none: for endpoints that stand within one. */
    default String inDatabase() {
        return switch (this) {
            case Database at -> at.database();
            case DatabasePart at -> at.database();
            case Document at -> at.database();
            case Attachment at -> at.database();
            case Root _, Server _ -> throw new IllegalStateException("no database in " + this);
        };
    }

    /**
     * Reads a path.
     *
     * @param rawPath as it stands in the request, from its first slash on, without the query; empty segments and a
     *     slash at the end do not count, as in CouchDB
     * @param plusIsSpace whether a {@code +} in it means a space
     * @param names tells which names with an underscore the server and its databases have
     * @throws dev.replicator.error.CouchException 400 for a part that is not UTF-8 or ill-formed
     */
    static Target of(String rawPath, boolean plusIsSpace, Names names) {
        List<byte[]> segments = List.of(rawPath.split("/")).stream()
                .filter(segment -> !segment.isEmpty())
                .map(segment -> PercentCoding.decode(segment, plusIsSpace))
                .toList();
        if (segments.isEmpty()) {
            return new Root();
        }
        String first = PercentCoding.text(segments.getFirst())
                .orElseThrow(() ->
                        new CouchError(400, "illegal_database_name", "The name must be valid UTF-8.").asException());
        if (names.ofServer(first)) {
            return new Server(first, texts(segments.subList(1, segments.size())));
        }
        return segments.size() == 1 ? new Database(first) : within(first, segments.subList(1, segments.size()), names);
    }

    private static Target within(String database, List<byte[]> segments, Names names) {
        String id = PercentCoding.text(segments.getFirst())
                .orElseThrow(() -> CouchError.illegalDocumentId("Document id must be valid UTF-8")
                        .asException());
        int used = 1;
        if ((id.equals("_design") || id.equals("_local")) && segments.size() > 1) {
            id += "/"
                    + PercentCoding.text(segments.get(1))
                            .orElseThrow(() -> CouchError.illegalDocumentId("Document id must be valid UTF-8")
                                    .asException());
            used = 2;
        }
        List<byte[]> rest = segments.subList(used, segments.size());
        if (used == 1 && names.ofDatabase(id)) {
            return new DatabasePart(database, id, texts(rest));
        }
        return rest.isEmpty() ? new Document(database, id) : new Attachment(database, id, attachmentName(rest));
    }

    private static String attachmentName(List<byte[]> segments) {
        return segments.stream()
                .map(segment -> PercentCoding.text(segment)
                        .orElseThrow(() -> CouchError.badRequest("Attachment name is not UTF-8 encoded")
                                .asException()))
                .collect(Collectors.joining("/"));
    }

    private static List<String> texts(List<byte[]> segments) {
        return segments.stream()
                .map(segment -> PercentCoding.text(segment)
                        .orElseThrow(() -> CouchError.badRequest("The path must be valid UTF-8.")
                                .asException()))
                .toList();
    }

    /**
     * The names with an underscore that lead to endpoints of their own; every other is the name of a database or
     * document.
     */
    interface Names {
        boolean ofServer(String name);

        boolean ofDatabase(String name);
    }
}
