package org.mococxr.specs.training;

import org.mococxr.specs.option.Choice;

/** What fine-tuning starts from. */
public enum Initialisation implements Choice {
  /** Pretrained by MoCo in this experiment, or earlier if weights are given. */
  MOCO,
  /** Random weights. */
  RANDOM,
  /** Supervised ImageNet weights. */
  IMAGENET
}
