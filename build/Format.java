import com.palantir.javaformat.java.Formatter;
import com.palantir.javaformat.java.ImportOrderer;
import com.palantir.javaformat.java.JavaFormatterOptions;
import com.palantir.javaformat.java.RemoveUnusedImports;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Checks that every Java file of the project is formatted ({@code check}), or formats it ({@code apply}).
 *
 * <p>Run by the build; {@code mvn -N validate -Dformat=apply} formats in place.
 */
final class Format {
    public static void main(String[] args) throws Exception {
        boolean apply = args[0].equals("apply");
        Formatter formatter = Formatter.createFormatter(JavaFormatterOptions.builder()
                .style(JavaFormatterOptions.Style.PALANTIR)
                .formatJavadoc(true)
                .build());
        boolean clean = true;
        for (Path file : sources()) {
            String source = Files.readString(file);
            String formatted = formatter.formatSource(ImportOrderer.reorderImports(
                    RemoveUnusedImports.removeUnusedImports(source), JavaFormatterOptions.Style.PALANTIR));
            if (source.equals(formatted)) {
                continue;
            }
            if (apply) {
                Files.writeString(file, formatted);
            } else {
                System.err.println("not formatted: " + file);
                clean = false;
            }
        }
        if (!clean) {
            System.err.println("run: mvn -N validate -Dformat=apply");
            System.exit(1);
        }
    }

    private static List<Path> sources() throws IOException {
        try (var walk = Files.walk(Path.of(""))) {
            return walk.filter(file -> file.toString().endsWith(".java"))
                    .filter(file -> !file.toString().contains("target/")
                            && !file.toString().contains("node_modules/"))
                    .sorted()
                    .toList();
        }
    }
}
