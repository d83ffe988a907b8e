package org.mococxr.trainer.cli;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.mococxr.datasets.splitting.SplitSummary;
import org.mococxr.datasets.splitting.Splitting;
import org.mococxr.specs.data.SplitRecipe;
import org.mococxr.specs.option.Options;
import org.mococxr.trainer.console.ConsoleProgress;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** What the splitter service does, by hand. */
@Command(
    name = "split",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Divides a data set into train, valid, test and label fractions × draws, by patient, and"
          + " writes them as manifests in CheXpert's columns with a split.json.",
      "The same seed gives the same split on any machine; adding a draw changes no other draw."
    })
final class SplitCommand implements Told {
  @Spec CommandSpec command;

  @Parameters(paramLabel = "FOLDER", description = "The data set; its format is recognised.")
  Path data;

  @Option(
      names = "--out",
      required = true,
      paramLabel = "FOLDER",
      description = "Where to write the manifests.")
  Path out;

  @Override
  public Class<SplitRecipe> told() {
    return SplitRecipe.class;
  }

  @Override
  public Set<String> without() {
    return Set.of("data.root");
  }

  @Override
  public Integer call() {
    Map<String, Object> given = Flags.given(command);
    Map<String, Object> source = new LinkedHashMap<>();
    if (given.get("data") instanceof Map<?, ?> told) {
      told.forEach((name, value) -> source.put(name.toString(), value));
    }
    source.put("root", data.toAbsolutePath().normalize().toString());
    given.put("data", source);
    SplitRecipe recipe = Options.read(given, SplitRecipe.class, command.qualifiedName());
    SplitSummary summary = Splitting.run(recipe, out, ConsoleProgress.onStandardError());
    summary.assumed().forEach(System.out::println);
    summary.counts().forEach((part, images) -> System.out.printf("%8d  %s%n", images, part));
    System.out.println(summary.split());
    return 0;
  }
}
