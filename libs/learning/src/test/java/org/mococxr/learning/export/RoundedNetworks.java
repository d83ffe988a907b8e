package org.mococxr.learning.export;

import java.util.List;
import org.mococxr.evaluation.calibration.Calibration;
import org.mococxr.learning.evaluation.Checkpoint;
import org.mococxr.learning.features.LinearHead;
import org.mococxr.learning.network.Architectures;
import org.mococxr.learning.state.StateDict;
import org.mococxr.learning.testing.Wave;

/** Networks to be written in other numbers than float32, and what these change. */
final class RoundedNetworks {
  private RoundedNetworks() {}

  static Classifier classifier(String architecture, int side) {
    return classifier(architecture, Wave.parameters(Architectures.named(architecture)), side);
  }

  static Classifier classifier(String architecture, StateDict parameters, int side) {
    int d = Architectures.named(architecture).featureDimension();
    return Classifier.of(
        new Checkpoint(
            Wave.encoder(architecture, parameters, side),
            new LinearHead(List.of("Mass"), Wave.of("head", d), new float[1])),
        List.of(new Calibration.None()));
  }

  /** The length of the difference as a share of the expected length. */
  static double share(float[] found, float[] expected) {
    double length = 0;
    double difference = 0;
    for (int i = 0; i < expected.length; i++) {
      length += expected[i] * expected[i];
      difference += Math.pow(found[i] - expected[i], 2);
    }
    return Math.sqrt(difference / length);
  }
}
