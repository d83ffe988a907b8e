package org.mococxr.datasets.phantom;

import org.mococxr.foundation.UserErrorException;

/**
 * What the phantom generator makes.
 *
 * @param seed names the whole data set: the same options give the same pictures
 * @param unlabelledPatients patients of {@code train.csv} whose observations are all blank
 * @param labelledPatients patients of {@code train.csv} with labels
 * @param validPatients patients of {@code valid.csv}, all labelled
 * @param size width and height in pixels, 32 … 1024
 * @param prevalence share of patients with an effusion, 0 … 1
 * @param difficulty 0: large and opaque effusions; 1: effusions that barely blunt the angle
 * @param nuisance how much habitus, position, noise and devices vary: 0 hardly, 1 as on a ward, 2
 *     beyond it
 * @param exposure how much brightness and contrast vary from view to view: 0 not at all, 1 as
 *     between machines, 2 beyond it
 * @param mimics share of patients with an upper-lobe consolidation, as large and as opaque as an
 *     effusion and independent of it, 0 … 1
 * @param uncertainShare share of the faintest third of effusions whose label is uncertain, 0 … 1
 * @param format {@code png} (the pixels are exactly the generator's) or {@code jpg} (as CheXpert)
 */
public record PhantomOptions(
    long seed,
    int unlabelledPatients,
    int labelledPatients,
    int validPatients,
    int size,
    double prevalence,
    double difficulty,
    double nuisance,
    double exposure,
    double mimics,
    double uncertainShare,
    String format) {

  /** Checks the ranges. */
  public PhantomOptions {
    require(unlabelledPatients >= 0, "unlabelledPatients", unlabelledPatients, "0 or more");
    require(labelledPatients >= 0, "labelledPatients", labelledPatients, "0 or more");
    require(validPatients >= 0, "validPatients", validPatients, "0 or more");
    require(
        (long) unlabelledPatients + labelledPatients + validPatients < 100_000,
        "patients",
        (long) unlabelledPatients + labelledPatients + validPatients,
        "fewer than 100,000 in all");
    require(size >= 32 && size <= 1024, "size", size, "32 to 1024");
    require(prevalence >= 0 && prevalence <= 1, "prevalence", prevalence, "0 to 1");
    require(difficulty >= 0 && difficulty <= 1, "difficulty", difficulty, "0 to 1");
    require(nuisance >= 0 && nuisance <= 2, "nuisance", nuisance, "0 to 2");
    require(exposure >= 0 && exposure <= 2, "exposure", exposure, "0 to 2");
    require(mimics >= 0 && mimics <= 1, "mimics", mimics, "0 to 1");
    require(uncertainShare >= 0 && uncertainShare <= 1, "uncertainShare", uncertainShare, "0 to 1");
    require("png".equals(format) || "jpg".equals(format), "format", format, "png or jpg");
  }

  /** Options fit for a demonstration: about 2.3 images a patient at 96 × 96 pixels. */
  public static PhantomOptions defaults(long seed) {
    return new PhantomOptions(seed, 800, 500, 300, 96, 0.45, 0.4, 1.0, 1.0, 0.4, 0.1, "png");
  }

  /** These options with another number of patients in each part. */
  public PhantomOptions withPatients(int unlabelled, int labelled, int valid) {
    return new PhantomOptions(
        seed,
        unlabelled,
        labelled,
        valid,
        size,
        prevalence,
        difficulty,
        nuisance,
        exposure,
        mimics,
        uncertainShare,
        format);
  }

  /** These options with another image size. */
  public PhantomOptions withSize(int pixels) {
    return new PhantomOptions(
        seed,
        unlabelledPatients,
        labelledPatients,
        validPatients,
        pixels,
        prevalence,
        difficulty,
        nuisance,
        exposure,
        mimics,
        uncertainShare,
        format);
  }

  private static void require(boolean holds, String option, Object found, String expected) {
    if (!holds) {
      throw new UserErrorException(
          "phantom option " + option, "is " + found, "expected " + expected);
    }
  }
}
