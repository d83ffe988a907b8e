package org.mococxr.datasets.splitting;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.mococxr.artifacts.Digests;
import org.mococxr.datasets.Dataset;
import org.mococxr.datasets.Rejected;
import org.mococxr.datasets.reading.Datasets;
import org.mococxr.foundation.Json;
import org.mococxr.foundation.Progress;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.specs.data.SplitOptions;
import org.mococxr.specs.data.SplitRecipe;

/**
 * Divides a data set into parts and draws and writes them as manifests with a {@value #FILE}.
 *
 * <p>{@code test.csv} and {@code valid.csv} hold labelled images; {@code train.csv} every labelled
 * image of the training part; {@code pretrain.csv} every image, labelled or not, of patients that
 * are neither in test nor in validation; {@code train_semi_<fraction>-it<draw>.csv} the draws.
 */
public final class Splitting {
  /** Says what the folder holds; written last. */
  public static final String FILE = "split.json";

  private Splitting() {}

  /**
   * Makes a split. A folder that already holds the finished split of an equal recipe is left as it
   * is.
   *
   * @param output folder for the manifests
   */
  public static SplitSummary run(SplitRecipe recipe, Path output, Progress progress) {
    Optional<SplitSummary> earlier = finished(recipe, output);
    if (earlier.isPresent()) {
      return earlier.get();
    }
    Datasets.Parts source = Datasets.readParts(recipe.data(), recipe.tasks(), progress);
    SplitFiles files = new SplitFiles(output);
    files.start();
    List<Rejected> rejected = new ArrayList<>();
    source.parts().values().forEach(part -> rejected.addAll(part.rejected()));
    files.writeRejected(rejected);
    if (rejected.size() > recipe.split().maxRejected()) {
      throw tooManyRejected(rejected, recipe, output);
    }

    progress.update("choosing parts", 0, 1);
    SplitRecipe named = withTaskNames(recipe, source.train());
    PartChoice parts = PartChoice.of(source, named);
    Map<String, int[]> rows = new LinkedHashMap<>(parts.rows());
    rows.putAll(draws(named, parts, progress));
    return files.write(recipe, source, parts.all(), rows, rejected.size(), progress);
  }

  /** The finished split of an equal recipe, if the folder holds one that is intact. */
  public static Optional<SplitSummary> finished(SplitRecipe recipe, Path output) {
    Path file = output.resolve(FILE);
    if (!Files.isRegularFile(file)) {
      return Optional.empty();
    }
    try {
      JsonNode split = Json.MAPPER.readTree(file.toFile());
      if (!split.path("recipeDigest").asText().equals(recipe.digest())) {
        return Optional.empty();
      }
      requireSameInputs(split.path("inputs"), output);
      Map<String, Path> manifests = new LinkedHashMap<>();
      Map<String, Long> counts = new LinkedHashMap<>();
      for (Map.Entry<String, JsonNode> part : split.path("parts").properties()) {
        Path csv = output.resolve(part.getValue().path("file").asText());
        if (!Files.isRegularFile(csv)
            || !Digests.sha256(csv).equals(part.getValue().path("sha256").asText())) {
          return Optional.empty();
        }
        manifests.put(part.getKey(), csv);
        counts.put(part.getKey(), part.getValue().path("images").asLong());
      }
      List<String> assumed = new ArrayList<>();
      split.path(SplitFiles.ASSUMED).forEach(line -> assumed.add(line.asText()));
      long rejected = split.path("rejected").asLong();
      return Optional.of(new SplitSummary(file, manifests, counts, rejected, true, assumed));
    } catch (IOException e) {
      // A split.json that cannot be read is no finished split: it is made anew.
      return Optional.empty();
    }
  }

  /** Whoever works with these manifests must not find others in their place one day. */
  private static void requireSameInputs(JsonNode inputs, Path output) throws IOException {
    for (Map.Entry<String, JsonNode> input : inputs.properties()) {
      Path file = Path.of(input.getKey());
      if (Files.isRegularFile(file) && !Digests.sha256(file).equals(input.getValue().asText())) {
        throw UserErrorException.at(
            file,
            "has changed since the split in " + output + " was made",
            "give another output folder or experiment name, or remove the split");
      }
    }
  }

  private static SplitRecipe withTaskNames(SplitRecipe recipe, Dataset train) {
    return recipe.withTasks(recipe.tasks().stream().map(train::task).toList());
  }

  private static Map<String, int[]> draws(SplitRecipe recipe, PartChoice parts, Progress progress) {
    Population population =
        Population.of(
            parts.all(),
            parts.rows().get("train"),
            recipe.split().unit() == SplitOptions.Unit.PATIENT,
            parts.shown());
    Sampler sampler = new Sampler(population, parts.classes(), recipe);
    List<SplitRecipe.Draw> wanted = recipe.wanted();
    progress.update("drawing", 0, wanted.size());
    int[][] drawn = new int[wanted.size()][];
    IntStream.range(0, drawn.length)
        .parallel()
        .forEach(
            i -> {
              SplitRecipe.Draw draw = wanted.get(i);
              drawn[i] =
                  parts
                      .shenzhen()
                      .map(rule -> rule.draw(draw.fraction(), draw.draw()))
                      .orElseGet(() -> sampler.draw(draw.fraction(), draw.draw()));
            });
    Map<String, int[]> draws = new LinkedHashMap<>();
    for (int i = 0; i < drawn.length; i++) {
      draws.put(wanted.get(i).name(), drawn[i]);
    }
    return draws;
  }

  private static UserErrorException tooManyRejected(
      List<Rejected> rejected, SplitRecipe recipe, Path output) {
    Rejected first = rejected.get(0);
    String more = rejected.size() == 1 ? "" : " (and " + (rejected.size() - 1) + " more)";
    return new UserErrorException(
        first.file() + (first.line() > 0 ? ", line " + first.line() : ""),
        first.reason() + more,
        "see "
            + output.resolve(SplitFiles.REJECTED)
            + "; "
            + recipe.split().maxRejected()
            + " are tolerated: --max-rejected N (split.maxRejected) leaves out more");
  }
}
