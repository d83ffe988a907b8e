package org.mococxr.trainer.run;

import java.nio.file.Path;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.mococxr.datasets.Dataset;
import org.mococxr.datasets.ImageRecord;
import org.mococxr.datasets.manifest.Manifest;
import org.mococxr.evaluation.report.AuditFindings;
import org.mococxr.evaluation.report.ReportJson;
import org.mococxr.imaging.DecodeLimits;
import org.mococxr.imaging.files.ImageDecoder;
import org.mococxr.imaging.fingerprint.Fingerprint;
import org.mococxr.specs.run.AuditRun;

/**
 * Looks for the same picture under several patients or in several parts of a split. All pairs are
 * compared, 64 bits at a time: 200,000 images are 2 · 10¹⁰ comparisons, under a minute on two
 * cores; their decoding takes longer.
 */
final class AuditWorkload implements Workload {
  /** A manifest of an earlier one decides: the images of pretrain.csv hold those of train.csv. */
  private static final List<String> PARTS = List.of("test", "valid", "train", "pretrain");

  /** So many pairs are told; all are counted. */
  static final int TOLD = 1000;

  /** Pairs as they are told: across parts first, then exact ones, then those most alike. */
  private static final Comparator<AuditFindings.Pair> ORDER =
      Comparator.comparing(
              (AuditFindings.Pair pair) -> pair.first().part().equals(pair.second().part()))
          .thenComparing(pair -> !pair.exact())
          .thenComparingInt(AuditFindings.Pair::distance)
          .thenComparing(pair -> pair.first().path())
          .thenComparing(pair -> pair.second().path());

  /** An image as it was looked at. */
  record Seen(AuditFindings.Picture picture, Fingerprint fingerprint) {}

  @Override
  public Outcome run(RunContext context) {
    AuditRun options = context.options(context.spec().options(), AuditRun.class);
    Map<String, AuditFindings.Picture> pictures = new LinkedHashMap<>();
    Map<String, Path> files = new LinkedHashMap<>();
    for (String part : PARTS) {
      if (context.spec().inputs().containsKey(part)) {
        Dataset images = Manifest.readImages(context.input(part), context.input("root"));
        for (ImageRecord image : images.images()) {
          pictures.putIfAbsent(
              image.path(), new AuditFindings.Picture(image.path(), part, image.patient()));
          files.putIfAbsent(image.path(), images.file(image));
        }
      }
    }
    AuditFindings findings = compare(seen(context, pictures, files), options.distance());
    ReportJson.write(findings, context.folder().resolve(AuditFindings.FILE));
    Map<String, Double> figures = new LinkedHashMap<>();
    figures.put("images", (double) findings.images());
    figures.put("exact", (double) findings.exact());
    figures.put("near", (double) findings.near());
    figures.put("acrossParts", (double) findings.acrossParts());
    return new Outcome.Done(figures);
  }

  private static Seen[] seen(
      RunContext context, Map<String, AuditFindings.Picture> pictures, Map<String, Path> files) {
    ImageDecoder decoder = new ImageDecoder(DecodeLimits.defaults());
    List<AuditFindings.Picture> all = List.copyOf(pictures.values());
    AtomicInteger done = new AtomicInteger();
    Seen[] seen = new Seen[all.size()];
    IntStream.range(0, seen.length)
        .parallel()
        .forEach(
            i -> {
              AuditFindings.Picture picture = all.get(i);
              seen[i] =
                  new Seen(picture, Fingerprint.of(decoder.decode(files.get(picture.path()))));
              context
                  .reporter()
                  .update("looking at images", done.incrementAndGet(), seen.length, Map.of());
            });
    return seen;
  }

  /** Every pair that is of different patients or in different parts, and alike. */
  static AuditFindings compare(Seen[] seen, int distance) {
    AtomicLong exact = new AtomicLong();
    AtomicLong near = new AtomicLong();
    AtomicLong acrossParts = new AtomicLong();
    First first = new First();
    IntStream.range(0, seen.length)
        .parallel()
        .forEach(
            i -> {
              for (int j = i + 1; j < seen.length; j++) {
                int bits = seen[i].fingerprint.distance(seen[j].fingerprint);
                if (bits > distance || sameOrigin(seen[i].picture, seen[j].picture)) {
                  continue;
                }
                boolean same = seen[i].fingerprint.pixels().equals(seen[j].fingerprint.pixels());
                (same ? exact : near).incrementAndGet();
                boolean across = !seen[i].picture.part().equals(seen[j].picture.part());
                if (across) {
                  acrossParts.incrementAndGet();
                }
                first.add(new AuditFindings.Pair(seen[i].picture, seen[j].picture, same, bits));
              }
            });
    return new AuditFindings(
        seen.length, distance, exact.get(), near.get(), acrossParts.get(), first.inOrder());
  }

  /** The first of many pairs, however many there are and in whatever order they are found. */
  private static final class First {
    private final PriorityQueue<AuditFindings.Pair> lastOnTop =
        new PriorityQueue<>(ORDER.reversed());

    synchronized void add(AuditFindings.Pair pair) {
      lastOnTop.add(pair);
      if (lastOnTop.size() > TOLD) {
        lastOnTop.remove();
      }
    }

    List<AuditFindings.Pair> inOrder() {
      return lastOnTop.stream().sorted(ORDER).toList();
    }
  }

  private static boolean sameOrigin(AuditFindings.Picture a, AuditFindings.Picture b) {
    return a.part().equals(b.part()) && a.patient().equals(b.patient());
  }
}
