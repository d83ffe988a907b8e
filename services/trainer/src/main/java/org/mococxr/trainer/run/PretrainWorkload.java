package org.mococxr.trainer.run;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.mococxr.learning.pretraining.PretrainListener;
import org.mococxr.learning.pretraining.PretrainOptions;
import org.mococxr.learning.pretraining.PretrainResult;
import org.mococxr.learning.pretraining.Pretraining;

/** MoCo pretraining of the query encoder on a manifest's images. */
final class PretrainWorkload implements Workload {

  @Override
  public Outcome run(RunContext context) {
    Map<String, Object> options = context.withSurroundings("weights");
    options.put("manifest", context.input("pretrain").toString());
    probe(context, options);
    PretrainResult result =
        Pretraining.run(
            context.options(options, PretrainOptions.class),
            context.folder(),
            new Listener(context));
    return result.status() == PretrainResult.Status.DONE
        ? new Outcome.Done(result.figures())
        : new Outcome.Preempted();
  }

  /** A probe that names no manifests takes the inputs {@code train} and {@code valid}. */
  private static void probe(RunContext context, Map<String, Object> options) {
    if (options.get("probe") instanceof Map<?, ?> given) {
      Map<String, Object> probe = new LinkedHashMap<>();
      given.forEach((key, value) -> probe.put(key.toString(), value));
      context.optionalInput("train").ifPresent(p -> probe.putIfAbsent("train", p.toString()));
      context.optionalInput("valid").ifPresent(p -> probe.putIfAbsent("test", p.toString()));
      options.put("probe", probe);
    }
  }

  /** Hands on what pretraining tells. */
  private record Listener(RunContext context) implements PretrainListener {
    @Override
    public void progress(Progress p) {
      Map<String, Double> figures = new LinkedHashMap<>();
      figures.put("loss", p.loss());
      figures.put("acc@1", p.acc1());
      figures.put("lr", p.rate());
      figures.put("images/s", p.imagesPerSecond());
      figures.put("data wait %", 100 * p.dataWait());
      figures.put("seconds left", (double) p.remaining().toSeconds());
      context
          .reporter()
          .update("epoch %d/%d".formatted(p.epoch(), p.epochs()), p.step(), p.steps(), figures);
    }

    @Override
    public void preparing(String stage, long done, long total) {
      context.reporter().update(stage, done, total);
    }

    @Override
    public void checkpointed(Path folder, long step) {
      context.checkpointed(folder, step);
    }

    @Override
    public void probed(long step, Map<String, Double> figures) {
      if (figures.containsKey("probe")) {
        note(
            "step %d: AUROC of the linear probe %.3f, of kNN %.3f"
                .formatted(step, figures.get("probe"), figures.get("knn")));
      }
    }

    @Override
    public void note(String text) {
      System.err.println(context.spec().run() + ": " + text);
    }

    @Override
    public boolean stopRequested() {
      return context.stop().getAsBoolean();
    }
  }
}
