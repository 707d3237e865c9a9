package dev.replicator.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** Which way the packages of the protocol may look, and what the pure ones may not touch. */
@AnalyzeClasses(packages = "dev.replicator", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
    private static final String[] PURE = {
        "dev.replicator.revision..",
        "dev.replicator.document..",
        "dev.replicator.changes..",
        "dev.replicator.multipart..",
        "dev.replicator.selector.."
    };

    @ArchTest
    static final ArchRule pureRulesDoNoInputOrOutput = noClasses()
            .that()
            .resideInAnyPackage(PURE)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "java.nio.file..", "java.nio.channels..", "java.net..", "java.util.concurrent..", "org.slf4j..");

    @ArchTest
    static final ArchRule pureRulesReadNoClock = noClasses()
            .that()
            .resideInAnyPackage(PURE)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("java.time..")
            .orShould()
            .callMethod(System.class, "currentTimeMillis")
            .orShould()
            .callMethod(System.class, "nanoTime")
            .orShould()
            .dependOnClassesThat()
            .areAssignableTo(Thread.class);

    @ArchTest
    static final ArchRule pureRulesKnowNoStorage = noClasses()
            .that()
            .resideInAnyPackage(PURE)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("dev.replicator.store..", "dev.replicator.local..");

    @ArchTest
    static final ArchRule revisionsKnowOnlyErrors = classes()
            .that()
            .resideInAPackage("dev.replicator.revision..")
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage("java..", "dev.replicator.revision..", "dev.replicator.error..");

    @ArchTest
    static final ArchRule storageInterfaceKnowsNoOperations = noClasses()
            .that()
            .resideInAPackage("dev.replicator.store..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("dev.replicator.local..", "dev.replicator.changes..", "dev.replicator.selector..");

    @ArchTest
    static final ArchRule protocolKnowsNoServerAndNoEngine = noClasses()
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "io.undertow..", "org.rocksdb..", "dev.replicator.rocksdb..", "dev.replicator.server..");
}
