package org.mococxr.datasets.inspection;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.mococxr.datasets.Dataset;
import org.mococxr.datasets.ImageRecord;
import org.mococxr.datasets.Label;
import org.mococxr.datasets.Reading;
import org.mococxr.datasets.Rejected;
import org.mococxr.datasets.reading.Datasets;
import org.mococxr.foundation.Progress;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.imaging.DecodeLimits;
import org.mococxr.imaging.files.ImageDecoder;
import org.mococxr.imaging.fingerprint.Fingerprint;
import org.mococxr.specs.data.DataSource;

/**
 * Summarises a data set: counts, sizes, label balance, patients, and what was rejected and why.
 * Every image is decoded, or evenly chosen ones of a large set; what cannot be decoded is listed.
 *
 * @param source where it is, with the format that was recognised
 * @param reading what was assumed
 * @param parts official part to its images
 * @param all the parts together
 * @param decoded how many images were decoded
 * @param sizes {@code width × height} to how many images have it
 * @param undecodable images whose pixels cannot be read
 * @param noticed images that a person should look at, above all for text that names the patient
 */
public record Inspection(
    DataSource source,
    Reading reading,
    Map<String, Dataset> parts,
    Dataset all,
    int decoded,
    Map<String, Integer> sizes,
    List<Rejected> undecodable,
    List<Rejected> noticed) {

  private static final int SHOWN = 10;

  /**
   * Reads and decodes.
   *
   * @param maxDecoded how many images are decoded at most; 0 for none
   */
  public static Inspection of(DataSource source, int maxDecoded, Progress progress) {
    Datasets.Parts parts = Datasets.readParts(source, progress);
    DataSource known = parts.source();
    List<ImageRecord> images = new ArrayList<>();
    List<Rejected> rejected = new ArrayList<>();
    parts
        .parts()
        .values()
        .forEach(
            part -> {
              images.addAll(part.images());
              rejected.addAll(part.rejected());
            });
    Path root = parts.train().root();
    Dataset all =
        new Dataset(
            String.valueOf(known.rootPath().toAbsolutePath().normalize().getFileName()),
            root,
            parts.train().tasks(),
            images,
            rejected);
    return decode(known, parts, all, maxDecoded, progress);
  }

  private static Inspection decode(
      DataSource source, Datasets.Parts parts, Dataset all, int maxDecoded, Progress progress) {
    int count = Math.min(maxDecoded, all.size());
    String[] sizes = new String[count];
    Rejected[] bad = new Rejected[count];
    Queue<Rejected> noticed = new ConcurrentLinkedQueue<>();
    Map<String, Queue<ImageRecord>> byPixels = new ConcurrentHashMap<>();
    ImageDecoder decoder = new ImageDecoder(DecodeLimits.defaults());
    AtomicInteger done = new AtomicInteger();
    IntStream.range(0, count)
        .parallel()
        .forEach(
            i -> {
              ImageRecord image = all.images().get((int) ((long) i * all.size() / count));
              try {
                ImageDecoder.Look look = decoder.look(all.file(image));
                sizes[i] = look.image().width() + " × " + look.image().height();
                look.notes().forEach(note -> noticed.add(new Rejected(image.path(), 0, note)));
                byPixels
                    .computeIfAbsent(
                        Fingerprint.ofPixels(look.image()), k -> new ConcurrentLinkedQueue<>())
                    .add(image);
              } catch (UserErrorException e) {
                bad[i] = new Rejected(image.path(), 0, e.problem());
              }
              progress.update("decoding images", done.incrementAndGet(), count);
            });
    byPixels.values().forEach(same -> repeated(same, noticed));
    Map<String, Integer> counts = new TreeMap<>();
    for (String size : sizes) {
      if (size != null) {
        counts.merge(size, 1, Integer::sum);
      }
    }
    List<Rejected> undecodable = Arrays.stream(bad).filter(r -> r != null).toList();
    List<Rejected> notes = new ArrayList<>(noticed);
    notes.sort(Comparator.comparing(Rejected::file).thenComparing(Rejected::reason));
    return new Inspection(
        source, parts.reading(), parts.parts(), all, count, counts, undecodable, notes);
  }

  /** One picture under several patients may be in training and in test. */
  private static void repeated(Queue<ImageRecord> same, Queue<Rejected> noticed) {
    List<ImageRecord> images =
        same.stream().sorted(Comparator.comparing(ImageRecord::path)).toList();
    ImageRecord first = images.get(0);
    for (ImageRecord image : images) {
      if (!image.patient().equals(first.patient())) {
        noticed.add(
            new Rejected(
                image.path(),
                0,
                "is the same picture as "
                    + first.path()
                    + ", of another patient: 'mococxr audit' looks through a whole split"));
      }
    }
  }

  /** Whether there is an image to learn from. */
  public boolean isUsable() {
    return all.size() > 0 && (decoded == 0 || undecodable.size() < decoded);
  }

  /** The summary, for a terminal. */
  public String text() {
    StringBuilder out = new StringBuilder();
    boolean several = !source.more().isEmpty();
    line(
        out,
        several ? "data sets" : "data set",
        several ? reading.format() : all.name() + " (" + source.format().text() + ")");
    line(out, "root", all.root().toString());
    reading.lines().forEach(line -> line(out, line.getKey(), line.getValue()));
    line(
        out,
        "images",
        "%,d of %,d patients in %,d studies"
            .formatted(all.size(), all.patients().size(), all.studies().size()));
    if (parts.size() > 1) {
      parts.forEach(
          (name, part) ->
              line(
                  out,
                  "  " + name,
                  "%,d images of %,d patients".formatted(part.size(), part.patients().size())));
    }
    long labelled = all.images().stream().filter(ImageRecord::labelled).count();
    if (labelled < all.size()) {
      line(out, "labelled", "%,d images".formatted(labelled));
    }
    line(out, "per patient", perPatient());
    line(out, "orientation", counts(image -> image.attributes().orientation().name()));
    line(out, "projection", counts(image -> image.attributes().projection().name()));
    line(out, "sex", counts(image -> image.attributes().sex().name()));
    line(out, "age", ages());
    line(out, "extensions", counts(image -> extension(image.path())));
    if (decoded > 0) {
      line(out, "sizes", sizesText());
    }
    labels(out);
    rejected(out, "rejected", all.rejected());
    if (!undecodable.isEmpty()) {
      rejected(out, "not decodable", undecodable);
    }
    if (!noticed.isEmpty()) {
      rejected(out, "to look at", noticed);
    }
    return out.toString();
  }

  private static void line(StringBuilder out, String name, String value) {
    out.append("%-14s %s%n".formatted(name, value));
  }

  private String perPatient() {
    int[] counts = all.imagesByPatient().values().stream().mapToInt(List::size).sorted().toArray();
    if (counts.length == 0) {
      return "–";
    }
    return "%d to %d images, median %d"
        .formatted(counts[0], counts[counts.length - 1], counts[counts.length / 2]);
  }

  private String counts(Function<ImageRecord, String> property) {
    Map<String, Integer> counts = new TreeMap<>();
    all.images().forEach(image -> counts.merge(property.apply(image), 1, Integer::sum));
    return most(counts);
  }

  private static String most(Map<String, Integer> counts) {
    List<Map.Entry<String, Integer>> entries = new ArrayList<>(counts.entrySet());
    entries.sort(Map.Entry.<String, Integer>comparingByValue(Comparator.reverseOrder()));
    StringBuilder out = new StringBuilder();
    for (Map.Entry<String, Integer> entry : entries.subList(0, Math.min(SHOWN, entries.size()))) {
      out.append(out.isEmpty() ? "" : ", ");
      out.append(entry.getKey().toLowerCase(Locale.ROOT)).append(' ');
      out.append("%,d".formatted(entry.getValue()));
    }
    return out + (entries.size() > SHOWN ? ", and " + (entries.size() - SHOWN) + " more" : "");
  }

  private String ages() {
    double[] ages =
        all.images().stream()
            .mapToDouble(image -> image.attributes().ageYears())
            .filter(age -> !Double.isNaN(age))
            .sorted()
            .toArray();
    if (ages.length == 0) {
      return "not known";
    }
    String unknown =
        ages.length == all.size() ? "" : ", not known of %,d".formatted(all.size() - ages.length);
    return String.format(
        Locale.ROOT,
        "%.1f to %.1f years, median %.1f%s",
        ages[0],
        ages[ages.length - 1],
        ages[ages.length / 2],
        unknown);
  }

  private String sizesText() {
    String of =
        decoded == all.size() ? "" : " (%,d of %,d images decoded)".formatted(decoded, all.size());
    return most(sizes) + of;
  }

  private static String extension(String path) {
    String name = path.substring(path.lastIndexOf('/') + 1);
    int dot = name.lastIndexOf('.');
    return dot < 0 ? "none" : name.substring(dot + 1).toLowerCase(Locale.ROOT);
  }

  private void labels(StringBuilder out) {
    if (all.tasks().isEmpty()) {
      line(out, "labels", "none");
      return;
    }
    int width = Math.max(14, all.tasks().stream().mapToInt(String::length).max().orElse(0));
    String format = "%-" + width + "s %10s %10s %10s %10s %9s%n";
    out.append(
        format.formatted("label", "positive", "negative", "uncertain", "blank", "prevalence"));
    List<String> blank = new ArrayList<>();
    for (String task : all.tasks()) {
      Map<Label, Long> balance = all.balance(task);
      if (balance.get(Label.MISSING) == all.size()) {
        blank.add(task);
        continue;
      }
      long known = balance.get(Label.POSITIVE) + balance.get(Label.NEGATIVE);
      out.append(
          format.formatted(
              task,
              "%,d".formatted(balance.get(Label.POSITIVE)),
              "%,d".formatted(balance.get(Label.NEGATIVE)),
              "%,d".formatted(balance.get(Label.UNCERTAIN)),
              "%,d".formatted(balance.get(Label.MISSING)),
              known == 0
                  ? "–"
                  : String.format(
                      Locale.ROOT, "%.1f %%", 100.0 * balance.get(Label.POSITIVE) / known)));
    }
    if (!blank.isEmpty()) {
      line(out, "all blank", String.join(", ", blank));
    }
  }

  private static void rejected(StringBuilder out, String name, List<Rejected> rows) {
    line(out, name, rows.isEmpty() ? "nothing" : "%,d".formatted(rows.size()));
    for (Rejected row : rows.subList(0, Math.min(SHOWN, rows.size()))) {
      out.append("  ").append(row.file());
      out.append(row.line() > 0 ? ", line " + row.line() : "");
      out.append(": ").append(row.reason()).append(System.lineSeparator());
    }
    if (rows.size() > SHOWN) {
      out.append("  … and ").append(rows.size() - SHOWN).append(" more");
      out.append(System.lineSeparator());
    }
  }
}
