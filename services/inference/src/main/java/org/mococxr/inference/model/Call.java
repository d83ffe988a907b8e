package org.mococxr.inference.model;

import java.nio.ByteBuffer;
import java.util.Set;

/**
 * What is asked of a network.
 *
 * @param pixels {@code [count, 1, H, W]}, unsigned, row-major; not changed until the answer is
 *     there
 * @param count images
 * @param wanted names of the outputs
 * @param deadline when the answer is of no use any more
 * @param priority 1 is served first, then 2 and so on; 0 stands for the middle
 */
public record Call(
    ByteBuffer pixels, int count, Set<String> wanted, Deadline deadline, int priority) {
  /** Among how many levels a request may choose. */
  public static final int PRIORITIES = 9;

  /** The level of a request that names none. */
  public static final int DEFAULT_PRIORITY = 5;

  /** Copies the set and fills in the default priority. */
  public Call {
    wanted = Set.copyOf(wanted);
    priority = priority == 0 ? DEFAULT_PRIORITY : priority;
  }
}
