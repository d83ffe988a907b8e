package org.mococxr.learning.state.io;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.learning.state.StateDict;
import org.mococxr.learning.state.Tensor;

/**
 * The state of {@code torch.optim}'s Adam, AdamW or SGD as its {@code state_dict()} has it:
 * parameters by number, in the order of the model.
 *
 * @param group hyperparameters of its one group, by PyTorch's names; {@code lr} among them
 * @param steps updates so far; 0 for SGD, which does not count them
 * @param moments {@code first.<parameter>} and {@code second.<parameter>}, or {@code
 *     momentum.<parameter>}, of the shape of the parameter
 */
public record TorchOptimizer(Map<String, Object> group, long steps, StateDict moments) {
  /** PyTorch's names of moments, and ours. */
  private static final Map<String, String> MOMENTS =
      Map.of("exp_avg", "first.", "exp_avg_sq", "second.", "momentum_buffer", "momentum.");

  private static final String STEP = "step";

  /** True for SGD, false for Adam and AdamW. */
  public boolean isSgd() {
    return moments.names().stream().allMatch(name -> name.startsWith("momentum."));
  }

  /**
   * Reads what was saved.
   *
   * @param saved the dictionary of {@code state} and {@code param_groups}
   * @param parameters the trained ones by name, in the model's order; a state may have more
   * @param file for messages
   * @return empty if no step has been taken
   * @throws UserErrorException if a parameter has no state or one of another shape
   */
  static Optional<TorchOptimizer> of(Object saved, Map<String, Tensor> parameters, Path file) {
    if (!(saved instanceof Map<?, ?> all)
        || !(all.get("state") instanceof Map<?, ?> states)
        || states.isEmpty()) {
      return Optional.empty();
    }
    Map<String, Tensor> moments = new LinkedHashMap<>();
    long steps = 0;
    long number = 0;
    for (Map.Entry<String, Tensor> parameter : parameters.entrySet()) {
      if (!(states.get(number) instanceof Map<?, ?> state)) {
        throw refused(file, number, parameter.getKey(), "has no state");
      }
      int before = moments.size();
      for (Map.Entry<String, String> moment : MOMENTS.entrySet()) {
        if (state.get(moment.getKey()) instanceof Tensor tensor) {
          if (!Arrays.equals(tensor.shape(), parameter.getValue().shape())) {
            throw refused(file, number, parameter.getKey(), "has moments of " + tensor);
          }
          moments.put(moment.getValue() + parameter.getKey(), tensor);
        }
      }
      if (moments.size() == before) {
        throw refused(file, number, parameter.getKey(), "has no moments that are known");
      }
      steps = Math.max(steps, count(state.get(STEP)));
      number++;
    }
    return Optional.of(new TorchOptimizer(group(all), steps, StateDict.of(moments)));
  }

  private static Map<String, Object> group(Map<?, ?> saved) {
    Map<String, Object> group = new LinkedHashMap<>();
    if (saved.get("param_groups") instanceof List<?> groups
        && !groups.isEmpty()
        && groups.getFirst() instanceof Map<?, ?> first) {
      first.forEach((name, value) -> group.put(name.toString(), value));
      group.remove("params");
    }
    return group;
  }

  /** A number, or since PyTorch 1.12 a tensor of one. */
  private static long count(Object step) {
    return switch (step) {
      case Number n -> n.longValue();
      case Tensor t when t.elements() == 1 -> (long) t.toFloats()[0];
      case null, default -> 0;
    };
  }

  private static UserErrorException refused(Path file, long number, String name, String problem) {
    return UserErrorException.at(
        file,
        "parameter %d of its optimizer, %s, %s".formatted(number, name, problem),
        "the optimizer of a MoCo model: Adam, AdamW or SGD with momentum");
  }

  /**
   * As {@code load_state_dict} takes it.
   *
   * @param parameters the trained ones by name, in the model's order
   * @param count of all parameters of the model, those that are not trained included
   */
  Map<String, Object> saved(List<String> parameters, int count) {
    Map<Object, Object> states = new LinkedHashMap<>();
    for (int i = 0; i < parameters.size(); i++) {
      Map<String, Object> state = new LinkedHashMap<>();
      if (!isSgd()) {
        // A plain number, which every version of PyTorch takes; new ones make a tensor of it.
        state.put(STEP, steps);
      }
      for (String moment : List.of("exp_avg", "exp_avg_sq", "momentum_buffer")) {
        String ours = MOMENTS.get(moment) + parameters.get(i);
        if (moments.contains(ours)) {
          state.put(moment, moments.get(ours));
        }
      }
      states.put(i, state);
    }
    Map<String, Object> only = new LinkedHashMap<>(group);
    only.put("params", IntStream.range(0, count).boxed().toList());
    Map<String, Object> saved = new LinkedHashMap<>();
    saved.put("state", states);
    saved.put("param_groups", List.of(only));
    return saved;
  }
}
