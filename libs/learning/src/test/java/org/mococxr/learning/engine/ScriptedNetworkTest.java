package org.mococxr.learning.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mococxr.learning.engine.TorchExecutor.Mode;
import org.mococxr.learning.network.Architectures;
import org.mococxr.learning.network.HeadSpec;
import org.mococxr.learning.network.Network;
import org.mococxr.learning.network.Node;
import org.mococxr.specs.training.Precision;

class ScriptedNetworkTest {

  /** A cast is a launch of its own on a GPU: the image, each convolution's weight, and the end. */
  @ParameterizedTest
  @ValueSource(strings = {"resnet18", "resnet50", "densenet121"})
  void aPassInBfloat16CastsEachWeightOnce(String architecture) {
    Network network =
        Architectures.named(architecture).withHead(new HeadSpec.Projection(128, true));
    ScriptedNetwork script =
        new ScriptedNetwork(
            network,
            Precision.BFLOAT16,
            Set.of(),
            Mode.TRAIN,
            "p",
            "image",
            1,
            "x",
            List.of(network.output()));
    String text = String.join("\n", script.lines());
    long convolutions = network.nodes().stream().filter(n -> n instanceof Node.Conv).count();
    assertEquals(convolutions + 2, text.split("torch\\.to\\(", -1).length - 1);
  }
}
