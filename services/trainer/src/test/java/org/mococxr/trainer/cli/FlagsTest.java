package org.mococxr.trainer.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.mococxr.specs.RunSpec;
import org.mococxr.specs.option.Declared;
import org.mococxr.specs.option.OptionRecord;
import org.mococxr.specs.option.Options;
import org.mococxr.specs.run.PretrainRun;
import org.mococxr.specs.training.PretrainingOptions;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

/** What the command line offers is what is declared. */
class FlagsTest {
  @TempDir Path folder;

  @BeforeEach
  void makeManifests() throws IOException {
    for (String name : List.of("pretrain.csv", "train.csv", "valid.csv", "w.pth")) {
      Files.writeString(folder.resolve(name), "");
    }
  }

  private static CommandLine line() {
    return Tool.of();
  }

  private static List<CommandLine> commands(CommandLine line) {
    List<CommandLine> all = new ArrayList<>(List.of(line));
    line.getSubcommands().values().forEach(sub -> all.addAll(commands(sub)));
    return all;
  }

  @TestFactory
  Stream<DynamicTest> everyDeclaredOptionHasItsFlagsAndItsHelp() {
    return commands(line()).stream()
        .filter(command -> command.getCommand() instanceof Told)
        .map(
            command ->
                DynamicTest.dynamicTest(
                    command.getCommandSpec().qualifiedName(), () -> complete(command)));
  }

  private static void complete(CommandLine command) {
    Told told = command.getCommand();
    Set<String> missing = new TreeSet<>();
    declared(told.told(), told.without())
        .forEach(
            option -> {
              for (String flag : option.flags()) {
                OptionSpec spec = command.getCommandSpec().findOption(flag);
                if (spec == null) {
                  missing.add(flag);
                } else if (!option.option().required()) {
                  String help = String.join(" ", spec.description());
                  assertTrue(help.contains(" Default: ") && help.endsWith("."), flag + ": " + help);
                }
              }
            });
    assertEquals(Set.of(), missing);
    String usage = command.getUsageMessage(CommandLine.Help.Ansi.OFF);
    assertFalse(usage.contains("%%"), usage);
  }

  private static Stream<Declared> declared(Class<?> type, Set<String> without) {
    return Declared.of(type).stream()
        .filter(option -> !without.contains(option.name()))
        .flatMap(
            option ->
                OptionRecord.class.isAssignableFrom(option.component().getType())
                        && option.option().flags().length == 0
                    ? declared(option.component().getType(), Flags.inner(option.name(), without))
                    : Stream.of(option));
  }

  @Test
  void theHelpSaysMeaningChoicesRangeAndDefault() {
    CommandLine pretrain = line().getSubcommands().get("pretrain");
    assertEquals(
        "Temperature of the softmax; above 0. Default: 0.2.", help(pretrain, "--temperature"));
    assertEquals(
        "Learning rate at its highest; above 0. Default: 1e-4 (adam, adamw), 0.03 (sgd), 0.3"
            + " (lars).",
        help(pretrain, "--lr"));
    assertEquals(
        "Epochs at which the rate falls; at least 0. Default: 12, 18, 24.",
        help(pretrain, "--milestones"));
    assertEquals(
        "Which optimizer; one of adam, adamw, sgd, lars. Default: adam.",
        help(pretrain, "--optimizer"));
  }

  private static String help(CommandLine command, String flag) {
    return String.join(" ", command.getCommandSpec().findOption(flag).description());
  }

  @Test
  void whatIsGivenBecomesTheOptionsOfTheRunInTheirTypes() {
    RunSpec spec =
        pretrain(
            "--moco-t 0.1 --moco-m 0.99 --lr 1e-3 --milestones 3,5 --mlp false --symmetric"
                + " --image-size 64 --geometry square --augmentation moco_v2 --min-scale 0.5"
                + " --clahe-clip 3 --set augmentationOptions={blurMin: 0.2} --seed 7"
                + " --init DIR/w.pth --probe-neighbours 5 --keep 4");
    Map<String, Object> expected = new LinkedHashMap<>();
    expected.put("temperature", 0.1);
    expected.put("keyMomentum", 0.99);
    expected.put("learningRate", 1e-3);
    expected.put("milestones", List.of(3, 5));
    expected.put("mlp", false);
    expected.put("symmetric", true);
    expected.put("image", Map.of("size", 64, "geometry", "square"));
    expected.put("augmentation", "moco_v2");
    expected.put(
        "augmentationOptions",
        Map.of("minScale", 0.5, "clahe", Map.of("clip", 3.0), "blurMin", 0.2));
    expected.put("probe", Map.of("neighbours", 5));
    expected.put("keepLast", 4);
    assertEquals(expected, spec.options());
    assertEquals(7, spec.seed());
    assertEquals(Set.of("root", "pretrain", "weights", "train", "valid"), spec.inputs().keySet());
    PretrainingOptions read = Options.read(spec.options(), PretrainRun.class, "run").pretraining();
    assertEquals(0.2, read.augmentationOptions().blurMin());
    assertEquals(8, read.augmentationOptions().clahe().tiles());
  }

