package org.mococxr.bench.imaging;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.mococxr.foundation.RandomStream;
import org.mococxr.imaging.GreyImage;
import org.mococxr.imaging.files.ImageWriter;
import org.mococxr.imaging.transform.GaussianBlur;

/** Pictures for benchmarks, of the size and texture of CheXpert's small radiographs. */
public final class MadeUpPictures {
  private static final int WIDTH = 390;
  private static final float QUALITY = 0.9f;

  private MadeUpPictures() {}

  /**
   * Writes pictures of 390 px times 320 to 440 px as JPEG.
   *
   * @return the files, in order
   */
  public static List<Path> write(Path folder, int count) {
    List<Path> files = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Path file = folder.resolve(i + ".jpg");
      ImageWriter.writeJpeg(radiograph(WIDTH, 320 + i % 7 * 20, i), file, QUALITY);
      files.add(file);
    }
    return files;
  }

  /** Smooth shapes with a little noise: compresses and decodes about as a radiograph does. */
  static GreyImage radiograph(int width, int height, long seed) {
    RandomStream random = RandomStream.of(seed, "benchmark picture");
    byte[] pixels = new byte[width * height];
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        double ribs = 30 * Math.sin(40.0 * y / height + 3.0 * x / width);
        double lungs = 60 * Math.cos(12.0 * x / width) * Math.sin(3.0 * y / height);
        pixels[y * width + x] = (byte) (120 + ribs + lungs + random.nextInt(8));
      }
    }
    return new GaussianBlur(0.7).apply(new GreyImage(width, height, pixels));
  }
}
