package org.mococxr.orchestrator.plan;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.mococxr.specs.ExperimentSpec;
import org.mococxr.specs.InitialisationSpec;
import org.mococxr.specs.RunKind;
import org.mococxr.specs.Subject;
import org.mococxr.specs.training.Architecture;
import org.mococxr.specs.training.ImageOptions;
import org.mococxr.specs.training.Mode;

/** What an experiment compares: architectures, encoders to start from, points of a sweep. */
final class Variants {
  private final ExperimentSpec spec;

  Variants(ExperimentSpec spec) {
    this.spec = spec;
  }

  /**
   * A point of a sweep.
   *
   * @param name unique among its section's; null where nothing is swept
   * @param options what it sets
   */
  record Point(String name, Map<String, Object> options) {
    static final Point NONE = new Point(null, Map.of());
  }

  /**
   * An encoder before fine-tuning.
   *
   * @param label the architecture in names of runs; null if there is only one
   * @param pretraining the point that it was pretrained at
   */
  record Start(
      Architecture architecture,
      String label,
      InitialisationSpec initialisation,
      Point pretraining) {
    /** Of runs about this encoder. */
    Subject subject() {
      return Subject.of(initialisation.name()).with(label).at(pretraining.name());
    }

    /** Of its pretraining. */
    Subject pretrained() {
      return Subject.NONE.with(label).at(pretraining.name());
    }

    /** How its pictures are made. */
    ImageOptions image(ExperimentSpec spec) {
      return initialisation.image() == null ? spec.image() : initialisation.image();
    }

    /** The name of a point of the whole, pretraining's and fine-tuning's; null for none. */
    String point(Point tuning) {
      List<String> names =
          Stream.of(pretraining.name(), tuning.name()).filter(name -> name != null).toList();
      return names.isEmpty() ? null : String.join("-", names);
    }
  }

  /** The architecture in names of runs; null if there is only one. */
  String label(Architecture architecture) {
    return spec.encoders().size() == 1 ? null : architecture.text();
  }

  List<Point> pretraining() {
    return spec.sweep() == null || spec.sweep().pretraining().isEmpty()
        ? List.of(Point.NONE)
        : named("p", spec.sweep().pretrainingPoints(spec.seed()));
  }

  /** The points of fine-tuning in a mode. */
  List<Point> tuning(Mode mode) {
    boolean swept =
        spec.sweep() != null
            && !(mode == Mode.LINEAR ? spec.sweep().linear() : spec.sweep().endToEnd()).isEmpty();
    return swept ? named("f", spec.sweep().points(mode, spec.seed())) : List.of(Point.NONE);
  }

  private static List<Point> named(String prefix, List<Map<String, Object>> points) {
    return IntStream.range(0, points.size())
        .mapToObj(i -> new Point(prefix + i, points.get(i)))
        .toList();
  }

  /** The encoders of an architecture that one initialisation gives: one for each pretraining. */
  List<Start> starts(Architecture architecture, InitialisationSpec initialisation) {
    List<Point> points = initialisation.pretrainedHere() ? pretraining() : List.of(Point.NONE);
    return points.stream()
        .map(point -> new Start(architecture, label(architecture), initialisation, point))
        .toList();
  }

  /** What is compared in a mode: of an ONNX file there are linear probes alone. */
  List<InitialisationSpec> inMode(Mode mode) {
    return spec.initialisations().stream()
        .filter(each -> mode == Mode.LINEAR || !each.external())
        .toList();
  }

  /** All encoders. */
  List<Start> starts() {
    List<Start> starts = new ArrayList<>();
    for (Architecture architecture : spec.encoders()) {
      spec.initialisations().forEach(each -> starts.addAll(starts(architecture, each)));
    }
    return starts;
  }

  /** How many runs there are for a split with so many draws. */
  long runs(int draws) {
    long each = 0;
    for (Mode mode : spec.modes()) {
      for (InitialisationSpec initialisation : inMode(mode)) {
        long starts = starts(spec.architecture(), initialisation).size();
        long tried = starts * tuning(mode).size();
        each += swept(initialisation, mode) ? tried + 1 : tried;
      }
    }
    long encoders = spec.encoders().size();
    long around = 3 + RunKind.ofSplit().size();
    return encoders * pretraining().size() + starts().size() + encoders * draws * each + around;
  }

  /** True if several points compete for a result, or one that was drawn stands for it. */
  boolean swept(InitialisationSpec initialisation, Mode mode) {
    boolean pretraining =
        initialisation.pretrainedHere() && pretraining().getFirst().name() != null;
    return pretraining || tuning(mode).getFirst().name() != null;
  }
}