  @Test
  void theProbesOwnManifestsAreInputs() throws IOException {
    for (String name : List.of("own.csv", "other.csv")) {
      Files.writeString(folder.resolve(name), "");
    }
    RunSpec spec =
        pretrain("--probe-train DIR/own.csv --probe-test DIR/other.csv --probe-root DIR");
    assertEquals(folder.resolve("own.csv").toUri(), spec.inputs().get("train"));
    assertEquals(folder.resolve("other.csv").toUri(), spec.inputs().get("valid"));
    assertEquals(
        folder,
        Options.read(spec.options(), PretrainRun.class, "run").pretraining().probe().root());
  }

  @Test
  void aPresetGivesWayToWhatIsGiven() {
    RunSpec spec = pretrain("--preset r8w0n416 --batch 32");
    assertEquals(32, spec.options().get("batch"));
    assertEquals(1e-4, spec.options().get("learningRate"));
    assertEquals("resnet18", spec.options().get("architecture"));
    assertEquals(
        PretrainRun.class, Options.read(spec.options(), PretrainRun.class, "r").getClass());
  }

  private RunSpec pretrain(String options) {
    CommandLine line = line();
    List<String> arguments = new ArrayList<>(List.of("pretrain"));
    arguments.addAll(
        List.of(options.replace("DIR", folder.toString()).replace(": ", ":~").split(" ")));
    arguments.replaceAll(a -> a.replace(":~", ": "));
    arguments.addAll(
        List.of(
            "--manifest", folder.resolve("pretrain.csv").toString(),
            "--out", folder.resolve("run").toString()));
    line.parseArgs(arguments.toArray(String[]::new));
    PretrainCommand command = line.getSubcommands().get("pretrain").getCommand();
    return command.request().spec();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          pretrain --manifest m --out o --moco-t -1          | '--moco-t' | found '-1' (expected above 0)
          pretrain --manifest m --out o --epochs 1.5         | '--epochs' | found '1.5' (expected a whole number)
          pretrain --manifest m --out o --geometry SQUARED   | '--geometry' | found 'SQUARED' (expected one of shorter-side, square)
          pretrain --manifest m --out o --architecture resnet19 | '--architecture' | found 'resnet19' (expected one of resnet18,
          pretrain --manifest m --out o --momentum 0.9       | --sgd-momentum | --moco-m
          encoder import w --out o --geometry SQUARED        | '--geometry' | found 'SQUARED' (expected one of shorter-side, square)
          encoder import w --out o --normalisation chexprt   | '--normalisation' | found 'chexprt' (expected one of chexpert, imagenet)
          dataset resize f --out o --geometry SQUARED        | '--geometry' | found 'SQUARED'
          split f --out o --tasks a --protocol sharez        | '--protocol' | found 'sharez' (expected one of auto, shares,
          split f --out o --tasks a --fractions 0.1,2        | '--fractions' | found '2' (expected above 0, at most 1)
          finetune --split s --out o --tasks a --solver newton | '--solver' | found 'newton' (expected one of lbfgs, sgd, adam, adamw)
          finetune --split s --out o --tasks a --label-policy twos | '--label-policy' | found 'twos' (expected one of ignore,
          intervals a --out o --level 95                     | '--level' | found '95' (expected above 0, below 1)
          report a --split s --intervals i --out o --published noone | '--published' | found 'noone' (expected one of moco-cxr)
          """)
  void aValueThatIsNoneIsRefusedByItsFlag(String arguments, String flag, String problem) {
    ByteArrayOutputStream said = new ByteArrayOutputStream();
    PrintStream error = System.err;
    System.setErr(new PrintStream(said, true, StandardCharsets.UTF_8));
    try {
      assertEquals(64, line().execute(arguments.split(" +")));
    } finally {
      System.setErr(error);
    }
    String text = said.toString(StandardCharsets.UTF_8);
    assertTrue(text.contains(flag) && text.contains(problem), text);
  }
}
