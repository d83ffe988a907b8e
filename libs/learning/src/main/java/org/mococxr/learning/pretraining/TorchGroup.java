package org.mococxr.learning.pretraining;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.mococxr.learning.optim.OptimizerSpec;

/** An optimizer's hyperparameters by PyTorch's names, as a parameter group has them. */
final class TorchGroup {
  private TorchGroup() {}

  /**
   * Empty for LARS, which PyTorch does not have.
   *
   * @param rate of the last step
   */
  static Optional<Map<String, Object>> of(OptimizerSpec spec, double rate) {
    Map<String, Object> group = new LinkedHashMap<>();
    group.put("lr", rate);
    switch (spec) {
      case OptimizerSpec.Sgd s -> {
        group.put("momentum", s.momentum());
        // PyTorch's default is the whole number.
        group.put("dampening", s.dampening() == 0 ? Integer.valueOf(0) : (Number) s.dampening());
        group.put("nesterov", false);
      }
      case OptimizerSpec.Adam a -> {
        group.put("betas", List.of(a.beta1(), a.beta2()));
        group.put("eps", a.epsilon());
        group.put("amsgrad", false);
        group.put("capturable", false);
        group.put("fused", null);
      }
      case OptimizerSpec.Lars l -> {
        return Optional.empty();
      }
    }
    group.put("weight_decay", spec.weightDecay());
    group.put("maximize", false);
    group.put("foreach", null);
    group.put("differentiable", false);
    return Optional.of(group);
  }
}
