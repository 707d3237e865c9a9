package dev.replicator.server;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** What the packages of the server may know of each other. */
@AnalyzeClasses(packages = "dev.replicator.server", importOptions = ImportOption.DoNotIncludeTests.class)
class PackagesTest {
    @ArchTest
    static final ArchRule UNDERTOW_STAYS_WITHIN_HTTP = noClasses()
            .that()
            .resideOutsideOfPackage("..server.http..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.undertow..", "org.xnio..");

    @ArchTest
    static final ArchRule ONLY_THE_COMMAND_LINE_KNOWS_THE_ENGINE = noClasses()
            .that()
            .resideOutsideOfPackage("..server.cli..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("dev.replicator.rocksdb..");

    @ArchTest
    static final ArchRule HTTP_KNOWS_NO_ENDPOINTS = noClasses()
            .that()
            .resideInAPackage("..server.http..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("..server.endpoint..", "..server.config..", "..server.cli..");

    @ArchTest
    static final ArchRule ACCESS_AND_CONFIGURATION_KNOW_NO_OTHERS = noClasses()
            .that()
            .resideInAnyPackage("..server.access..", "..server.config..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("..server.http..", "..server.endpoint..", "..server.cli..");

    @ArchTest
    static final ArchRule METRICS_KNOW_NOBODY_WHO_COUNTS = noClasses()
            .that()
            .resideInAPackage("..server.metrics..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "..server.http..",
                    "..server.endpoint..",
                    "..server.access..",
                    "..server.config..",
                    "..server.cli..");

    /** But for the one that shows the configuration itself. */
    @ArchTest
    static final ArchRule ENDPOINTS_ARE_GIVEN_WHAT_THEY_NEED = noClasses()
            .that()
            .resideInAPackage("..server.endpoint..")
            .and()
            .doNotHaveSimpleName("ConfigEndpoint")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("..server.config..", "..server.cli..");
}
