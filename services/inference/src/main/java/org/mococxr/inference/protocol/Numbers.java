package org.mococxr.inference.protocol;

import java.util.Arrays;
import org.mococxr.foundation.UserErrorException;

/**
 * Collects a tensor's numbers as they are read, before its type is known: as bytes as long as all
 * are grey levels, which is one byte for each and not an object; as floats from the first other one
 * on.
 */
public final class Numbers {
  private final String location;
  private final long most;
  private byte[] levels = new byte[1 << 10];
  private float[] floats;
  private int count;
  private UserErrorException odd;

  /**
   * @param location of the tensor, for messages
   * @param most numbers that are taken
   */
  public Numbers(String location, long most) {
    this.location = location;
    this.most = most;
  }

  /** A whole number. */
  public void add(long value) {
    if (floats == null && value >= 0 && value <= 255) {
      requireRoom();
      if (count == levels.length) {
        levels = Arrays.copyOf(levels, 2 * count);
      }
      levels[count++] = (byte) value;
    } else {
      add(value, Long.toString(value), "a grey level is within 0 to 255");
    }
  }

  /** A number that need not be whole. */
  public void add(double value) {
    add(value, Double.toString(value), "expected a whole number");
  }

  private void add(double value, String text, String expected) {
    requireRoom();
    if (floats == null) {
      floats = new float[levels.length];
      for (int i = 0; i < count; i++) {
        floats[i] = levels[i] & 0xFF;
      }
      odd = new UserErrorException(location + ", element " + count, "is " + text, expected);
    }
    if (count == floats.length) {
      floats = Arrays.copyOf(floats, 2 * count);
    }
    floats[count++] = (float) value;
  }

  private void requireRoom() {
    if (count == most) {
      throw new UserErrorException(
          location, "has more than " + most + " elements", "at most as many as the model takes");
    }
  }

  /** Numbers so far. */
  public int count() {
    return count;
  }

  /** What was collected. */
  public InferRequest.Data data() {
    return floats == null
        ? new InferRequest.Levels(Arrays.copyOf(levels, count))
        : new InferRequest.Floats(Arrays.copyOf(floats, count), odd);
  }
}
