package org.mococxr.learning.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.mococxr.foundation.RandomStream;
import org.mococxr.imaging.GreyImage;
import org.mococxr.imaging.files.ImageWriter;

/** Small pictures of blobs in CheXpert's folders, with a manifest. */
public final class Pictures {
  private Pictures() {}

  /**
   * Two pictures of each patient, labelled by whether the blob lies left.
   *
   * @return the manifest's file; the paths in it are relative to {@code folder}
   */
  public static Path write(Path folder, int patients, int size, long seed) {
    try {
      return writeAll(folder, patients, size, seed);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Path writeAll(Path folder, int patients, int size, long seed) throws IOException {
    List<String> lines = new ArrayList<>();
    lines.add("Path,Sex,Age,Frontal/Lateral,AP/PA,Pleural Effusion");
    for (int p = 0; p < patients; p++) {
      boolean left = p % 2 == 0;
      for (int view = 1; view <= 2; view++) {
        String path =
            "CheXpert-v1.0-small/train/patient%05d/study1/view%d_frontal.png".formatted(p, view);
        RandomStream random = RandomStream.of(seed, "pictures", p, view);
        Files.createDirectories(folder.resolve(path).getParent());
        ImageWriter.writePng(blob(random, size, left), folder.resolve(path));
        lines.add(path + ",Male,50,Frontal,AP," + (left ? "1.0" : "0.0"));
      }
    }
    Path manifest = folder.resolve("manifest.csv");
    Files.write(manifest, lines);
    return manifest;
  }

  /** Writes a manifest of some rows of another, whose header is the first of its lines. */
  public static void part(Path file, List<String> lines, int from, int to) throws IOException {
    List<String> kept = new ArrayList<>(List.of(lines.getFirst()));
    kept.addAll(lines.subList(from, to));
    Files.write(file, kept);
  }

  /**
   * Options of a narrow network's end-to-end run on parts that {@link #part} wrote.
   *
   * @param folder with {@code train.csv}, {@code valid.csv} and {@code test.csv}
   * @return modifiable
   */
  public static Map<String, Object> run(Path folder, List<String> tasks, int size) {
    Map<String, Object> options = new LinkedHashMap<>();
    options.put("architecture", "resnet18_w16");
    options.put("root", folder.toString());
    for (String part : List.of("train", "valid", "test")) {
      options.put(part, folder.resolve(part + ".csv").toString());
    }
    options.put("tasks", tasks);
    options.put("mode", "end-to-end");
    options.put("image", Map.of("size", size, "geometry", "square"));
    options.put("threads", 1);
    return options;
  }

  private static GreyImage blob(RandomStream random, int size, boolean left) {
    byte[] pixels = new byte[size * size];
    double cx = size * (left ? 0.3 : 0.7) + random.nextDouble(-3, 3);
    double cy = size * random.nextDouble(0.3, 0.7);
    for (int y = 0; y < size; y++) {
      for (int x = 0; x < size; x++) {
        double d = Math.hypot(x - cx, y - cy) / (0.2 * size);
        double v = 60 + 150 * Math.exp(-d * d) + 15 * random.nextGaussian();
        pixels[y * size + x] = (byte) Math.clamp(Math.round(v), 0, 255);
      }
    }
    return new GreyImage(size, size, pixels);
  }
}
