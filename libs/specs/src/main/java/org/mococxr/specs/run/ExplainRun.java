package org.mococxr.specs.run;

import static org.mococxr.specs.option.Role.IDENTIFIES;

import org.mococxr.foundation.UserErrorException;
import org.mococxr.specs.option.Choice;
import org.mococxr.specs.option.Option;
import org.mococxr.specs.option.OptionRecord;

/** How heat maps of a model's findings are drawn. */
public record ExplainRun(
    @Option(
            value = "which of the fine-tuned runs among the inputs",
            role = IDENTIFIES,
            required = true)
        String run,
    @Option(
            value =
                "grad-cam: the channels of a layer, weighted by their gradients; guided-backprop:"
                    + " the gradient by each pixel, where ReLUs hand back positive gradients only",
            role = IDENTIFIES,
            byDefault = "grad-cam")
        Method method,
    @Option(
            value = "of the network, for example layer3.1, for grad-cam",
            role = IDENTIFIES,
            otherwise = "the last feature map")
        String layer,
    @Option(
            value = "pictures per task at most, of those whose label is positive",
            role = IDENTIFIES,
            byDefault = "20",
            min = 1,
            label = "N")
        int count)
    implements OptionRecord {

  /** How the places that speak for a finding are told. */
  public enum Method implements Choice {
    GRAD_CAM,
    GUIDED_BACKPROP
  }

  @Override
  public void check() {
    if (layer != null && method != Method.GRAD_CAM) {
      throw new UserErrorException(
          "layer", "given for " + method.text(), "leave it out, or take grad-cam");
    }
  }
}
