package org.mococxr.local;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaCall;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * Holds the module table of docs/architecture.md on the compiled classes of every module. It lives
 * here because services/local is built last.
 */
class ModuleTableTest {
  private static final String ROOT = "org.mococxr.";

  /** Module → what it may use, besides foundation and what those may use in turn. */
  private static final Map<String, List<String>> TABLE = new LinkedHashMap<>();

  static {
    TABLE.put("foundation", List.of());
    TABLE.put("broker", List.of());
    TABLE.put("specs", List.of());
    TABLE.put("events", List.of("specs"));
    TABLE.put("messaging", List.of("events"));
    TABLE.put("artifacts", List.of());
    TABLE.put("imaging", List.of("specs"));
    TABLE.put("archive", List.of("imaging"));
    TABLE.put("datasets", List.of("specs", "imaging", "archive", "artifacts"));
    TABLE.put("evaluation", List.of("specs"));
    TABLE.put("learning", List.of("imaging", "datasets", "evaluation", "artifacts"));
    TABLE.put("splitter", List.of("messaging", "datasets"));
    TABLE.put("trainer", List.of("messaging", "learning"));
    TABLE.put("orchestrator", List.of("messaging", "artifacts"));
    TABLE.put("inference", List.of("messaging", "artifacts", "imaging", "archive", "evaluation"));
    TABLE.put("local", List.of("broker", "messaging"));
  }

  private static final String TESTKIT = ROOT + "testkit";

  private static JavaClasses classes;

  @BeforeAll
  static void readEveryModule() {
    List<Path> folders =
        TABLE.keySet().stream()
            .flatMap(module -> Stream.of("../../libs/" + module, "../" + module))
            .map(folder -> Path.of(folder, "target/classes"))
            .filter(Files::isDirectory)
            .toList();
    classes = new ClassFileImporter().importPaths(folders);
  }

  @Test
  void everyModuleHasBeenRead() {
    for (String module : TABLE.keySet()) {
      assertTrue(
          classes.stream().anyMatch(c -> c.getPackageName().startsWith(ROOT + module)),
          "no classes of " + module + " are built: run the whole build, mvn verify");
    }
  }

  @TestFactory
  Stream<DynamicTest> modulesUseOnlyWhatStandsAboveThemInTheTable() {
    return TABLE.keySet().stream()
        .map(
            module ->
                DynamicTest.dynamicTest(
                    module, () -> mayNotUse(module, forbidden(module)).check(classes)));
  }

  @TestFactory
  Stream<DynamicTest> packagesOfAModuleHaveNoCycles() {
    return TABLE.keySet().stream()
        .map(
            module ->
                DynamicTest.dynamicTest(
                    module,
                    () ->
                        slices()
                            .assignedFrom(packagesOf(module))
                            .should()
                            .beFreeOfCycles()
                            .because("a package can be read without those that stand above it")
                            .check(classes)));
  }

  @Test
  void benchmarksAndFixturesStayOutOfProduction() {
    noClasses()
        .should()
        .resideInAnyPackage("..bench..", "..testing..")
        .because("benchmarks live in bench/, fixtures in libs/testkit and src/test")
        .check(classes);
  }

