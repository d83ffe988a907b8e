package org.mococxr.datasets.splitting;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.mococxr.datasets.Dataset;
import org.mococxr.datasets.ImageRecord;
import org.mococxr.datasets.reading.Datasets;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.specs.data.SplitOptions.BlankRows;
import org.mococxr.specs.data.SplitOptions.Protocol;
import org.mococxr.specs.data.SplitRecipe;

/**
 * Which images are in which part.
 *
 * @param all every image of every part, sorted by path
 * @param shown classes of every image, in bits
 * @param rows {@code train}, {@code valid}, {@code test}, {@code pretrain} to indices of images; a
 *     part that the protocol does not have is absent
 * @param classes what counts as positive and negative
 * @param shenzhen the rule that draws must keep too, under that protocol
 */
public record PartChoice(
    List<ImageRecord> all,
    long[] shown,
    Map<String, int[]> rows,
    Population.Classes classes,
    Optional<ShenzhenRule> shenzhen) {

  /** Chooses by the recipe's protocol. */
  public static PartChoice of(Datasets.Parts source, SplitRecipe recipe) {
    Dataset officialValid = source.parts().get("valid");
    Dataset officialTest = source.parts().get("test");
    Protocol protocol = protocol(recipe, officialValid, officialTest);
    List<Placed> placed = placed(source);
    List<ImageRecord> all = placed.stream().map(Placed::image).toList();
    int[] train = rowsOf(placed, "train");
    Predicate<ImageRecord> wanted = wanted(source, recipe);
    int[] labelledTrain = filter(train, row -> wanted.test(all.get(row)));
    Population.Classes classes =
        recipe.split().blankRows() == BlankRows.KEEP
            ? Population.Classes.withBlanks(recipe.tasks())
            : Population.Classes.of(
                IntStream.of(labelledTrain).mapToObj(all::get).toList(), recipe.tasks());
    long[] shown = classes.ofAll(all);
    requireClasses("all training images", shown, labelledTrain, classes, recipe);
    boolean official = protocol == Protocol.CODALAB || protocol == Protocol.RANDOM_DRAWS;
    Population patients = Population.of(all, official ? new int[0] : labelledTrain, true, shown);
    Map<String, int[]> rows = new LinkedHashMap<>();
    Optional<ShenzhenRule> rule = Optional.empty();
    if (!official) {
      requireSeveralPatients(patients.size(), labelledTrain.length);
    }
    switch (protocol) {
      case SINGLE_TARGET -> {
        Shares.Parts parts =
            Shares.of(patients, classes, recipe, 0, or(recipe.split().validShare(), 0.10));
        String test = officialValid != null ? "valid" : "test";
        put(rows, parts, labelled(placed, test, wanted));
      }
      case CODALAB, RANDOM_DRAWS -> {
        rows.put("train", labelledTrain);
        rows.put("valid", labelled(placed, "valid", wanted));
        rows.put("test", labelled(placed, "test", wanted));
      }
      case SHENZHEN -> {
        ShenzhenRule found = new ShenzhenRule(patients, recipe);
        put(rows, found.parts(), null);
        rule = Optional.of(found.within(rows.get("train"), all, shown));
      }
      default -> {
        boolean folders = protocol == Protocol.FOLDERS;
        double test = or(recipe.split().testShare(), folders ? 0 : 0.20);
        double valid = or(recipe.split().validShare(), folders ? 0.30 : 0.10);
        put(rows, Shares.of(patients, classes, recipe, test, valid), null);
      }
    }
    if (!official) {
      requireWantedParts(rows, protocol, recipe, patients.size());
    }
    rows.entrySet().removeIf(part -> part.getValue().length == 0 && !part.getKey().equals("train"));
    rows.put(
        "pretrain",
        PretrainingRows.of(
            all, pretraining(all, train, rows), source.shares(), recipe.split().seed()));
    for (String part : List.of("train", "valid", "test")) {
      if (rows.containsKey(part)) {
        requireClasses("images of the " + part + " part", shown, rows.get(part), classes, recipe);
      }
    }
    return new PartChoice(all, shown, rows, classes, rule);
  }

  /** A de-identified export may have one identifier for everybody. */
  private static void requireSeveralPatients(int patients, int images) {
    if (patients == 1 && images > 1) {
      throw new UserErrorException(
          "data set",
          "all " + images + " labelled images have the same patient, who cannot be divided",
          "say where the patients are told apart: --column patient=NAME (data.columns.patient) or"
              + " --patient-pattern REGEX (data.patientPattern)");
    }
  }

  /** A part that was asked for and got nobody would be missed only when it is needed. */
  private static void requireWantedParts(
      Map<String, int[]> rows, Protocol protocol, SplitRecipe recipe, int patients) {
    for (String part : List.of("valid", "test")) {
      Double share =
          part.equals("valid") ? recipe.split().validShare() : recipe.split().testShare();
      boolean usual =
          part.equals("valid") ? protocol != Protocol.SHENZHEN : protocol == Protocol.SHARES;
      boolean wanted = share == null ? usual : share > 0;
      if (wanted && rows.getOrDefault(part, new int[0]).length == 0) {
        throw new UserErrorException(
            "the " + part + " part",
            "got none of the " + patients + " patients with labels",
            "label more patients, or raise --%s-share (split.%sShare; 0 makes no such part)"
                .formatted(part, part));
      }
    }
  }

  private static Protocol protocol(SplitRecipe recipe, Dataset valid, Dataset test) {
    Protocol protocol = recipe.split().protocol();
    if (protocol == Protocol.AUTO) {
      if (valid != null && test != null) {
        return Protocol.CODALAB;
      }
      return valid != null || test != null ? Protocol.SINGLE_TARGET : Protocol.SHARES;
    }
    boolean codalab = protocol == Protocol.CODALAB || protocol == Protocol.RANDOM_DRAWS;
    if (codalab && (valid == null || test == null)
        || protocol == Protocol.SINGLE_TARGET && valid == null && test == null) {
      throw new UserErrorException(
          "split recipe, protocol",
          protocol.text()
              + " needs an official "
              + (codalab && valid != null ? "test" : "validation")
              + " part, which the data set does not have",
          "name data.valid and data.test, or take the protocol shares");
    }
    return protocol;
  }

  private record Placed(ImageRecord image, String part) {}

  /** All images, sorted by path; a patient in two official parts is the user's error. */
  private static List<Placed> placed(Datasets.Parts source) {
    List<Placed> placed = new ArrayList<>();
    Map<String, String> byPatient = new HashMap<>();
    source
        .parts()
        .forEach(
            (part, dataset) -> {
              String last = null;
              for (ImageRecord image : dataset.images()) {
                // Images of one patient mostly follow each other.
                boolean again = image.patient().equals(last);
                last = image.patient();
                String other = again ? part : byPatient.putIfAbsent(last, part);
                if (other != null && !other.equals(part)) {
                  throw new UserErrorException(
                      "the " + part + " part",
                      "the patient of " + image.path() + " is in the " + other + " part too",
                      "take the patient out of one of them");
                }
                placed.add(new Placed(image, part));
              }
            });
    placed.sort(Comparator.comparing(p -> p.image().path()));
    return placed;
  }

  private static void put(Map<String, int[]> rows, Shares.Parts parts, int[] officialTest) {
    rows.put("train", parts.train());
    rows.put("valid", parts.valid());
    rows.put("test", officialTest == null ? parts.test() : officialTest);
  }

  /** Every training image whose patient is not held out, labelled or not. */
  private static int[] pretraining(List<ImageRecord> all, int[] train, Map<String, int[]> rows) {
    Numbering patients = Numbering.of(all.size(), row -> all.get(row).patient());
    BitSet held = new BitSet();
    for (String part : List.of("valid", "test")) {
      for (int row : rows.getOrDefault(part, new int[0])) {
        held.set(patients.numbers()[row]);
      }
    }
    return filter(train, row -> !held.get(patients.numbers()[row]));
  }

  private static void requireClasses(
      String part, long[] shown, int[] chosen, Population.Classes classes, SplitRecipe recipe) {
    if (chosen.length == 0) {
      throw new UserErrorException(part, "no image has a label", "give labels for some of them");
    }
    long bits = 0;
    for (int row : chosen) {
      bits |= shown[row];
    }
    String missing = classes.missing(bits);
    if (missing != null && recipe.split().bothClasses()) {
      throw new UserErrorException(
          part + " (" + chosen.length + ")",
          "there is " + missing,
          "both classes are needed: check the task and the labels, or raise the part's share");
    }
  }

  private static double or(Double configured, double otherwise) {
    return configured == null ? otherwise : configured;
  }

  private static int[] rowsOf(List<Placed> placed, String part) {
    return IntStream.range(0, placed.size())
        .filter(row -> placed.get(row).part().equals(part))
        .toArray();
  }

  private static int[] labelled(List<Placed> placed, String part, Predicate<ImageRecord> wanted) {
    return filter(rowsOf(placed, part), row -> wanted.test(placed.get(row).image()));
  }

  /** The images of parts and draws; the others serve pretraining alone. */
  private static Predicate<ImageRecord> wanted(Datasets.Parts source, SplitRecipe recipe) {
    return recipe.split().blankRows() == BlankRows.PRETRAIN
        ? ImageRecord::labelled
        : ofLabelledSource(source);
  }

  /** The images of data sets that are not for pretraining alone. */
  static Predicate<ImageRecord> ofLabelledSource(Datasets.Parts source) {
    return image -> {
      Datasets.Share share = source.shares().get(image.path());
      return share == null ? !source.source().unlabelled() : !share.unlabelled();
    };
  }

  private static int[] filter(int[] rows, java.util.function.IntPredicate keep) {
    return IntStream.of(rows).filter(keep).toArray();
  }
}
