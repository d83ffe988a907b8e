package org.mococxr.datasets.phantom;

import static org.mococxr.specs.option.Role.IDENTIFIES;

import java.util.Map;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.specs.option.Choice;
import org.mococxr.specs.option.Option;
import org.mococxr.specs.option.OptionRecord;
import org.mococxr.specs.option.Options;

/** What the phantom generator makes: by default what a demonstration needs. */
public record PhantomOptions(
    @Option(
            value = "names the data set: the same options give the same pictures",
            role = IDENTIFIES,
            byDefault = "1",
            label = "N")
        long seed,
    @Option(
            value = "patients of train.csv without labels",
            role = IDENTIFIES,
            byDefault = "800",
            min = 0,
            flags = "--unlabelled",
            label = "N")
        int unlabelledPatients,
    @Option(
            value = "patients of train.csv with labels",
            role = IDENTIFIES,
            byDefault = "500",
            min = 0,
            flags = "--labelled",
            label = "N")
        int labelledPatients,
    @Option(
            value = "patients of valid.csv, all labelled",
            role = IDENTIFIES,
            byDefault = "300",
            min = 0,
            flags = "--valid",
            label = "N")
        int validPatients,
    @Option(
            value = "width and height",
            role = IDENTIFIES,
            byDefault = "96",
            min = 32,
            max = 1024,
            label = "PIXELS")
        int size,
    @Option(
            value = "share of patients with an effusion",
            role = IDENTIFIES,
            byDefault = "0.45",
            min = 0,
            max = 1,
            label = "SHARE")
        double prevalence,
    @Option(
            value = "0: large, opaque effusions; 1: barely blunted angles",
            role = IDENTIFIES,
            byDefault = "0.4",
            min = 0,
            max = 1,
            label = "0..1")
        double difficulty,
    @Option(
            value =
                "how much habitus, position, noise and devices vary: 0 hardly, 1 as on a ward, 2"
                    + " beyond it",
            role = IDENTIFIES,
            byDefault = "1",
            min = 0,
            max = 2,
            label = "0..2")
        double nuisance,
    @Option(
            value =
                "how much brightness and contrast vary from view to view: 0 not at all, 1 as between"
                    + " machines, 2 beyond it",
            role = IDENTIFIES,
            byDefault = "1",
            min = 0,
            max = 2,
            label = "0..2")
        double exposure,
    @Option(
            value =
                "share of patients with an upper-lobe consolidation, as large and as opaque as an"
                    + " effusion and independent of it",
            role = IDENTIFIES,
            byDefault = "0.4",
            min = 0,
            max = 1,
            label = "SHARE")
        double mimics,
    @Option(
            value = "share of the faintest third of effusions that is labelled -1",
            role = IDENTIFIES,
            byDefault = "0.1",
            min = 0,
            max = 1,
            flags = "--uncertain",
            label = "SHARE")
        double uncertainShare,
    @Option(
            value = "png, whose pixels are exactly the generator's, or jpg, as CheXpert has",
            role = IDENTIFIES,
            byDefault = "png")
        Format format)
    implements OptionRecord {

  /** Of the pictures' files. */
  public enum Format implements Choice {
    PNG,
    JPG
  }

  /** Checks that all patients have numbers of five digits. */
  public PhantomOptions {
    long patients = (long) unlabelledPatients + labelledPatients + validPatients;
    if (patients >= 100_000) {
      throw new UserErrorException(
          "unlabelledPatients",
          "found " + patients + " patients in all",
          "expected fewer than 100,000");
    }
  }

  /** A data set of so many patients and pixels, otherwise as by default. */
  public static PhantomOptions small(
      long seed, int unlabelled, int labelled, int valid, int pixels) {
    return Options.read(
        Map.of(
            "seed", seed,
            "unlabelledPatients", unlabelled,
            "labelledPatients", labelled,
            "validPatients", valid,
            "size", pixels),
        PhantomOptions.class);
  }
}
