package org.mococxr.learning.finetuning;

import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import org.mococxr.foundation.RandomStream;
import org.mococxr.learning.checkpoint.MetricsLog;
import org.mococxr.learning.evaluation.StudyLevel;
import org.mococxr.learning.features.LinearHead;
import org.mococxr.learning.optim.Divergence;
import org.mococxr.learning.optim.Plateau;
import org.mococxr.learning.selection.Criterion;
import org.mococxr.specs.training.FineTuningOptions;
import org.mococxr.specs.training.Solver;

/**
 * The reference's way to a linear head: SGD or Adam over shuffled batches for many epochs, here on
 * stored features. The head starts at N(0, 0.01²) with zero bias; the best head by mean validation
 * score is kept.
 */
final class ProbeLoop {
  private static final double BETA1 = 0.9;
  private static final double BETA2 = 0.999;
  private static final double EPSILON = 1e-8;

  private final LabelledFeatures train;
  private final FineTuneOptions options;
  private final FineTuningOptions told;
  private final HeadLoss head;
  private final int outputs;
  private final int d;
  private final double[] x;
  private final double[] gradient;
  private final double[] first;
  private final double[] second;
  private long steps;

  private ProbeLoop(LabelledFeatures train, FineTuneOptions options, HeadLoss head) {
    this.train = train;
    this.options = options;
    this.told = options.training();
    this.head = head;
    this.d = train.dimension();
    this.outputs = head.outputs();
    this.x = new double[outputs * (d + 1)];
    this.gradient = new double[x.length];
    this.first = new double[x.length];
    this.second = new double[x.length];
    RandomStream random = RandomStream.of(options.seed(), "probe head");
    for (int k = 0; k < outputs; k++) {
      for (int j = 0; j < d; j++) {
        x[k * (d + 1) + j] = 0.01 * random.nextGaussian();
      }
    }
  }

  static LinearHead fit(
      LabelledFeatures train,
      LabelledFeatures valid,
      StudyLevel validation,
      FineTuneOptions options,
      HeadLoss loss,
      MetricsLog log) {
    return new ProbeLoop(train, options, loss).run(valid, validation, log);
  }

  private LinearHead run(LabelledFeatures valid, StudyLevel validation, MetricsLog log) {
    int n = train.targets().length;
    Rates rates = new Rates(told, Plateau.START);
    Criterion criterion = Criterion.of(told, options.run().tasks());
    LinearHead best = null;
    double bestScore = Double.NEGATIVE_INFINITY;
    long seen = 0;
    long due = told.evaluateEvery();
    int stale = 0;
    for (int epoch = 0; epoch < told.epochs(); epoch++) {
      int[] order = RandomStream.of(options.seed(), "order", epoch).permutation(n);
      for (int from = 0; from < n; from += told.batch()) {
        int to = Math.min(n, from + told.batch());
        double loss = step(order, from, to, rates.of(epoch));
        seen += to - from;
        boolean last = epoch == told.epochs() - 1 && to == n;
        if (seen < due && !last) {
          continue;
        }
        due = seen + told.evaluateEvery();
        LinearHead head = head();
        double[][] logits =
            Divergence.check(head.logits(valid.features()), "learningRate", Divergence.LOWER_RATE);
        double score = criterion.mean(validation, validation.logits(head.form(), logits));
        rates.evaluated(score);
        log.add(figures(epoch, seen, loss, criterion.figure(), score));
        stale = score > bestScore ? 0 : stale + 1;
        if (best == null || score > bestScore) {
          best = head;
          bestScore = score;
        }
        if (told.earlyStopping() > 0 && stale >= told.earlyStopping()) {
          return best;
        }
      }
    }
    return best;
  }

  private static Map<String, Object> figures(
      int epoch, long seen, double loss, String name, double score) {
    Map<String, Object> figures = new TreeMap<>();
    figures.put("epoch", epoch);
    figures.put("images", seen);
    figures.put("loss", loss);
    figures.put(name, score);
    return figures;
  }

  /** One update; returns the batch's loss. */
  private double step(int[] order, int from, int to, double rate) {
    Arrays.fill(gradient, 0);
    int each = head.perGroup();
    double[] logits = new double[each];
    double loss = 0;
    int unmasked = 0;
    for (int i = from; i < to; i++) {
      int row = order[i];
      for (int g = 0; g < head.groups(); g++) {
        float target = head.target(train.targets()[row], g);
        if (target == HeadLoss.MASKED) {
          continue;
        }
        unmasked++;
        for (int k = 0; k < each; k++) {
          logits[k] = logit(g * each + k, row);
        }
        double importance = head.importance(g, target);
        loss += importance * HeadLoss.lossAndSlope(logits, target);
        for (int k = 0; k < each; k++) {
          add(g * each + k, row, importance * logits[k]);
        }
      }
    }
    if (unmasked == 0) {
      return 0;
    }
    int count = unmasked;
    Arrays.setAll(gradient, i -> gradient[i] / count + told.weightDecay() * x[i]);
    update(rate);
    return Divergence.check(loss / unmasked, "learningRate", Divergence.LOWER_RATE);
  }

  private double logit(int output, int row) {
    double sum = x[output * (d + 1) + d];
    for (int j = 0; j < d; j++) {
      sum += x[output * (d + 1) + j] * train.features()[row * d + j];
    }
    return sum;
  }

  private void add(int output, int row, double slope) {
    int base = output * (d + 1);
    for (int j = 0; j < d; j++) {
      gradient[base + j] += slope * train.features()[row * d + j];
    }
    gradient[base + d] += slope;
  }

  private void update(double rate) {
    steps++;
    if (told.solver() == Solver.SGD) {
      // As PyTorch: neither the first gradient nor one without momentum is dampened.
      boolean dampened = steps > 1 && told.sgdMomentum() > 0;
      double share = dampened ? 1 - told.sgdDampening() : 1;
      for (int i = 0; i < x.length; i++) {
        first[i] = told.sgdMomentum() * first[i] + share * gradient[i];
        x[i] -= rate * first[i];
      }
      return;
    }
    double correction1 = 1 - Math.pow(BETA1, steps);
    double correction2 = Math.sqrt(1 - Math.pow(BETA2, steps));
    for (int i = 0; i < x.length; i++) {
      first[i] = BETA1 * first[i] + (1 - BETA1) * gradient[i];
      second[i] = BETA2 * second[i] + (1 - BETA2) * gradient[i] * gradient[i];
      x[i] -= rate * (first[i] / correction1) / (Math.sqrt(second[i]) / correction2 + EPSILON);
    }
  }

  private LinearHead head() {
    float[] weight = new float[outputs * d];
    float[] bias = new float[outputs];
    for (int k = 0; k < outputs; k++) {
      for (int j = 0; j < d; j++) {
        weight[k * d + j] = (float) x[k * (d + 1) + j];
      }
      bias[k] = (float) x[k * (d + 1) + d];
    }
    return LinearHead.kept(options.run().tasks(), head.form(), weight, bias);
  }
}
