package org.mococxr.learning.features;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.mococxr.foundation.Json;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.imaging.transform.Geometry;
import org.mococxr.imaging.transform.Normalisation;

/**
 * The pooled features of many images under one encoder, in a folder: {@code features.npy} (float32
 * {@code [images, d]}, memory-mapped here, loadable by NumPy), {@code images.txt} (a path a line,
 * in the rows' order) and {@code features.json}. Any number of threads may read. Plain Java.
 */
public final class FeatureStore {
  public static final String ARRAY = "features.npy";
  public static final String IMAGES = "images.txt";
  public static final String DESCRIPTION = "features.json";

  private static final long MAX_MAP = 1L << 30;

  private final Path folder;
  private final Description description;
  private final Map<String, Integer> rows;
  private final List<FloatBuffer> maps;
  private final int rowsPerMap;

  /**
   * What the rows are.
   *
   * @param encoder digest of the encoder's parameters
   * @param normalisation of the encoder's input
   * @param geometry how pictures were resized before the centre crop
   * @param imageSize side of the crop
   * @param images number of rows
   * @param dimension d
   * @param sources SHA-256 over the images' paths and contents
   */
  public record Description(
      String encoder,
      Normalisation normalisation,
      Geometry geometry,
      int imageSize,
      int images,
      int dimension,
      String sources) {}

  private FeatureStore(
      Path folder,
      Description description,
      Map<String, Integer> rows,
      List<FloatBuffer> maps,
      int rowsPerMap) {
    this.folder = folder;
    this.description = description;
    this.rows = rows;
    this.maps = maps;
    this.rowsPerMap = rowsPerMap;
  }

  /**
   * Opens a store.
   *
   * @throws UserErrorException if it is missing or torn
   */
  public static FeatureStore open(Path folder) {
    Description d = Json.read(folder.resolve(DESCRIPTION), Description.class);
    Path array = folder.resolve(ARRAY);
    Path images = folder.resolve(IMAGES);
    try (FileChannel channel = FileChannel.open(array, StandardOpenOption.READ)) {
      long start = dataStart(channel);
      long rowBytes = 4L * d.dimension;
      if (channel.size() != start + rowBytes * d.images) {
        throw UserErrorException.at(
            array,
            "it has " + channel.size() + " bytes",
            "%d rows of %d numbers; compute the features again".formatted(d.images, d.dimension));
      }
      int perMap = (int) Math.max(1, MAX_MAP / rowBytes);
      List<FloatBuffer> maps = new ArrayList<>();
      for (long row = 0; row < d.images; row += perMap) {
        long count = Math.min(perMap, d.images - row);
        maps.add(
            channel
                .map(FileChannel.MapMode.READ_ONLY, start + row * rowBytes, count * rowBytes)
                .order(ByteOrder.LITTLE_ENDIAN)
                .asFloatBuffer());
      }
      Map<String, Integer> rows = new HashMap<>();
      for (String path : Files.readAllLines(images, StandardCharsets.UTF_8)) {
        rows.put(path, rows.size());
      }
      if (rows.size() != d.images) {
        throw UserErrorException.at(
            images, "it names " + rows.size() + " images", "expected " + d.images);
      }
      return new FeatureStore(folder, d, rows, maps, perMap);
    } catch (java.nio.file.NoSuchFileException e) {
      throw UserErrorException.at(
          folder, e.getFile() + " is missing", "a folder of features.npy and images.txt");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static long dataStart(FileChannel channel) throws IOException {
    ByteBuffer start = ByteBuffer.allocate(10).order(ByteOrder.LITTLE_ENDIAN);
    channel.read(start, 0);
    return 10 + (start.getShort(8) & 0xFFFF);
  }

  public Description description() {
    return description;
  }

  /** d. */
  public int dimension() {
    return description.dimension;
  }

  /** Copies a row. */
  public void read(int row, float[] into, int offset) {
    maps.get(row / rowsPerMap).get((row % rowsPerMap) * dimension(), into, offset, dimension());
  }

  /**
   * The features of images, {@code [paths, d]} row-major.
   *
   * @throws UserErrorException if one of them is not in the store
   */
  public float[] gather(List<String> paths) {
    float[] out = new float[Math.multiplyExact(paths.size(), dimension())];
    for (int i = 0; i < paths.size(); i++) {
      Integer row = rows.get(paths.get(i));
      if (row == null) {
        throw UserErrorException.at(
            folder, "it has no features of " + paths.get(i), "compute the features of all parts");
      }
      read(row, out, i * dimension());
    }
    return out;
  }

  /**
   * Checks that the store is of an encoder and of pictures prepared as it expects.
   *
   * @throws UserErrorException if it is of another
   */
  public void requireEncoder(Encoder.Description encoder) {
    if (!description.encoder.equals(encoder.digest())) {
      throw UserErrorException.at(
          folder,
          "its features are of the encoder " + shortened(description.encoder),
          "the encoder given is " + shortened(encoder.digest()) + "; compute the features again");
    }
    if (!description.normalisation.equals(encoder.normalisation())
        || !description.geometry.equals(encoder.geometry())
        || description.imageSize != encoder.imageSize()) {
      throw UserErrorException.at(
          folder,
          "its pictures were prepared as %s, %s, %d px"
              .formatted(description.normalisation, description.geometry, description.imageSize),
          "the run asks for %s, %s, %d px"
              .formatted(encoder.normalisation(), encoder.geometry(), encoder.imageSize()));
    }
  }

  private static String shortened(String digest) {
    return digest.substring(0, Math.min(12, digest.length())) + "…";
  }
}
