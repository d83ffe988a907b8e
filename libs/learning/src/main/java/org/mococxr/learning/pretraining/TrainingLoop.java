package org.mococxr.learning.pretraining;

import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.mococxr.foundation.RandomStream;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.learning.checkpoint.Checkpoints;
import org.mococxr.learning.checkpoint.MetricsLog;
import org.mococxr.learning.moco.Moco;
import org.mococxr.learning.moco.MocoState;
import org.mococxr.learning.moco.StepFigures;
import org.mococxr.learning.optim.Divergence;
import org.mococxr.learning.optim.Schedule;
import org.mococxr.specs.training.PretrainingOptions;

/** Epochs of steps, with metrics, checkpoints, and an end when asked for. */
final class TrainingLoop {
  /** A mean spread below this over a whole logging interval is a collapse. */
  private static final double COLLAPSED = 0.02;

  private final PretrainOptions options;
  private final PretrainingOptions told;
  private final int images;
  private final Moco moco;
  private final Views views;
  private final Checkpoints<Position> checkpoints;
  private final Path runFolder;
  private final PretrainListener listener;
  private final Optional<EncoderProbe> probe;
  private final Schedule schedule;
  private final int stepsPerEpoch;
  private final long totalSteps;

  private Position position;
  private MetricsLog metrics;
  private Meter meter;
  private long step;
  private long firstStep;
  private long startedAt;
  private long lastCheckpoint = -1;
  private int collapsedIntervals;
  private Map<String, Double> lastFigures = Map.of();

  TrainingLoop(
      PretrainOptions options,
      int images,
      Moco moco,
      Views views,
      Checkpoints<Position> checkpoints,
      Path runFolder,
      PretrainListener listener,
      Optional<EncoderProbe> probe) {
    this.probe = probe;
    this.options = options;
    this.told = options.told();
    this.images = images;
    this.moco = moco;
    this.views = views;
    this.checkpoints = checkpoints;
    this.runFolder = runFolder;
    this.listener = listener;
    this.schedule = options.rates();
    this.stepsPerEpoch = images / told.batch();
    long whole = (long) stepsPerEpoch * told.epochs();
    this.totalSteps = told.maxSteps() == null ? whole : Math.min(whole, told.maxSteps());
  }

  /** From a position to the end or to a request to stop. */
  PretrainResult run(Position from) {
    try {
      return train(from);
    } finally {
      if (metrics != null) {
        metrics.close();
      }
    }
  }

  private PretrainResult train(Position from) {
    position = from;
    step = from.step();
    firstStep = step;
    if (step > 0) {
      lastCheckpoint = step;
      listener.note("going on from step " + step);
    }
    metrics = new MetricsLog(runFolder, "step", step, "pretraining/");
    meter = new Meter();
    startedAt = System.nanoTime();
    int epoch = from.epoch();
    int batch = from.batch();
    if (step == 0) {
      probe();
    }
    while (step < totalSteps) {
      boolean stopped = epoch(epoch, batch);
      if (stopped) {
        return new PretrainResult(PretrainResult.Status.PREEMPTED, step, lastFigures);
      }
      epoch++;
      batch = 0;
    }
    return new PretrainResult(PretrainResult.Status.DONE, step, lastFigures);
  }

