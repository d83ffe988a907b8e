package org.mococxr.datasets.splitting;

import com.fasterxml.jackson.databind.node.ObjectNode;
import de.siegmar.fastcsv.writer.CsvWriter;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.mococxr.datasets.ImageRecord;
import org.mococxr.datasets.Label;
import org.mococxr.datasets.Rejected;
import org.mococxr.datasets.reading.Datasets;
import org.mococxr.foundation.AtomicFiles;
import org.mococxr.foundation.Digests;
import org.mococxr.foundation.FileErrors;
import org.mococxr.foundation.Json;
import org.mococxr.foundation.Progress;
import org.mococxr.specs.data.DataSource;
import org.mococxr.specs.data.Draw;
import org.mococxr.specs.data.SplitOptions;
import org.mococxr.specs.data.SplitOptions.BlankRows;
import org.mococxr.specs.data.SplitRecipe;

/** The files of a split: manifests, what was rejected, and last split.json. */
public final class SplitFiles {
  /** Lists the rows that were left out. */
  public static final String REJECTED = "rejected.csv";

  /** The field of split.json that says what was assumed about the data. */
  static final String ASSUMED = "assumed";

  private final Path folder;

  public SplitFiles(Path folder) {
    this.folder = folder;
  }

  /** Removes the marker and the manifests of an earlier split, so that none of it counts. */
  public void start() {
    try {
      Files.createDirectories(folder);
      Files.deleteIfExists(folder.resolve(Splitting.FILE));
      Files.deleteIfExists(folder.resolve(REJECTED));
      try (Stream<Path> files = Files.list(folder)) {
        for (Path file : files.toList()) {
          if (file.getFileName()
              .toString()
              .matches("(train|valid|test|pretrain|assignment).*\\.csv")) {
            Files.delete(file);
          }
        }
      }
    } catch (IOException e) {
      throw unwritable(e);
    }
  }

  /** Writes rejected.csv if there is anything to say. */
  public void writeRejected(List<Rejected> rejected) {
    if (rejected.isEmpty()) {
      return;
    }
    StringWriter text = new StringWriter();
    try (CsvWriter csv = CsvWriter.builder().build(text)) {
      csv.writeRecord("file", "line", "reason");
      for (Rejected row : rejected) {
        csv.writeRecord(row.file(), row.line() == 0 ? "" : Long.toString(row.line()), row.reason());
      }
      csv.flush();
      AtomicFiles.write(folder.resolve(REJECTED), text.toString());
    } catch (IOException e) {
      throw unwritable(e);
    }
  }

  /** Writes and verifies everything. */
  SplitSummary write(
      SplitRecipe recipe,
      Datasets.Parts source,
      SplitContent content,
      int rejected,
      Progress progress) {
    List<ImageRecord> all = content.all();
    Map<String, int[]> rows = content.rows();
    List<String> names = List.copyOf(rows.keySet());
    Map<String, Path> manifests = new LinkedHashMap<>();
    names.forEach(name -> manifests.put(name, folder.resolve(name + ".csv")));
    AtomicInteger done = new AtomicInteger();
    names.parallelStream()
        .forEach(
            name -> {
              writeLines(manifests.get(name), content.lines(), rows.get(name));
              progress.update("writing manifests", done.incrementAndGet(), names.size());
            });
    progress.update("verifying manifests", 0, names.size());
    Map<String, String> digests = new Verification(all, content.lines()).verify(manifests, rows);
    Map<String, Long> counts = new LinkedHashMap<>();
    rows.forEach((name, chosen) -> counts.put(name, (long) chosen.length));
    try {
      if (recipe.split().protocol() == SplitOptions.Protocol.FOLDERS) {
        writeAssignment(all, rows);
      }
      ObjectNode split = describe(recipe, source, all, rows, digests, rejected);
      split.put("contentDigest", content.contentDigest());
      split.put("imagesDigest", content.imagesDigest());
      AtomicFiles.write(folder.resolve(Splitting.FILE), Json.text(split));
    } catch (IOException e) {
      throw unwritable(e);
    }
    return new SplitSummary(
        folder.resolve(Splitting.FILE),
        manifests,
        counts,
        rejected,
        false,
        source.train().root().toAbsolutePath().normalize(),
        assumed(recipe, source, all));
  }

  private void writeLines(Path file, ManifestLines lines, int[] rows) {
    try {
      AtomicFiles.write(file, out -> lines.write(rows, out));
    } catch (IOException e) {
      throw unwritable(e);
    }
  }

