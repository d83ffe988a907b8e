package org.mococxr.local;

import static java.nio.file.StandardCopyOption.COPY_ATTRIBUTES;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mococxr.specs.BatchLog;
import org.mococxr.testkit.Ended;
import picocli.CommandLine;

/** {@code bin/mococxr}: one program to its user, however many jars stand behind it. */
class ToolIT {
  /** Long enough for every machine: a command takes a second here. */
  private static final Duration LIMIT = Duration.ofMinutes(3);

  private static final Path TOOL = Path.of("../../bin/mococxr").toAbsolutePath().normalize();

  /** Commands of the training pod's jar. */
  private static final List<String> OF_TRAINER =
      List.of(
          "audit",
          "completion",
          "dataset",
          "doctor",
          "embed",
          "encoder",
          "explain",
          "export",
          "finetune",
          "intervals",
          "pretrain",
          "report",
          "run",
          "select",
          "split",
          "test");

  private static Ended run(String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(TOOL.toString()));
    command.addAll(List.of(arguments));
    return Ended.of(new ProcessBuilder(command), LIMIT);
  }

  private static TreeSet<String> commands() {
    TreeSet<String> all = new TreeSet<>(OF_TRAINER);
    all.addAll(new CommandLine(Main.class).getSubcommands().keySet());
    return all;
  }

  @Test
  void oneHelpListsEveryCommand() throws Exception {
    Ended help = run("--help");
    assertEquals(0, help.code(), help.error());
    TreeSet<String> listed =
        Pattern.compile("^  ([a-z]+) {2,}\\S", Pattern.MULTILINE)
            .matcher(help.out())
            .results()
            .map(match -> match.group(1))
            .collect(Collectors.toCollection(TreeSet::new));
    assertEquals(commands(), listed);
  }

  @Test
  void aCommandThatDoesNotExistIsNamedWithOneThatDoes() throws Exception {
    Ended ended = run("experimnt");
    assertEquals(64, ended.code());
    assertTrue(
        ended.error().contains("there is no command 'experimnt'; did you mean experiment"),
        ended.error());
  }

  @Test
  void theCompletionIsAScriptThatKnowsEveryCommand() throws Exception {
    Ended script = run("completion", "bash");
    assertEquals(0, script.code(), script.error());
    Ended bash =
        Ended.of(
            new ProcessBuilder(
                "bash",
                "-c",
                "source /dev/stdin; COMP_WORDS=(mococxr ''); COMP_CWORD=1; _complete_mococxr;"
                    + " printf '%s\\n' \"${COMPREPLY[@]}\""),
            LIMIT,
            script.out());
    assertEquals(0, bash.code(), bash.error());
    List<String> offered = bash.out().lines().toList();
    assertTrue(offered.containsAll(commands()), offered.toString());
  }

  @Test
  void bothJarsHaveTheVersionOfTheBuild() throws Exception {
    String version =
        run("--version")
            .out()
            .lines()
            .filter(line -> line.startsWith("mococxr "))
            .findFirst()
            .orElseThrow();
    Ended services =
        Ended.of(
            new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-jar",
                "target/app/mococxr-local.jar",
                "--version"),
            LIMIT);
    assertEquals(version, services.out().strip());
  }

  /** As the image of the trainer does it: by a jar, which the tool does not use. */
  @Test
  void aPodsProgramStartsItselfAgainForSeveralRuns(@TempDir Path folder) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-XX:MaxRAMPercentage=5", "-jar", "quarkus-run.jar", "run"));
    command.addAll(List.of("--at-once", "2", "--ends", folder.resolve("ends").toString()));
    for (String run : List.of("one", "two")) {
      Path spec = folder.resolve(run + ".json");
      Files.writeString(
          spec,
          """
          {"experiment": "e", "run": "%s", "kind": "AUDIT", "output": "%s"}
          """
              .formatted(run, folder.resolve(run).toUri()));
      command.addAll(List.of("--spec", spec.toString()));
    }
    Ended ended =
        Ended.of(
            new ProcessBuilder(command)
                .directory(Path.of("../trainer/target/quarkus-app").toFile()),
            LIMIT);
    assertEquals(0, ended.code(), ended.error());
    for (String run : List.of("one", "two")) {
      String log = BatchLog.of(ended.error(), run, 1).orElseThrow();
      assertTrue(log.contains(run + ": failed (exit code 64): run " + run + ", inputs."), log);
    }
    String ends = Files.readString(folder.resolve("ends"));
    assertTrue(ends.matches("1 64 .*\n2 64 .*\n"), ends);
  }

  /** As after a build that was stopped, or by another JDK. */
  @Test
  void anArchiveOfClassesThatFitsNothingIsPassedOver(@TempDir Path home) throws Exception {
    Path trainer = Files.createDirectories(home.resolve("services/trainer/target"));
    Files.createSymbolicLink(
        trainer.resolve("quarkus-app"),
        Path.of("../trainer/target/quarkus-app").toAbsolutePath().normalize());
    Files.createDirectories(home.resolve("bin"));
    for (String script : List.of("mococxr", "find-jdk")) {
      Files.copy(TOOL.resolveSibling(script), home.resolve("bin").resolve(script), COPY_ATTRIBUTES);
    }
    List<String> command = List.of(home.resolve("bin/mococxr").toString(), "--version");
    Ended without = Ended.of(new ProcessBuilder(command), LIMIT);
    assertEquals(new Ended(0, run("--version").out(), ""), without);
    for (String content : List.of("", "no archive", "x".repeat(100_000))) {
      Files.writeString(trainer.resolve("mococxr.aot"), content);
      assertEquals(without, Ended.of(new ProcessBuilder(command), LIMIT));
    }
  }

  /** Of the Java that services are started with, nvidia-smi, Kafka's tools and kubectl. */
  private static final List<String> OF_OTHERS =
      List.of(
          "--enable-native-access",
          "--sun-misc-unsafe-memory-access",
          "--query-gpu",
          "--alter",
          "--partitions",
          "--subresource");

  /** Hidden options are no part of the completion. One is named by a text or by a constant. */
  private static final String HIDDEN =
      "names = \"--[a-z-]+\", hidden = true"
          + "|(?s)([A-Z_]+) = \"--[a-z-]+\";(?=.*names = \\1, hidden = true)";

  @Test
  void everyOptionAndCommandThatAMessageOrAHelpNamesExists() throws Exception {
    String completion = run("completion", "bash").out();
    Set<String> options = found("(?<![\\w-])--[a-z][a-z0-9]*(?:-[a-z0-9]+)*", completion);
    Set<String> missing = new TreeSet<>();
    for (Path source : sources()) {
      // A text that goes on over several lines is one text.
      String code = Files.readString(source).replaceAll("\"\\s*\\+\\s*\"", "");
      for (String hidden : found(HIDDEN, code)) {
        options.addAll(found("--[a-z-]+", hidden));
      }
      for (String text : found("\"(?:[^\"\\\\\n]|\\\\.)*\"", code)) {
        for (String option : found("(?<![\\w-])--[a-z][a-z0-9]*(?:-[a-z0-9]+)*(?!-)\\b", text)) {
          if (!options.contains(option) && !OF_OTHERS.contains(option)) {
            missing.add(source.getFileName() + ": " + option);
          }
        }
        for (String mention : found("\\bmococxr [a-z]+", text)) {
          if (!commands().contains(mention.substring("mococxr ".length()))) {
            missing.add(source.getFileName() + ": " + mention);
          }
        }
      }
    }
    assertEquals(Set.of(), missing);
  }

  private static Set<String> found(String pattern, String text) {
    return Pattern.compile(pattern)
        .matcher(text)
        .results()
        .map(MatchResult::group)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static List<Path> sources() throws IOException {
    List<Path> sources = new ArrayList<>();
    for (String modules : List.of("../../libs", "..")) {
      try (Stream<Path> files = Files.walk(Path.of(modules))) {
        files
            .filter(file -> file.toString().endsWith(".java"))
            .filter(file -> file.toString().contains("/src/main/"))
            .filter(file -> !file.toString().contains("/testkit/"))
            .forEach(sources::add);
      }
    }
    return sources;
  }
}
