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
import org.mococxr.datasets.Dataset;
import org.mococxr.datasets.Rejected;
import org.mococxr.datasets.reading.Datasets;
import org.mococxr.foundation.Digests;
import org.mococxr.foundation.FileErrors;
import org.mococxr.foundation.Json;
import org.mococxr.foundation.Progress;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.specs.data.Draw;
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

  private final SplitRecipe recipe;
  private final Datasets.Parts source;
  private final List<Rejected> rejected;
  private final SplitContent content;

  private Splitting(
      SplitRecipe recipe, Datasets.Parts source, List<Rejected> rejected, SplitContent content) {
    this.recipe = recipe;
    this.source = source;
    this.rejected = rejected;
    this.content = content;
  }

  /**
   * Reads a data set and decides what goes where.
   *
   * @param reports the folder for the list of rejected rows if there are too many of them; written
   *     only if it holds no split. Nothing else is written
   * @throws UserErrorException for a recipe or data that cannot be split
   */
  public static Splitting of(SplitRecipe recipe, Path reports, Progress progress) {
    Datasets.Parts source = Datasets.readParts(recipe.data(), recipe.tasks(), progress);
    List<Rejected> rejected = new ArrayList<>();
    source.parts().values().forEach(part -> rejected.addAll(part.rejected()));
    if (rejected.size() > recipe.split().maxRejected()) {
      if (!Files.exists(reports.resolve(FILE))) {
        new SplitFiles(reports).writeRejected(rejected);
      }
      throw tooManyRejected(rejected, recipe, reports);
    }
    progress.update("choosing parts", 0, 1);
    SplitRecipe named = withTaskNames(recipe, source.train());
    PartChoice parts = PartChoice.of(source, named);
    Map<String, int[]> rows = new LinkedHashMap<>(parts.rows());
    rows.putAll(draws(named, parts, progress));
    return new Splitting(
        recipe, source, rejected, SplitContent.of(source.train(), parts.all(), rows));
  }

  /**
   * Makes a split in a folder of its own. A folder that already holds this split is left as it is.
   *
   * @param output folder for the manifests
   * @throws UserErrorException also if the folder holds another split: whoever works with its
   *     manifests must not find others in their place one day
   */
  public static SplitSummary run(SplitRecipe recipe, Path output, Progress progress) {
    return of(recipe, output, progress).into(output, progress);
  }

  /** Tells this split from every other one: of the recipe and of the data. Fit for a folder. */
  public String name() {
    return recipe.digest().substring(0, 12) + "-" + content.dataDigest().substring(0, 12);
  }

  /** As {@link #run}, of what is decided. */
  public SplitSummary into(Path folder, Progress progress) {
    Optional<SplitSummary> earlier = finished(folder);
    if (earlier.isPresent()) {
      return earlier.get();
    }
    SplitFiles files = new SplitFiles(folder);
    files.start();
    files.writeRejected(rejected);
    return files.write(recipe, source, content, rejected.size(), progress);
  }

  /** This split, if the folder holds it, intact. */
  private Optional<SplitSummary> finished(Path folder) {
    Path file = folder.resolve(FILE);
    try {
      if (!Files.isRegularFile(file)) {
        return Optional.empty();
      }
      JsonNode split = Json.MAPPER.readTree(file.toFile());
      requireSame(split, folder);
      Map<String, Path> manifests = new LinkedHashMap<>();
      Map<String, Long> counts = new LinkedHashMap<>();
      for (Map.Entry<String, JsonNode> part : split.path("parts").properties()) {
        Path csv = folder.resolve(part.getValue().path("file").asText());
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
      Path root = source.train().root().toAbsolutePath().normalize();
      return Optional.of(new SplitSummary(file, manifests, counts, rejected, true, root, assumed));
    } catch (IOException e) {
      throw FileErrors.reading(file, e, "remove the folder, or give another");
    }
  }

  private void requireSame(JsonNode split, Path folder) throws IOException {
    boolean sameRecipe = split.path("recipeDigest").asText().equals(recipe.digest());
    boolean sameData =
        split.path("contentDigest").asText().equals(content.contentDigest())
            && (!split.hasNonNull("imagesDigest")
                || split.path("imagesDigest").asText().equals(content.imagesDigest()));
    if (!sameRecipe || !sameData) {
      throw UserErrorException.at(
          folder,
          "holds a split " + (sameRecipe ? "of other data" + changed(split) : "by another recipe"),
          "give another folder, or remove this one with the runs that used it");
    }
  }

  /** The files of labels that have changed; none if it is the images. */
  private static String changed(JsonNode split) throws IOException {
    List<String> changed = new ArrayList<>();
    for (Map.Entry<String, JsonNode> input : split.path("inputs").properties()) {
      Path file = Path.of(input.getKey());
      if (Files.isRegularFile(file) && !Digests.sha256(file).equals(input.getValue().asText())) {
        changed.add(file.toString());
      }
    }
    return changed.isEmpty() ? "" : " (changed: " + String.join(", ", changed) + ")";
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
    List<Draw> wanted = recipe.wanted();
    progress.update("drawing", 0, wanted.size());
    int[][] drawn = new int[wanted.size()][];
    IntStream.range(0, drawn.length)
        .parallel()
        .forEach(
            i -> {
              Draw draw = wanted.get(i);
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
      List<Rejected> rejected, SplitRecipe recipe, Path reports) {
    Rejected first = rejected.get(0);
    String more = rejected.size() == 1 ? "" : " (and " + (rejected.size() - 1) + " more)";
    return new UserErrorException(
        first.place(),
        first.reason() + more,
        "see "
            + reports.resolve(SplitFiles.REJECTED)
            + "; "
            + recipe.split().maxRejected()
            + " are tolerated: --max-rejected N (split.maxRejected) leaves out more");
  }
}
