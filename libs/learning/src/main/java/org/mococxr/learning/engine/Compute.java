package org.mococxr.learning.engine;

import org.mococxr.specs.training.Layout;
import org.mococxr.specs.training.Precision;

/** How convolutions compute: precision and memory layout. */
public record Compute(Precision precision, Layout layout) {
  /** Row-major float32: the plainest. */
  public static final Compute EXACT = new Compute(Precision.FLOAT32, Layout.CHANNELS_FIRST);

  /** Channels-last float32. */
  public static final Compute FLOAT32 = new Compute(Precision.FLOAT32, Layout.CHANNELS_LAST);

  /** Channels-last bfloat16, the fastest where the device has units for it. */
  public static final Compute BFLOAT16 = new Compute(Precision.BFLOAT16, Layout.CHANNELS_LAST);
}