  /** True if the run must stop now. */
  private boolean epoch(int epoch, int firstBatch) {
    try (Views.Epoch batches = views.epoch(epoch, order(epoch), told.batch(), firstBatch)) {
      for (int batch = firstBatch; batch < stepsPerEpoch && step < totalSteps; batch++) {
        long before = System.nanoTime();
        double rate = schedule.rate(epoch, batch, stepsPerEpoch);
        long waited;
        StepFigures figures;
        try (Views.Pair pair = batches.next()) {
          waited = System.nanoTime() - before;
          figures = moco.step(pair.queries(), pair.keys(), rate, step);
        }
        step++;
        Divergence.check(
            figures.loss(),
            "pretraining, step " + step,
            "lower the learning rate, or clip gradients; the last checkpoint is kept");
        meter.add(figures, rate, waited, System.nanoTime() - before);
        if (step % told.logEvery() == 0 || step == totalSteps) {
          log(epoch);
        }
        boolean last = batch + 1 == stepsPerEpoch;
        int nextEpoch = last ? epoch + 1 : epoch;
        int nextBatch = last ? 0 : batch + 1;
        boolean stop = listener.stopRequested() && step < totalSteps;
        if (stop || due(last)) {
          checkpoint(nextEpoch, nextBatch, last);
        }
        if (stop) {
          return true;
        }
        if (last || step == totalSteps) {
          probe();
        }
      }
    }
    return false;
  }

  private int[] order(int epoch) {
    return told.order() == PretrainingOptions.Order.SEQUENTIAL
        ? IntStream.range(0, images).toArray()
        : RandomStream.of(options.seed(), "order", epoch).permutation(images);
  }

  private boolean due(boolean lastOfEpoch) {
    return step == totalSteps
        || (told.checkpointEvery() == 0 ? lastOfEpoch : step % told.checkpointEvery() == 0);
  }

  private void checkpoint(int epoch, int batch, boolean epochDone) {
    if (lastCheckpoint == step) {
      return;
    }
    boolean permanent = epochDone && told.keepEvery() > 0 && epoch % told.keepEvery() == 0;
    MocoState state = moco.state();
    Path folder =
        checkpoints.write(
            step,
            position.at(moco, state, step, epoch, batch),
            Position.parts(moco, state),
            permanent);
    lastCheckpoint = step;
    listener.checkpointed(folder, step);
  }

  /** Before the first epoch and after each: what the pretraining has gained so far. */
  private void probe() {
    probe.ifPresent(
        p -> {
          Map<String, Double> figures =
              p.figures(moco.query().network(), moco.query().toStateDict());
          Map<String, Object> line = new LinkedHashMap<>();
          line.put("step", step);
          line.put("epoch", (double) step / stepsPerEpoch);
          line.putAll(figures);
          metrics.add(line);
          listener.probed(step, figures);
        });
  }

  private void log(int epoch) {
    Meter.Means means = meter.means();
    meter = new Meter();
    collapsedIntervals = means.spread() < COLLAPSED ? collapsedIntervals + 1 : 0;
    if (collapsedIntervals >= 10) {
      throw new UserErrorException(
          "pretraining, step " + step,
          "all embeddings have become equal (spread %.4f)".formatted(means.spread()),
          "lower the learning rate, raise the temperature, or use a larger queue");
    }
    double perSecond = told.batch() * means.stepsPerSecond();
    double elapsed = (System.nanoTime() - startedAt) / 1e9;
    double secondsPerStep = elapsed / (step - firstStep);
    Duration remaining = Duration.ofMillis((long) (1e3 * secondsPerStep * (totalSteps - step)));
    Map<String, Object> line = new LinkedHashMap<>();
    line.put("step", step);
    line.put("epoch", (double) step / stepsPerEpoch);
    line.put("loss", means.loss());
    line.put("acc1", means.acc1());
    line.put("acc5", means.acc5());
    line.put("lr", means.rate());
    line.put("images_per_second", perSecond);
    line.put("data_wait", means.dataWait());
    line.put("positive_similarity", means.positive());
    line.put("negative_similarity", means.negative());
    line.put("spread", means.spread());
    metrics.add(line);
    lastFigures = Map.of("loss", means.loss(), "acc1", means.acc1(), "acc5", means.acc5());
    listener.progress(
        new PretrainListener.Progress(
            epoch + 1,
            told.epochs(),
            step,
            totalSteps,
            means.loss(),
            means.acc1(),
            means.rate(),
            perSecond,
            means.dataWait(),
            remaining));
  }
}
