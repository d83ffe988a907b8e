package org.mococxr.trainer.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.mococxr.specs.RunKind;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

/** Of the tool's commands only those are described that a command line asks for. */
class ToolTest {
  /** A command that is made from the kind of run. */
  private static final String[] AUDIT = {"audit", "--help"};

  @Test
  void aCommandThatIsNamedIsDescribedAlone() {
    for (Class<?> type : MocoCxr.COMMANDS) {
      String name = new CommandLine(type).getCommandName();
      Set<String> described = Tool.of(name, "--help").getSubcommands().keySet();
      // The script of completion lists all commands.
      assertEquals(
          type == CompletionCommand.class ? Tool.of().getSubcommands().keySet() : Set.of(name),
          described);
    }
  }

  @Test
  void aCommandIsTheSameAloneAndAmongOthers() {
    CommandLine among = Tool.of().getSubcommands().get("split");
    CommandLine alone = Tool.of("split").getSubcommands().get("split");
    assertEquals(flags(among), flags(alone));
    assertTrue(flags(alone).contains("--protocol"));
    assertEquals(among.getUsageMessage(), alone.getUsageMessage());
  }

  @Test
  void anythingElseFindsAllCommands() {
    int all = MocoCxr.COMMANDS.size() + RunKind.ofSplit().size();
    for (String[] words :
        List.of(new String[0], new String[] {"--help"}, new String[] {"splt"}, AUDIT)) {
      assertEquals(all, Tool.of(words).getSubcommands().size(), () -> String.join(" ", words));
    }
  }

  @Test
  void theListOfCommandsHasWholeSentences() {
    // The list shows the first paragraph of a command's description.
    Tool.of()
        .getSubcommands()
        .forEach(
            (name, command) -> {
              String shown = command.getCommandSpec().usageMessage().description()[0];
              assertTrue(shown.endsWith("."), name + ": " + shown);
            });
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "splt | there is no command 'splt'; did you mean split",
        "dataset inspct x | there is no command 'inspct'; did you mean inspect",
        "split x --out y --tasks a --fraction 0.1 | no option '--fraction'; did you mean --fractions",
        "split x --out y --tasks a -q | there is no option '-q'",
        "split x z --out y --tasks a | 'z' is one argument too many"
      })
  void whatIsMisspeltIsNamedWithWhatIsAlike(String words, String said) {
    Ended ended = Ended.of(Tool.of(words.split(" ")), words.split(" "));
    assertEquals(64, ended.code());
    assertTrue(ended.error().startsWith("mococxr: "), ended.error());
    assertTrue(ended.error().contains(said), ended.error());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "pretrain --manifest gone --out o | --manifest gone: there is no such file",
        "pretrain --data=gone --out o | --data gone: there is no such file",
        "pretrain --data pom.xml --init gone.pt --out o | --init gone.pt: there is no such file",
        "pretrain --data pom.xml --weights gone.pt --out o | --weights gone.pt: there is no such file",
        "pretrain --data pom.xml --root gone --out o | --root gone: there is no such file",
        "pretrain --data pom.xml --probe-train gone.csv --out o | --probe-train gone.csv: there is no such file",
        "test --run gone --manifest pom.xml --out o | --run gone: there is no such file",
        "test --run src --run=gone --manifest pom.xml --out o | --run gone: there is no such file",
        "test --run src --manifest gone --out o | --manifest gone: there is no such file",
        "pretrain --data x --keep 0 --out o | '--keep': found '0'",
        "pretrain --data x --keep-last 0 --out o | '--keep-last': found '0'",
        "pretrain --data x --lr=-1 --out o | '--lr': found '-1'",
        "pretrain --data x --learning-rate=-1 --out o | '--learning-rate': found '-1'",
        "pretrain --data x --size 0 --out o | '--size': found '0'"
      })
  void optionsAreCalledWhatTheUserCallsThem(String words, String said) {
    Ended ended = Ended.of(Tool.of(words.split(" ")), words.split(" "));
    assertEquals(64, ended.code());
    assertTrue(ended.error().startsWith("mococxr: "), ended.error());
    assertTrue(ended.error().contains(said), ended.error());
  }

  @Test
  void aPartThatASplitLacksIsNamedByItsFile(@TempDir Path split) throws IOException {
    Files.writeString(split.resolve("split.json"), "{\"root\": \"" + split + "\"}");
    Files.writeString(split.resolve("train.csv"), "Path\n");
    String finetune = "finetune --split %s --tasks a --out %s/o".formatted(split, split);
    Ended ended = Ended.of(Tool.of("finetune"), finetune.split(" "));
    assertEquals(64, ended.code());
    assertTrue(
        ended.error().startsWith("mococxr: " + split.resolve("valid.csv") + ": there is no such"),
        ended.error());
    ended = Ended.of(Tool.of("finetune"), (finetune + " --train semi").split(" "));
    assertTrue(ended.error().startsWith("mococxr: --train semi: there is no"), ended.error());
  }

  @Test
  void versionsNameTheProgramAndItsEngines() {
    List<String> components = new ArrayList<>(new TreeSet<>(Versions.all().keySet()));
    assertEquals(List.of("djl", "mococxr", "onnxruntime", "pytorch", "quarkus"), components);
    // Filled in by the build.
    assertTrue(Versions.lines().stream().noneMatch(line -> line.contains("$")));
  }

  private static Set<String> flags(CommandLine command) {
    Set<String> flags = new TreeSet<>();
    for (OptionSpec option : command.getCommandSpec().options()) {
      flags.addAll(List.of(option.names()));
    }
    return flags;
  }
}
