package org.mococxr.inference.protocol;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.inference.model.ServedModel;
import org.mococxr.inference.model.TensorSpec;

/**
 * A request that was found to fit a model.
 *
 * @param pixels {@code [count, 1, H, W]}, unsigned, row-major
 * @param count images
 * @param wanted outputs to compute
 */
record Batch(byte[] pixels, int count, Set<String> wanted) {

  /** Checks {@code request} against {@code model}, naming the first thing that does not fit. */
  static Batch of(InferRequest request, ServedModel model, int mostImages) {
    TensorSpec spec = model.input();
    if (request.inputs().size() != 1) {
      throw wrong("inputs", "has " + request.inputs().size() + " tensors", "one, " + spec.name());
    }
    InferRequest.Input input = request.inputs().getFirst();
    if (!spec.name().equals(input.name())) {
      throw wrong("inputs[0].name", "is " + input.name(), spec.name());
    }
    if (!spec.datatype().equals(input.datatype())) {
      throw wrong("inputs[0].datatype", "is " + input.datatype(), spec.datatype());
    }
    int count = count(input, spec, mostImages);
    return new Batch(input.data(), count, wanted(request.outputs(), model));
  }

  private static int count(InferRequest.Input input, TensorSpec spec, int mostImages) {
    List<Long> shape = input.shape();
    boolean image =
        shape.size() == spec.shape().size()
            && shape.subList(1, 4).equals(spec.shape().subList(1, 4));
    if (!image || shape.getFirst() < 1) {
      throw wrong("inputs[0].shape", "is " + shape, spec.shape() + ", the first at least 1");
    }
    if (shape.getFirst() > mostImages) {
      throw wrong(
          "inputs[0].shape", "has " + shape.getFirst() + " images", "at most " + mostImages);
    }
    long elements = shape.stream().reduce(1L, (a, b) -> a * b);
    if (elements != input.data().length) {
      throw wrong(
          "inputs[0].data", "has " + input.data().length + " elements", elements + " for " + shape);
    }
    return shape.getFirst().intValue();
  }

  private static Set<String> wanted(List<String> names, ServedModel model) {
    Set<String> all = new LinkedHashSet<>();
    model.outputs().forEach(spec -> all.add(spec.name()));
    for (String name : names) {
      if (!all.contains(name)) {
        throw wrong("outputs", "has " + name, "some of " + all);
      }
    }
    return names.isEmpty() ? all : new LinkedHashSet<>(names);
  }

  private static UserErrorException wrong(String location, String problem, String expected) {
    return new UserErrorException(location, problem, "expected " + expected);
  }
}