  /** What went where, for data sets of class folders. */
  private void writeAssignment(List<ImageRecord> all, Map<String, int[]> rows) throws IOException {
    StringWriter text = new StringWriter();
    try (CsvWriter csv = CsvWriter.builder().build(text)) {
      csv.writeRecord("path", "class", "part");
      for (String part : List.of("train", "valid", "test")) {
        for (int row : rows.getOrDefault(part, new int[0])) {
          ImageRecord image = all.get(row);
          String positive =
              image.labels().entrySet().stream()
                  .filter(label -> label.getValue() == Label.POSITIVE)
                  .map(Map.Entry::getKey)
                  .findFirst()
                  .orElse("");
          csv.writeRecord(image.path(), positive, part);
        }
      }
    }
    AtomicFiles.write(folder.resolve("assignment.csv"), text.toString());
  }

  private ObjectNode describe(
      SplitRecipe recipe,
      Datasets.Parts source,
      List<ImageRecord> all,
      Map<String, int[]> rows,
      Map<String, String> digests,
      int rejected)
      throws IOException {
    ObjectNode split = Json.MAPPER.createObjectNode();
    split.put("format", "mococxr-split/1");
    split.put("recipeDigest", recipe.digest());
    ObjectNode plain = (ObjectNode) Json.MAPPER.readTree(recipe.json());
    hideSalt((ObjectNode) plain.get("data"));
    plain.path("data").path("more").forEach(more -> hideSalt((ObjectNode) more));
    split.set("recipe", plain);
    split.put("root", source.train().root().toAbsolutePath().normalize().toString());
    split.set("tasks", Json.MAPPER.valueToTree(recipe.tasks()));
    ObjectNode inputs = split.putObject("inputs");
    for (Path input : source.inputs()) {
      inputs.put(input.toAbsolutePath().normalize().toString(), Digests.sha256(input));
    }
    split.put("patientsKnown", source.reading().patientsKnown());
    split.set(ASSUMED, Json.MAPPER.valueToTree(assumed(recipe, source, all)));
    split.put("rejected", rejected);
    List<String> tasks = recipe.tasks().stream().map(source.train()::task).toList();
    Map<String, PartSummary> summaries = PartSummary.of(all, tasks, rows);
    Map<String, Draw> draws = new HashMap<>();
    recipe.wanted().forEach(draw -> draws.put(draw.name(), draw));
    ObjectNode parts = split.putObject("parts");
    rows.keySet()
        .forEach(
            name ->
                describe(
                    parts.putObject(name),
                    name,
                    draws.get(name),
                    digests.get(name),
                    summaries.get(name)));
    return split;
  }

  /** What was assumed about the data, a line for each thing. */
  private static List<String> assumed(
      SplitRecipe recipe, Datasets.Parts source, List<ImageRecord> all) {
    List<String> assumed = new ArrayList<>();
    source.reading().lines().forEach(line -> assumed.add(line.getKey() + ": " + line.getValue()));
    // Whoever says that a data set is unlabelled need not be told so.
    long blank =
        all.stream()
            .filter(image -> !image.labelled())
            .filter(PartChoice.ofLabelledSource(source))
            .count();
    if (blank > 0) {
      assumed.add("images without any label: " + blanks(blank, recipe.split().blankRows()));
    }
    return assumed;
  }

  private static String blanks(long images, BlankRows rule) {
    return switch (rule) {
      case PRETRAIN ->
          ("%,d, which serve pretraining alone; --blank-rows keep (split.blankRows) has them in"
                  + " parts and draws too")
              .formatted(images);
      case KEEP -> "%,d, in parts and draws as the others".formatted(images);
    };
  }

  /** Who knows the salt can try identifiers until a key fits. */
  private static void hideSalt(ObjectNode data) {
    String salt = data.path("salt").asText();
    if (!salt.isEmpty() && !salt.startsWith(DataSource.BY_REFERENCE)) {
      data.put("salt", "(not shown)");
    }
  }

  private static void describe(
      ObjectNode part, String name, Draw draw, String digest, PartSummary summary) {
    part.put("file", name + ".csv");
    part.put("sha256", digest);
    if (draw != null) {
      part.put("fraction", draw.fraction());
      part.put("draw", draw.draw());
    }
    part.put("images", summary.images());
    part.put("patients", summary.patients());
    part.put("studies", summary.studies());
    ObjectNode balance = part.putObject("balance");
    summary
        .balance()
        .forEach(
            (task, counts) -> {
              ObjectNode node = balance.putObject(task);
              for (Label label : Label.values()) {
                node.put(label.name().toLowerCase(Locale.ROOT), counts[label.ordinal()]);
              }
            });
  }

  private RuntimeException unwritable(IOException e) {
    return FileErrors.writing(folder, e, "give a writable folder");
  }
}
