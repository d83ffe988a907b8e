package org.mococxr.trainer.run;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.mococxr.datasets.Dataset;
import org.mococxr.datasets.ImageRecord;
import org.mococxr.evaluation.report.AuditFindings;
import org.mococxr.foundation.Progress;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.imaging.DecodeLimits;
import org.mococxr.imaging.GreyImage;
import org.mococxr.imaging.cache.PixelCache;
import org.mococxr.imaging.files.ImageDecoder;
import org.mococxr.imaging.fingerprint.Fingerprint;
import org.mococxr.imaging.transform.Geometry;
import org.mococxr.specs.training.ImageOptions;

/**
 * The pictures of a split and their fingerprints. Pixels come from the caches that pretraining and
 * the computing of features have made of the same lists; where there is none, each picture is
 * decoded. The fingerprints are the same either way.
 */
final class AuditedPictures {
  private final Geometry geometry;
  private final Path cache;
  private final Progress progress;
  private final ImageDecoder decoder = new ImageDecoder(DecodeLimits.defaults());
  private final Map<String, AuditFindings.Picture> pictures = new LinkedHashMap<>();
  private final Map<String, Path> files = new HashMap<>();
  private final Map<String, Dataset> parts = new HashMap<>();

  /**
   * @param geometry to which pictures are resized; null for none
   * @param cache where runs keep decoded pixels
   */
  AuditedPictures(Geometry geometry, Path cache, Progress progress) {
    this.geometry = geometry;
    this.cache = cache;
    this.progress = progress;
  }

  /** Adds the images of a part; one that is in an earlier part stays there. */
  void add(String part, Dataset images) {
    parts.put(part, images);
    for (ImageRecord image : images.images()) {
      pictures.putIfAbsent(
          image.path(), new AuditFindings.Picture(image.path(), part, image.patient()));
      files.putIfAbsent(image.path(), images.file(image));
    }
  }

  /** How pictures are resized, for people; null if they are not. */
  String resized() {
    return geometry == null
        ? null
        : (geometry.mode() == ImageOptions.Geometry.SQUARE ? "square, " : "shorter side, ")
            + geometry.size()
            + " px";
  }

  /**
   * Looks at every picture.
   *
   * @param unreadable receives those that cannot be decoded
   * @return the others, in the order in which they were added
   */
  AuditWorkload.Seen[] look(List<AuditFindings.Unreadable> unreadable) {
    Map<Path, Supplier<GreyImage>> cached = cached();
    List<AuditFindings.Picture> all = List.copyOf(pictures.values());
    AuditWorkload.Seen[] seen = new AuditWorkload.Seen[all.size()];
    String[] problems = new String[all.size()];
    AtomicInteger done = new AtomicInteger();
    IntStream.range(0, seen.length)
        .parallel()
        .forEach(
            i -> {
              Path file = files.get(all.get(i).path());
              try {
                GreyImage picture = cached.getOrDefault(file, () -> decoded(file)).get();
                seen[i] = new AuditWorkload.Seen(all.get(i), Fingerprint.of(picture));
              } catch (UserErrorException e) {
                problems[i] = e.problem();
              }
              progress.update("looking at images", done.incrementAndGet(), seen.length);
            });
    for (int i = 0; i < problems.length; i++) {
      if (problems[i] != null) {
        unreadable.add(new AuditFindings.Unreadable(all.get(i), problems[i]));
      }
    }
    return Stream.of(seen).filter(Objects::nonNull).toArray(AuditWorkload.Seen[]::new);
  }

  private GreyImage decoded(Path file) {
    GreyImage picture = decoder.decode(file);
    return geometry == null ? picture : geometry.transform().apply(picture);
  }

  /** The pictures that an earlier run has decoded. */
  private Map<Path, Supplier<GreyImage>> cached() {
    Map<Path, Supplier<GreyImage>> cached = new HashMap<>();
    if (geometry != null) {
      // As pretraining lists them, and as the computing of features does.
      take(cached, List.of("pretrain"));
      take(cached, List.of("train", "valid", "test"));
    }
    return cached;
  }

  private void take(Map<Path, Supplier<GreyImage>> cached, List<String> names) {
    List<Path> listed = new ArrayList<>();
    names.stream()
        .map(parts::get)
        .filter(Objects::nonNull)
        .flatMap(part -> part.images().stream().map(part::file))
        .distinct()
        .forEach(listed::add);
    PixelCache.find(cache.resolve("pixels"), listed, geometry, progress)
        .ifPresent(
            pixels -> {
              for (int i = 0; i < listed.size(); i++) {
                int at = i;
                cached.putIfAbsent(listed.get(i), () -> pixels.image(at));
              }
            });
  }
}
