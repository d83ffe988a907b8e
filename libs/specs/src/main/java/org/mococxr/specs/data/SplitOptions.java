package org.mococxr.specs.data;

import static org.mococxr.specs.option.Role.IDENTIFIES;

import java.util.LinkedHashSet;
import java.util.List;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.specs.option.Choice;
import org.mococxr.specs.option.Option;
import org.mococxr.specs.option.OptionRecord;

/** How a data set is divided. */
public record SplitOptions(
    @Option(
            value =
                "where the parts come from. shares: test 20 % and validation 10 % of the patients;"
                    + " single-target: the official validation part is the test, validation is 10 %"
                    + " of the training patients; codalab, random-draws: official test and"
                    + " validation; shenzhen: 15 % and 20 % under a rule for sizes and class ratios;"
                    + " folders: 70/30, seed 2020, assignment.csv; auto: what the data set has",
            role = IDENTIFIES,
            byDefault = "auto")
        Protocol protocol,
    @Option(
            value =
                "what draws pick: patients (nobody straddles two parts or is half in a draw) or"
                    + " rows, as the reference does",
            role = IDENTIFIES,
            byDefault = "patient")
        Unit unit,
    @Option(
            value = "label fractions: shares of the labelled training part",
            role = IDENTIFIES,
            byDefault = "[0.01, 0.1, 1]",
            above = 0,
            max = 1,
            label = "F")
        List<Double> fractions,
    @Option(
            value =
                "draws of each fraction, in their order; one number counts for every fraction below"
                    + " 1, and 1 is drawn once",
            role = IDENTIFIES,
            byDefault = "[5]",
            min = 1,
            max = 1000,
            label = "N")
        List<Integer> draws,
    @Option(
            value = "draw k of a fraction contains draw k of every smaller one",
            role = IDENTIFIES,
            byDefault = "false")
        boolean nested,
    @Option(
            value = "parts and draws keep the balance of the first task",
            role = IDENTIFIES,
            byDefault = "true")
        boolean stratified,
    @Option(
            value =
                "exact: a draw's size is its fraction; bernoulli: each unit joins with the fraction"
                    + " as its probability, as the reference does",
            role = IDENTIFIES,
            byDefault = "exact")
        Sampling sampling,
    @Option(
            value =
                "draw a part or draw without positives or negatives of a task again, at most 200"
                    + " times; then it is an error",
            role = IDENTIFIES,
            byDefault = "true")
        boolean bothClasses,
    @Option(
            value =
                "what becomes of images without any label: pretrain, they serve pretraining alone;"
                    + " keep, they are in parts and draws too, for the rule blank: negative of a"
                    + " label policy, as in the reference",
            role = IDENTIFIES,
            byDefault = "pretrain")
        BlankRows blankRows,
    @Option(
            value = "share of the labelled patients for validation",
            role = IDENTIFIES,
            otherwise = "the protocol's",
            min = 0,
            below = 1,
            label = "SHARE")
        Double validShare,
    @Option(
            value = "share of the labelled patients for the test",
            role = IDENTIFIES,
            otherwise = "the protocol's",
            min = 0,
            below = 1,
            label = "SHARE")
        Double testShare,
    @Option(
            value = "how many rows that cannot be used are tolerated",
            role = IDENTIFIES,
            byDefault = "0",
            min = 0,
            label = "N")
        int maxRejected,
    @Option(
            value = "of the parts and draws",
            role = IDENTIFIES,
            otherwise = "the experiment's",
            label = "N")
        Long seed)
    implements OptionRecord {

  /** Where the parts come from: method §2. */
  public enum Protocol implements Choice {
    /** The official validation part where there is one, otherwise shares. */
    AUTO,
    /** Test and validation are shares of the patients. */
    SHARES,
    /** The official validation part is the test; validation is a share of the training patients. */
    SINGLE_TARGET,
    /** CodaLab's test, the official validation part, all of the training part. */
    CODALAB,
    /** The parts of {@link #CODALAB}; the published intervals rest on its draws. */
    RANDOM_DRAWS,
    /** 15 % validation, 20 % test, under the rule for sizes and class ratios. */
    SHENZHEN,
    /** 70 % training, 30 % validation, and assignment.csv. */
    FOLDERS
  }

  /** What a draw picks. */
  public enum Unit implements Choice {
    PATIENT,
    ROW
  }

  /** How a draw picks. */
  public enum Sampling implements Choice {
    EXACT,
    BERNOULLI
  }

  /** What becomes of images without any label. */
  public enum BlankRows implements Choice {
    PRETRAIN,
    KEEP
  }

  @Override
  public void check() {
    if (fractions.isEmpty() || new LinkedHashSet<>(fractions).size() != fractions.size()) {
      throw new UserErrorException("fractions", "found " + fractions, "name each once");
    }
    if (draws.size() != 1 && draws.size() != fractions.size()) {
      throw new UserErrorException(
          "draws",
          "found " + draws.size() + " numbers for " + fractions.size() + " fractions",
          "expected one for all or one each");
    }
  }

  /** How many draws a fraction of the list gets; all of the data is drawn once if not said. */
  public int drawsOf(int index) {
    if (draws.size() > 1) {
      return draws.get(index);
    }
    return fractions.get(index) == 1.0 ? 1 : draws.get(0);
  }
}
