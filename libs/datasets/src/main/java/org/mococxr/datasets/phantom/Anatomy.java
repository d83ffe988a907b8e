package org.mococxr.datasets.phantom;

import org.mococxr.foundation.RandomStream;

/**
 * A patient's body: what all studies and views of one patient share. Lengths are in units of half
 * the picture's width at scale 1, with the origin in its middle, x to the right (the patient's
 * left), y down. Arrays have the patient's right side (left in the picture) first.
 *
 * @param female adds breast shadows
 * @param ageYears 18 … 90
 * @param lungHalfWidth lateral border of the lungs at the base
 * @param apexY top of the lungs
 * @param domeY highest point of each diaphragm dome
 * @param angleDrop how far below its dome each costophrenic angle lies
 * @param wall thickness of the lateral chest wall
 * @param thickness attenuation of the soft tissue
 * @param air how much darker lung is than soft tissue
 * @param heartX middle of the heart
 * @param heartWidth half the heart's width
 * @param heartHeight half the heart's height
 * @param mediastinum half the mediastinum's width
 * @param knob prominence of the aortic knob
 * @param ribSpacing distance between ribs
 * @param ribCurve how steeply posterior ribs fall to the side
 * @param ribPhase where the first rib lies
 * @param ribContrast attenuation of a rib
 * @param scoliosis sideways curve of the spine
 * @param breast attenuation of the breast shadows
 * @param gasX where the stomach bubble lies
 * @param texture vessels and interstitium: value noise on a grid of {@value #GRID} × {@value #GRID}
 */
record Anatomy(
    boolean female,
    int ageYears,
    float lungHalfWidth,
    float apexY,
    float[] domeY,
    float[] angleDrop,
    float wall,
    float thickness,
    float air,
    float heartX,
    float heartWidth,
    float heartHeight,
    float mediastinum,
    float knob,
    float ribSpacing,
    float ribCurve,
    float ribPhase,
    float ribContrast,
    float scoliosis,
    float breast,
    float gasX,
    float[] texture) {

  static final int GRID = 32;

  /** Cardiothoracic ratio above which the heart counts as enlarged, as radiologists do. */
  static final double CARDIOMEGALY = 0.5;

  static Anatomy of(RandomStream random, double nuisance) {
    double n = Math.min(1.5, 0.1 + 0.9 * nuisance);
    boolean female = random.nextBoolean(0.45);
    int age = 18 + random.nextInt(73);
    double width = around(random, 0.72, 0.07 * n);
    double rightDome = around(random, 0.36, 0.07 * n);
    double leftDome = rightDome + around(random, 0.05, 0.04);
    double heart =
        random.nextBoolean(0.25) ? around(random, 0.44, 0.05) : around(random, 0.32, 0.04);
    float[] texture = new float[GRID * GRID];
    for (int i = 0; i < texture.length; i++) {
      texture[i] = (float) random.nextDouble(-1, 1);
    }
    return new Anatomy(
        female,
        age,
        (float) width,
        (float) around(random, -0.70, 0.06 * n),
        new float[] {(float) rightDome, (float) leftDome},
        new float[] {
          (float) around(random, 0.28, 0.05 * n), (float) around(random, 0.28, 0.05 * n)
        },
        (float) random.nextDouble(0.04, 0.06 + 0.14 * n),
        (float) around(random, 1.0, 0.22 * n),
        (float) around(random, 0.72, 0.09 * n),
        (float) around(random, 0.09, 0.03),
        (float) heart,
        (float) around(random, 0.33, 0.04),
        (float) around(random, 0.12, 0.02),
        (float) random.nextDouble(0.02, 0.16),
        (float) around(random, 0.135, 0.018),
        (float) around(random, 0.34, 0.10),
        (float) random.nextDouble(),
        (float) random.nextDouble(0.05, 0.08 + 0.12 * n),
        (float) around(random, 0, 0.035 * n),
        female ? (float) random.nextDouble(0.03, 0.05 + 0.2 * n) : 0f,
        (float) random.nextDouble(0.25, 0.5),
        texture);
  }

  /** Width of the heart by the inner width of the chest. */
  double cardiothoracicRatio() {
    return heartWidth / lungHalfWidth;
  }

  /** Uniform in middle ± spread. */
  static double around(RandomStream random, double middle, double spread) {
    return random.nextDouble(middle - spread, middle + spread);
  }
}