  @Test
  void testsHelpersStayInTests() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(TESTKIT + "..", "org.junit..", "org.opentest4j..", "org.awaitility..")
        .because("nothing that tests use belongs to what is shipped")
        .check(classes);
  }

  @Test
  void theTestkitUsesTheBrokerAndFoundationOnly() {
    mayNotUse("testkit", forbidden("broker"))
        .allowEmptyShould(false)
        .check(new ClassFileImporter().importPath("../../libs/testkit/target/classes"));
  }

  @Test
  void servicesMeetOnKafkaAndInTheArtefactStoreOnly() {
    List<String> services = List.of("splitter", "trainer", "orchestrator", "inference", "local");
    for (String service : services) {
      Set<String> others = new TreeSet<>(services);
      others.remove(service);
      mayNotUse(service, others).check(classes);
    }
  }

  @Test
  void tensorsStayInLearning() {
    only(
            "the engine can be replaced, and its threads and memory have one owner",
            "ai.djl",
            "learning")
        .check(classes);
  }

  @Test
  void messagesStayInServices() {
    only(
            "a library that sends messages cannot be used by hand or in a test without a broker",
            "org.apache.kafka",
            "broker",
            "messaging",
            "splitter",
            "trainer",
            "orchestrator",
            "inference",
            "local")
        .check(classes);
  }

  @Test
  void clustersAreTheOrchestratorsConcern() {
    only(
            "everything else runs the same on a laptop and on a cluster",
            "io.fabric8.kubernetes",
            "orchestrator")
        .check(classes);
  }

  @Test
  void frameworksStayInServices() {
    only(
            "libraries are plain Java: constructors, no container",
            "io.quarkus",
            "splitter",
            "trainer",
            "orchestrator",
            "inference")
        .check(classes);
    only(
            "libraries are plain Java: constructors, no container",
            "jakarta",
            "splitter",
            "trainer",
            "orchestrator",
            "inference")
        .check(classes);
  }

  @Test
  void productionJarsHoldNoBenchmarksAndNoTests() {
    noClasses()
        .should()
        .resideInAnyPackage("..bench..", "..testing..", "..testkit..")
        .orShould()
        .dependOnClassesThat()
        .resideInAnyPackage("org.openjdk.jmh..", "org.junit..")
        .because("what is not part of the product is in bench/ or among the tests")
        .check(classes);
  }

  @Test
  void jsonHasOneMapper() {
    noClasses()
        .that()
        .resideOutsideOfPackage(ROOT + "foundation")
        .should()
        .callConstructorWhere(mapperIsMade())
        .orShould()
        .callMethodWhere(mapperIsMade())
        .because("all JSON and YAML is read and written alike: derive another from Json.MAPPER")
        .check(classes);
  }

  private static DescribedPredicate<JavaCall<?>> mapperIsMade() {
    return DescribedPredicate.describe(
        "a mapper is made from nothing",
        call ->
            call.getTargetOwner().isAssignableTo("com.fasterxml.jackson.databind.ObjectMapper")
                && Set.of("<init>", "builder").contains(call.getTarget().getName()));
  }

  @Test
  void chanceComesFromSeededStreamsOnly() {
    // Retry draws how long it waits, and nothing else.
    noClasses()
        .that()
        .doNotHaveFullyQualifiedName("org.mococxr.artifacts.Retry")
        .should()
        .dependOnClassesThat()
        .haveFullyQualifiedName("java.util.Random")
        .orShould()
        .dependOnClassesThat()
        .haveFullyQualifiedName("java.util.concurrent.ThreadLocalRandom")
        .orShould()
        .dependOnClassesThat()
        .haveFullyQualifiedName("java.util.SplittableRandom")
        .orShould()
        .callMethod(Math.class, "random")
        .because("a resumed or differently parallel run must see the same numbers: RandomStream")
        .check(classes);
  }

  private static SliceAssignment packagesOf(String module) {
    return new SliceAssignment() {
      @Override
      public SliceIdentifier getIdentifierOf(JavaClass javaClass) {
        String name = javaClass.getPackageName();
        boolean inside = name.equals(ROOT + module) || name.startsWith(ROOT + module + ".");
        return inside ? SliceIdentifier.of(name) : SliceIdentifier.ignore();
      }

      @Override
      public String getDescription() {
        return "packages of " + module;
      }
    };
  }

  private static Set<String> forbidden(String module) {
    Set<String> forbidden = new TreeSet<>(TABLE.keySet());
    forbidden.removeAll(allowed(module));
    return forbidden;
  }

  private static Set<String> allowed(String module) {
    Set<String> allowed = new TreeSet<>(List.of(module, "foundation"));
    TABLE.get(module).forEach(below -> allowed.addAll(allowed(below)));
    return allowed;
  }

  private static ArchRule mayNotUse(String module, Set<String> others) {
    String[] packages = others.stream().map(other -> ROOT + other + "..").toArray(String[]::new);
    return noClasses()
        .that()
        .resideInAPackage(ROOT + module + "..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(packages)
        .because("arrows point down the module table only, and no service imports another")
        .allowEmptyShould(true);
  }

  private static ArchRule only(String reason, String library, String... modules) {
    String[] packages =
        Stream.of(modules).map(module -> ROOT + module + "..").toArray(String[]::new);
    DescribedPredicate<JavaClass> ofTheLibrary =
        JavaClass.Predicates.resideInAPackage(library + "..");
    return noClasses()
        .that()
        .resideOutsideOfPackages(packages)
        .should()
        .dependOnClassesThat(ofTheLibrary)
        .because(reason);
  }
}
