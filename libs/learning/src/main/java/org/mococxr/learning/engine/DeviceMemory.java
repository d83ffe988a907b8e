package org.mococxr.learning.engine;

import ai.djl.engine.EngineException;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.mococxr.foundation.UserErrorException;

/** What PyTorch says when a device's memory is used up, as what the user can do about it. */
public final class DeviceMemory {
  /** Of GPUs, then of processors. */
  private static final Pattern USED_UP =
      Pattern.compile("(CUDA out of memory|CUDA error: out of memory|you tried to allocate)[^\n]*");

  private DeviceMemory() {}

  /**
   * Computes.
   *
   * @param batch images at a time
   * @param size side of an image in pixels
   * @throws UserErrorException if the memory of a device does not suffice
   */
  public static <T> T explained(int batch, int size, Supplier<T> computation) {
    try {
      return computation.get();
    } catch (EngineException e) {
      throw usedUp(e)
          .<RuntimeException>map(
              words ->
                  new UserErrorException(
                      "option batch",
                      "the device's memory does not hold %d images of %d px: %s"
                          .formatted(batch, size, words),
                      "lower the batch or the image's size, or take precision bf16 on a GPU",
                      e))
          .orElse(e);
    }
  }

  /** PyTorch's line about it; empty if an error is another one. */
  public static Optional<String> usedUp(EngineException error) {
    for (Throwable t = error; t != null; t = t.getCause()) {
      Matcher words = USED_UP.matcher(String.valueOf(t.getMessage()));
      if (words.find()) {
        return Optional.of(words.group());
      }
    }
    return Optional.empty();
  }
}
