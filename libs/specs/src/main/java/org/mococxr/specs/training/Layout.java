package org.mococxr.specs.training;

import org.mococxr.specs.option.Choice;

/** How four-dimensional arrays lie in memory; their shape is {@code [N, C, H, W]} in either. */
public enum Layout implements Choice {
  /** Channels innermost: what convolution kernels prefer. */
  CHANNELS_LAST,
  /** Row-major. */
  CHANNELS_FIRST
}
