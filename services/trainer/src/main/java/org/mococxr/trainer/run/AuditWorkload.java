package org.mococxr.trainer.run;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.mococxr.datasets.manifest.Manifest;
import org.mococxr.evaluation.report.AuditFindings;
import org.mococxr.foundation.Json;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.imaging.fingerprint.Fingerprint;
import org.mococxr.imaging.transform.Geometry;
import org.mococxr.learning.features.ImageInput;
import org.mococxr.specs.run.AuditRun;

/**
 * Looks for the same picture under several patients or in several parts of a split. All pairs are
 * compared, 64 bits at a time: 200,000 images are 2 · 10¹⁰ comparisons, under a minute on two
 * cores; their decoding takes longer.
 */
final class AuditWorkload implements Workload {
  /** A manifest of an earlier one decides: the images of pretrain.csv hold those of train.csv. */
  private static final List<String> PARTS = List.of("test", "valid", "train", "pretrain");

  /** Pretraining's, where the options of images leave it open. */
  private static final Geometry USUAL = Geometry.shorterSide(320);

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
    AuditedPictures pictures =
        new AuditedPictures(
            options.image() == null ? null : ImageInput.geometry(options.image(), USUAL),
            options.cache() == null ? Caches.of(context.folder()) : options.cache(),
            context.reporter());
    for (String part : PARTS) {
      if (context.spec().inputs().containsKey(part)) {
        pictures.add(part, Manifest.readImages(context.input(part), context.input("root")));
      }
    }
    List<AuditFindings.Unreadable> unreadable = new ArrayList<>();
    Seen[] seen = pictures.look(unreadable);
    requireSome(seen, unreadable, context);
    AuditFindings findings = compare(seen, options.distance()).with(pictures.resized(), unreadable);
    Json.write(context.folder().resolve(AuditFindings.FILE), findings);
    Map<String, Double> figures = new LinkedHashMap<>();
    figures.put("images", (double) findings.images());
    figures.put("exact", (double) findings.exact());
    figures.put("near", (double) findings.near());
    figures.put("acrossParts", (double) findings.acrossParts());
    figures.put("unreadable", (double) unreadable.size());
    return new Outcome.Done(figures);
  }

  /** Nothing was looked at: that no picture was found twice would be no finding. */
  private static void requireSome(
      Seen[] seen, List<AuditFindings.Unreadable> unreadable, RunContext context) {
    if (seen.length > 0) {
      return;
    }
    String problem =
        unreadable.isEmpty()
            ? "the manifests name no images"
            : "none of the %d images can be read; the first, %s: %s"
                .formatted(
                    unreadable.size(),
                    unreadable.getFirst().picture().path(),
                    unreadable.getFirst().problem());
    throw new UserErrorException(
        "run " + context.spec().run() + ", inputs.root (" + context.input("root") + ")",
        problem,
        "expected the folder of the split's images; 'mococxr dataset inspect' says what a folder"
            + " holds");
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
        seen.length,
        null,
        distance,
        exact.get(),
        near.get(),
        acrossParts.get(),
        first.inOrder(),
        List.of());
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
