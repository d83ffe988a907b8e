package org.mococxr.trainer.run;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.stream.Stream;
import org.mococxr.artifacts.Provenance;
import org.mococxr.foundation.Json;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.learning.checkpoint.Checkpoints;
import org.mococxr.learning.evaluation.FineTuned;
import org.mococxr.specs.run.ChooseRun;
import org.mococxr.specs.run.ChooseRun.Candidate;

/**
 * Chooses the point of a sweep with the best mean validation score over its draws, and takes over
 * the result of its own draw. Test results are not looked at. A point at which a training diverged
 * is passed over.
 */
final class ChooseWorkload implements Workload {
  @Override
  public Outcome run(RunContext context) throws IOException {
    ChooseRun told = context.options(context.spec().options(), ChooseRun.class);
    Map<String, List<Candidate>> points = new LinkedHashMap<>();
    told.candidates()
        .forEach(each -> points.computeIfAbsent(each.point(), key -> new ArrayList<>()).add(each));
    List<SweepChoice.Tried> tried = new ArrayList<>();
    List<Candidate> best = null;
    double highest = Double.NEGATIVE_INFINITY;
    for (List<Candidate> point : points.values()) {
      OptionalDouble score = score(context, point);
      tried.add(
          new SweepChoice.Tried(
              point.getFirst().point(),
              point.getFirst().options(),
              score.isPresent() ? (Double) score.getAsDouble() : null));
      // Of equals the first one: the order is the sweep's.
      if (score.isPresent() && score.getAsDouble() > highest) {
        best = point;
        highest = score.getAsDouble();
      }
    }
    if (best == null) {
      throw new UserErrorException(
          "sweep",
          "training diverged at every point: " + points.keySet(),
          "lower learning rates among its values");
    }
    Candidate chosen =
        best.stream().filter(each -> each.draw() == told.draw()).findFirst().orElseThrow();
    copy(context.input("run:" + chosen.run()), context.folder());
    Json.write(
        context.folder().resolve(SweepChoice.FILE),
        new SweepChoice(
            chosen.run(), chosen.pretrain(), chosen.point(), chosen.options(), highest, tried));
    Map<String, Double> figures = new LinkedHashMap<>();
    figures.put("valid_score", highest);
    figures.put("points", (double) points.size());
    return new Outcome.Done(figures);
  }

  /** Mean over the draws; empty if one of them gave no model. */
  private static OptionalDouble score(RunContext context, List<Candidate> draws)
      throws JsonProcessingException {
    double sum = 0;
    for (Candidate draw : draws) {
      String text = context.inputs().text("run:" + draw.run(), FineTuned.DESCRIPTION).orElse(null);
      if (text == null) {
        return OptionalDouble.empty();
      }
      sum += Json.LENIENT.readValue(text, FineTuned.Description.class).score();
    }
    return OptionalDouble.of(sum / draws.size());
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        String name = from.relativize(file).toString().replace('\\', '/');
        boolean resumption = name.startsWith(Checkpoints.FOLDER + "/");
        if (ResultFiles.isResult(name) && !name.equals(Provenance.FILE) && !resumption) {
          Path target = to.resolve(name);
          Files.createDirectories(target.getParent());
          Files.copy(file, target, StandardCopyOption.REPLACE_EXISTING);
        }
      }
    }
  }
}
