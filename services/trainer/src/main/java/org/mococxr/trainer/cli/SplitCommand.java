package org.mococxr.trainer.cli;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.mococxr.datasets.splitting.SplitSummary;
import org.mococxr.datasets.splitting.Splitting;
import org.mococxr.specs.data.SplitRecipe;
import org.mococxr.trainer.console.ConsoleProgress;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
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
final class SplitCommand implements Callable<Integer> {
  @Parameters(paramLabel = "FOLDER", description = "The data set; its format is recognised.")
  Path data;

  @Option(
      names = "--tasks",
      required = true,
      split = ",",
      paramLabel = "NAME",
      description = "Findings to learn, by their column, separated by commas.")
  List<String> tasks;

  @Option(
      names = "--out",
      required = true,
      paramLabel = "FOLDER",
      description = "Where to write the manifests.")
  Path out;

  @Mixin DataArguments source = new DataArguments();

  @Option(
      names = "--valid",
      paramLabel = "FILE",
      description = "The official validation part's labels file.")
  String valid;

  @Option(
      names = "--test",
      paramLabel = "FILE",
      description = "The official test part's labels file, or CodaLab's test_groundtruth.csv.")
  String test;

  @Option(
      names = "--test-paths",
      paramLabel = "FILE",
      description = "CodaLab's test_image_paths.csv.")
  String testPaths;

  @Option(
      names = "--protocol",
      description =
          "How the parts are chosen, auto, shares, single-target, codalab, random-draws, shenzhen.")
  String protocol;

  @Option(
      names = "--fractions",
      split = ",",
      paramLabel = "F",
      description = "Label fractions. Default: the paper's.")
  List<Double> fractions;

  @Option(
      names = "--draws",
      split = ",",
      paramLabel = "N",
      description = "Draws of each fraction, in the same order.")
  List<Integer> draws;

  @Option(names = "--unit", description = "patient (default) or row.")
  String unit;

  @Option(names = "--nested", description = "Smaller fractions are subsets of larger ones.")
  boolean nested;

  @Option(names = "--valid-share", paramLabel = "SHARE", description = "Share for validation.")
  Double validShare;

  @Option(names = "--test-share", paramLabel = "SHARE", description = "Share for the test.")
  Double testShare;

  @Option(
      names = "--sampling",
      description = "exact (default), or bernoulli, as the reference does.")
  String sampling;

  @Option(
      names = "--max-rejected",
      paramLabel = "N",
      description = "How many rows that cannot be used are left out. Default: 0.")
  Integer maxRejected;

  @Option(names = "--seed", paramLabel = "N", description = "Names the split. Default: 0.")
  long seed;

  @Override
  public Integer call() {
    Map<String, Object> fields = source.fields(data);
    put(fields, "valid", valid);
    put(fields, "test", test);
    put(fields, "testPaths", testPaths);
    Map<String, Object> recipe = new LinkedHashMap<>();
    recipe.put("data", fields);
    recipe.put("tasks", tasks);
    recipe.put("seed", seed);
    put(recipe, "protocol", protocol);
    put(recipe, "fractions", fractions);
    put(recipe, "draws", draws);
    put(recipe, "unit", unit);
    put(recipe, "sampling", sampling);
    put(recipe, "maxRejected", maxRejected);
    put(recipe, "validShare", validShare);
    put(recipe, "testShare", testShare);
    if (nested) {
      recipe.put("nested", true);
    }
    SplitSummary summary =
        Splitting.run(SplitRecipe.of(recipe), out, ConsoleProgress.onStandardError());
    summary.assumed().forEach(System.out::println);
    summary.counts().forEach((part, images) -> System.out.printf("%8d  %s%n", images, part));
    System.out.println(summary.split());
    return 0;
  }

  private static void put(Map<String, Object> map, String key, Object value) {
    if (value != null) {
      map.put(key, value);
    }
  }
}
