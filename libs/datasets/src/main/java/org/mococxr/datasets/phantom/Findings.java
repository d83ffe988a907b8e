package org.mococxr.datasets.phantom;

import org.mococxr.foundation.RandomStream;

/**
 * What a study shows beside the anatomy.
 *
 * @param fluid per side (the patient's right first): how far the fluid climbs the lateral wall
 *     above the costophrenic angle; 0 is no effusion
 * @param consolidation depth of an upper-lobe consolidation right and left, from the apex down, in
 *     half picture heights
 * @param fluidOpacity how much of the lung's transparency the fluid takes, 0 … 1
 * @param meniscus how much lower the fluid stands in the middle than at the wall, 0 … 1 of its
 *     height
 * @param patchX middle of a patchy opacity that is no effusion
 * @param patchY as above
 * @param patchDensity attenuation of the patch; 0 is none
 * @param inspiration shift of the diaphragm, negative is poor inspiration
 * @param portable taken in bed, antero-posterior
 * @param line a central venous catheter
 * @param tube an endotracheal tube
 * @param pacemaker a pacemaker with its lead
 * @param electrodes number of ECG electrodes
 * @param deviceSeed where the devices lie
 */
record Findings(
    float[] fluid,
    float[] consolidation,
    float fluidOpacity,
    float meniscus,
    float patchX,
    float patchY,
    float patchDensity,
    float inspiration,
    boolean portable,
    boolean line,
    boolean tube,
    boolean pacemaker,
    int electrodes,
    long deviceSeed) {

  /** A patient's tendency to effusion: the side and size that their studies vary about. */
  record Disease(
      boolean present,
      boolean right,
      boolean left,
      double severity,
      boolean[] mimic,
      double extent) {
    static final Disease NONE = new Disease(false, false, false, 0, new boolean[2], 0);

    static Disease of(RandomStream random, double prevalence, double mimics) {
      boolean present = random.nextBoolean(prevalence);
      int sides = random.nextInt(10);
      double severity = random.nextDouble();
      // Independent of the effusion, so that opacity alone tells nothing about fluid.
      boolean consolidated = random.nextBoolean(mimics);
      int lobes = random.nextInt(10);
      boolean[] mimic = {
        consolidated && (lobes < 4 || lobes >= 8), consolidated && lobes >= 4,
      };
      return new Disease(
          present,
          present && (sides < 4 || sides >= 7),
          present && sides >= 4,
          severity,
          mimic,
          random.nextDouble());
    }
  }

  static Findings of(RandomStream random, Disease disease, PhantomOptions options) {
    double hard = options.difficulty();
    double lowest = 0.26 - 0.18 * hard;
    double highest = 0.75 - 0.37 * hard;
    float[] fluid = new float[2];
    for (int side = 0; side < 2; side++) {
      double jitter = random.nextDouble(-0.15, 0.15);
      if (side == 0 ? disease.right() : disease.left()) {
        double severity = Math.clamp(disease.severity() + jitter, 0, 1);
        fluid[side] = (float) (lowest + (highest - lowest) * severity);
      }
    }
    float[] consolidation = new float[2];
    for (int side = 0; side < 2; side++) {
      if (disease.mimic()[side]) {
        double extent = Math.clamp(disease.extent() + random.nextDouble(-0.15, 0.15), 0, 1);
        consolidation[side] = (float) (1.2 * (lowest + (highest - lowest) * extent));
      }
    }
    double n = options.nuisance();
    return new Findings(
        fluid,
        consolidation,
        (float) random.nextDouble(0.95 - 0.35 * hard, 1.0 - 0.1 * hard),
        (float) random.nextDouble(0.35, 0.65),
        (float) random.nextDouble(-0.6, 0.6),
        (float) random.nextDouble(-0.5, 0.35),
        random.nextBoolean(Math.min(0.9, 0.35 * n)) ? (float) random.nextDouble(0.08, 0.32) : 0f,
        (float) (random.nextDouble(-0.16, 0.06) * Math.min(1.3, n)),
        random.nextBoolean(Math.min(0.8, 0.4 * n)),
        random.nextBoolean(Math.min(0.7, 0.25 * n)),
        random.nextBoolean(Math.min(0.6, 0.15 * n)),
        random.nextBoolean(Math.min(0.5, 0.10 * n)),
        random.nextBoolean(Math.min(0.8, 0.35 * n)) ? 1 + random.nextInt(4) : 0,
        random.nextLong());
  }

  boolean effusion() {
    return fluid[0] > 0 || fluid[1] > 0;
  }

  boolean consolidated() {
    return consolidation[0] > 0 || consolidation[1] > 0;
  }

  boolean devices() {
    return line || tube || pacemaker || electrodes > 0;
  }

  float largestFluid() {
    return Math.max(fluid[0], fluid[1]);
  }
}
