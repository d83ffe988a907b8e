package org.mococxr.trainer.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.mococxr.artifacts.Provenance;
import org.mococxr.datasets.splitting.SplitSummary;
import org.mococxr.datasets.splitting.Splitting;
import org.mococxr.foundation.AtomicFiles;
import org.mococxr.foundation.Json;
import org.mococxr.specs.RunDone;
import org.mococxr.specs.data.DataSource;
import org.mococxr.specs.data.SplitRecipe;
import org.mococxr.specs.option.Options;
import org.mococxr.trainer.console.ConsoleProgress;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

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
final class SplitCommand extends Told {
  private static final String SALT = "--salt";

  @Parameters(paramLabel = "FOLDER|FILE", description = DataPlace.HELP)
  Path data;

  @Option(
      names = "--out",
      required = true,
      paramLabel = "FOLDER",
      description = "Where to write the manifests.")
  Path out;

  SplitCommand() {
    super(SplitRecipe.class, DataPlace.without("data."));
  }

  @Override
  public Integer call() throws IOException {
    Map<String, Object> given = Flags.given(command);
    given.put("data", DataPlace.source(data, given.get("data"), command.qualifiedName()));
    SplitRecipe recipe = Options.read(given, SplitRecipe.class, command.qualifiedName());
    Provenance provenance =
        Provenance.capture(repeating(), recipe.split().seed(), Versions.all(), Map.of());
    SplitSummary summary = Splitting.run(recipe, out, ConsoleProgress.onStandardError());
    if (!Files.isRegularFile(out.resolve(RunDone.FILE))) {
      markDone(recipe, summary, provenance);
    }
    summary.assumed().forEach(System.out::println);
    summary.counts().forEach((part, images) -> System.out.printf("%8d  %s%n", images, part));
    System.out.println(summary.split());
    return 0;
  }

  /** The command as it was given, but for a salt that must not be told. */
  private List<String> repeating() {
    List<String> words = new ArrayList<>(List.of("mococxr"));
    String before = "";
    for (String word : command.root().commandLine().getParseResult().originalArgs()) {
      boolean secret = before.equals(SALT) && !word.startsWith(DataSource.BY_REFERENCE);
      words.add(secret ? "(not shown)" : word.replaceFirst("^(" + SALT + "=)(?!env:).*", "$1"));
      before = word;
    }
    return words;
  }

  /** As every run does. */
  private void markDone(SplitRecipe recipe, SplitSummary summary, Provenance before)
      throws IOException {
    JsonNode split = Json.MAPPER.readTree(summary.split().toFile());
    Map<String, String> inputs = new LinkedHashMap<>();
    split.path("inputs").properties().forEach(i -> inputs.put(i.getKey(), i.getValue().asText()));
    inputs.put("root", split.path("imagesDigest").asText());
    before.withInputs(inputs).finishedNow().write(out);
    Map<String, Double> figures = new LinkedHashMap<>();
    summary.counts().forEach((part, images) -> figures.put(part, (double) images));
    String name = out.toAbsolutePath().normalize().getFileName().toString();
    RunDone done =
        new RunDone("by-hand", name, recipe.digest(), null, null, Instant.now(), figures, null);
    AtomicFiles.write(out.resolve(RunDone.FILE), done.toJson());
  }
}
