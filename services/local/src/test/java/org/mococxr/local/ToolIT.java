package org.mococxr.local;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import picocli.CommandLine;

/** {@code bin/mococxr}: one program to its user, however many jars stand behind it. */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class ToolIT {
  private static final Path TOOL = Path.of("../../bin/mococxr").toAbsolutePath().normalize();

  /** Commands of the training pod's jar. */
  private static final List<String> OF_TRAINER =
      List.of(
          "completion",
          "dataset",
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

  private record Ended(int code, String out, String error) {}

  private static Ended run(String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(TOOL.toString()));
    command.addAll(List.of(arguments));
    Process process = new ProcessBuilder(command).start();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    String error = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Ended(process.waitFor(), out, error);
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
    Process bash =
        new ProcessBuilder(
                "bash",
                "-c",
                "source /dev/stdin; COMP_WORDS=(mococxr ''); COMP_CWORD=1; _complete_mococxr;"
                    + " printf '%s\\n' \"${COMPREPLY[@]}\"")
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try (var in = bash.getOutputStream()) {
      in.write(script.out().getBytes(StandardCharsets.UTF_8));
    }
    List<String> offered =
        new String(bash.getInputStream().readAllBytes(), StandardCharsets.UTF_8).lines().toList();
    assertEquals(0, bash.waitFor());
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
    Process services =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-jar",
                "target/app/mococxr-local.jar",
                "--version")
            .start();
    assertEquals(
        version,
        new String(services.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip());
  }
}
