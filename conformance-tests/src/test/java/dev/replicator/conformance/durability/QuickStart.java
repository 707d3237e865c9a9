package dev.replicator.conformance.durability;

import java.nio.file.Path;
import java.util.Map;

/** Servers that are started often, on a disk that goes away under them. */
final class QuickStart {
    private QuickStart() {}

    /**
     * The environment of a server whose JVM starts with little work, and leaves no files in this checkout when the disk
     * under its libraries is gone; passwords are hashed quickly.
     *
     * @param folder for what such a JVM has to say
     */
    static Map<String, String> environment(Path folder) {
        return Map.of(
                "REPLICATOR_JAVA_OPTS",
                "-Xmx128m -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -XX:-CreateCoredumpOnCrash -XX:ErrorFile="
                        + folder.resolve("jvm.log"),
                "REPLICATOR_CHTTPD_AUTH_ITERATIONS",
                "1");
    }
}
