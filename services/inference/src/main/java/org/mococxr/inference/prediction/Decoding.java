package org.mococxr.inference.prediction;

import jakarta.inject.Singleton;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.imaging.DecodeLimits;
import org.mococxr.imaging.GreyImage;
import org.mococxr.imaging.files.ImageDecoder;
import org.mococxr.inference.bundle.InputGeometry;
import org.mococxr.inference.config.InferenceConfig;
import org.mococxr.inference.model.BusyException;
import org.mococxr.inference.model.Deadline;

/**
 * Decodes image files, no more at a time than there are processors and memory. Runs in the caller's
 * thread, which is none of those that compute networks.
 */
@Singleton
public final class Decoding {
  /** Stored values, their grey levels and what lies between, in bytes for each pixel. */
  private static final int BYTES_PER_PIXEL = 8;

  /**
   * A picture as the network sees it.
   *
   * @param width of the file's picture, in pixels
   * @param height of the file's picture, in pixels
   * @param pixels what is left of it after resize and crop
   */
  public record View(int width, int height, GreyImage pixels) {}

  private final ImageDecoder decoder;
  private final long mostPixels;
  private final Semaphore processors =
      new Semaphore(Runtime.getRuntime().availableProcessors(), true);
  private final Semaphore kilopixels;
  private final int allKilopixels;

  /** Decodes within {@code config}'s limits and half of the heap. */
  public Decoding(InferenceConfig config) {
    InferenceConfig.Limits limits = config.limits();
    long pixels = Runtime.getRuntime().maxMemory() / 2 / BYTES_PER_PIXEL;
    this.mostPixels = Math.min(limits.pixels(), pixels);
    this.decoder = new ImageDecoder(new DecodeLimits(limits.body().asLongValue(), mostPixels, 1));
    this.allKilopixels = (int) Math.min(Integer.MAX_VALUE, Math.max(1, pixels / 1000));
    this.kilopixels = new Semaphore(allKilopixels, true);
  }

  /**
   * Decodes a file and brings it to the network's size.
   *
   * @param name for messages
   * @param geometry the network's
   * @throws UserErrorException when it is not a whole picture within the limits
   * @throws BusyException when no processor or memory is free before the deadline
   */
  public View view(byte[] file, String name, InputGeometry geometry, Deadline deadline) {
    if (file.length == 0) {
      throw new UserErrorException(name, "is empty", "send a PNG, JPEG or DICOM file");
    }
    long pixels = Math.min(mostPixels, ImageSize.pixels(file).orElse(mostPixels));
    int weight = (int) Math.min(allKilopixels, 1 + pixels / 1000);
    acquire(processors, 1, deadline);
    try {
      acquire(kilopixels, weight, deadline);
      try {
        GreyImage image = decoder.decode(file, name);
        return new View(image.width(), image.height(), geometry.view(image));
      } finally {
        kilopixels.release(weight);
      }
    } finally {
      processors.release();
    }
  }

  private static void acquire(Semaphore permits, int count, Deadline deadline) {
    boolean acquired;
    try {
      long nanos = Math.max(0, deadline.left());
      acquired = permits.tryAcquire(count, nanos, TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      acquired = false;
    }
    if (!acquired) {
      throw new BusyException("too many images are decoded at once; try again later");
    }
  }
}
