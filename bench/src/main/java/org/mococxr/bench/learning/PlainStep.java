package org.mococxr.bench.learning;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValue;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import org.mococxr.learning.engine.GradientMode;
import org.mococxr.learning.engine.ImageBatch;
import org.mococxr.learning.engine.Parameters;
import org.mococxr.learning.engine.ScriptedNetwork;
import org.mococxr.learning.engine.Torch;
import org.mococxr.learning.engine.TorchExecutor;
import org.mococxr.learning.engine.TorchScript;
import org.mococxr.learning.moco.Moco;
import org.mococxr.learning.moco.MocoOptions;
import org.mococxr.learning.moco.MocoState;
import org.mococxr.learning.network.Network;
import org.mococxr.learning.network.ParameterSpec;
import org.mococxr.learning.optim.OptimizerSpec;
import org.mococxr.specs.training.Layout;
import org.mococxr.specs.training.Precision;

/**
 * The step of {@link Moco} with Adam on the CPU as three TorchScript functions, and thus three
 * calls instead of hundreds: what the same operations cost in PyTorch without the program around
 * them. It computes the same numbers from the same state, but no figures besides the loss.
 */
final class PlainStep implements AutoCloseable {
  private final Layout layout;
  private final int queueSize;
  private final NDManager manager = Torch.newManager(Device.cpu());
  private final Parameters query;
  private final Parameters key;
  private final PtSymbolBlock begin;
  private final PtSymbolBlock learn;
  private final PtSymbolBlock end;
  private final NDList recorded = new NDList();
  private final List<IValue> toBegin;
  private final List<IValue> toEnd;
  private int pointer;

  /**
   * Copies a state.
   *
   * @param planes of the images that will come, 1 or 3
   * @param start of both encoders and the queue, which must be there
   */
  PlainStep(
      Network network,
      int planes,
      MocoOptions options,
      OptimizerSpec.Adam adam,
      MocoState start,
      Layout layout) {
    this.layout = layout;
    this.queueSize = options.queueSize();
    this.pointer = start.pointer();
    try (GradientMode off = GradientMode.off()) {
      query = Parameters.load(manager, network, start.query(), layout);
      key = Parameters.load(manager, network, start.key(), layout);
      query.train(name -> true);
      List<String> trained = query.trained();
      List<String> all = network.parameters().stream().map(ParameterSpec::name).toList();
      List<NDArray> weights = trained.stream().map(query::get).toList();
      List<NDArray> gradients = trained.stream().map(query::gradient).toList();
      NDArray rows = queue(start);
      recorded.add(rows);
      all.forEach(name -> recorded.add(query.get(name)));
      toBegin =
          List.of(
              list(all.stream().map(key::get).toList()),
              list(trained.stream().map(key::get).toList()),
              list(weights),
              list(gradients));
      toEnd =
          List.of(
              list(weights),
              list(gradients),
              list(weights.stream().map(this::zerosLike).toList()),
              list(weights.stream().map(this::zerosLike).toList()),
              list(Collections.nCopies(trained.size(), manager.create(0f))),
              IValue.from((PtNDArray) rows));
    }
    begin =
        TorchScript.compile(
            manager,
            "others: Tensor, k: List[Tensor], moved: List[Tensor], w: List[Tensor],"
                + " g: List[Tensor]) -> Tensor",
            beginning(network, planes, options));
    learn =
        TorchScript.compile(
            manager,
            "images: Tensor, keys: Tensor, queue: Tensor, q: List[Tensor]) -> Tensor",
            learning(network, planes, options));
    end =
        TorchScript.compile(
            manager,
            "keys: Tensor, pointer: int, rate: float, w: List[Tensor], g: List[Tensor],"
                + " first: List[Tensor], second: List[Tensor], steps: List[Tensor],"
                + " queue: Tensor) -> int",
            ending(adam));
  }

  private static List<String> beginning(Network network, int planes, MocoOptions options) {
    List<String> lines = new ArrayList<>();
    lines.add("torch._foreach_lerp_(moved, w, %s)".formatted(1 - options.momentum()));
    lines.add("torch._foreach_zero_(g)");
    ScriptedNetwork keys = scripted(network, planes, "k", "others");
    lines.addAll(keys.lines());
    lines.add("y = " + keys.result(network.output()));
    lines.add("return " + normalised("y"));
    return lines;
  }

  private static List<String> learning(Network network, int planes, MocoOptions options) {
    ScriptedNetwork queries = scripted(network, planes, "q", "images");
    List<String> lines = new ArrayList<>(queries.lines());
    lines.add("y = " + queries.result(network.output()));
    lines.add("queries = " + normalised("y"));
    // DJL calls what is not recorded in PyTorch's inference mode, whose tensors autograd refuses.
    lines.add("own = torch.clone(keys)");
    lines.add("positive = torch.sum(torch.mul(queries, own), [1], True)");
    lines.add("negative = torch.matmul(queries, torch.t(queue))");
    lines.add(
        "logits = torch.div(torch.cat([positive, negative], 1), %s)"
            .formatted(options.temperature()));
    lines.add("likely = torch.select(torch.log_softmax(logits, 1), 1, 0)");
    lines.add("loss = torch.neg(torch.mean(likely))");
    lines.add("torch.backward(loss, None, None, False)");
    lines.add("return torch.detach(loss)");
    return lines;
  }

  private static ScriptedNetwork scripted(
      Network network, int planes, String parameters, String images) {
    return new ScriptedNetwork(
        network,
        Precision.FLOAT32,
        Set.of(),
        TorchExecutor.Mode.TRAIN,
        parameters,
        images,
        planes,
        "y",
        List.of(network.output()));
  }

  private static List<String> ending(OptimizerSpec.Adam adam) {
    return List.of(
        "counted = torch.add_(steps[0], 1, 1)",
        "none = annotate(List[Tensor], [])",
        "torch._fused_adam_(w, g, first, second, none, steps, lr=rate, beta1=%s, beta2=%s,"
                .formatted(adam.beta1(), adam.beta2())
            + " weight_decay=%s, eps=%s, amsgrad=False, maximize=False)"
                .formatted(adam.weightDecay(), adam.epsilon()),
        "after = torch.add(pointer, torch.size(keys, 0))",
        "oldest = torch.slice(queue, 0, pointer, after, 1)",
        "copied = torch.copy_(oldest, keys)",
        "return 0");
  }

  private static String normalised(String x) {
    return "torch.div(%s, torch.expand_as(torch.clamp_min(torch.norm(%s, 2, [1], True), 1e-12), %s))"
        .formatted(x, x, x);
  }

  /** Saved as columns, used as rows. */
  private NDArray queue(MocoState start) {
    Shape columns = new Shape(start.queue().shape());
    NDArray rows = manager.zeros(new Shape(columns.get(1), columns.get(0)));
    try (NDManager scratch = manager.newSubManager()) {
      rows.tempAttach(scratch);
      rows.addi(scratch.create(start.queue().toFloats(), columns).transpose());
    }
    return rows;
  }

  private NDArray zerosLike(NDArray array) {
    // Not zerosLike, which would be row-major: a product has its operand's layout.
    NDArray zeros = array.mul(0);
    zeros.attach(manager);
    return zeros;
  }

  private static IValue list(List<NDArray> arrays) {
    return IValue.listFrom(arrays.stream().map(a -> (PtNDArray) a).toArray(PtNDArray[]::new));
  }

  /**
   * Takes a step.
   *
   * @return the loss
   */
  float step(ImageBatch queries, ImageBatch keys, double rate) {
    try (NDManager step = manager.newSubManager()) {
      NDArray computed = begin(images(keys, step));
      NDList arguments = new NDList(images(queries, step), computed);
      arguments.addAll(recorded);
      NDArray loss;
      try (GradientMode on = GradientMode.recording()) {
        loss = TorchScript.recorded(learn, arguments).head();
      }
      end(computed, rate);
      return loss.getFloat();
    }
  }

  private NDArray begin(NDArray images) {
    try (IValue others = IValue.from((PtNDArray) images);
        IValue computed = run(begin, List.of(others), toBegin)) {
      return computed.toTensor((PtNDManager) images.getManager());
    }
  }

  private void end(NDArray computed, double rate) {
    try (IValue keys = IValue.from((PtNDArray) computed);
        IValue position = IValue.from((long) pointer);
        IValue speed = IValue.from(rate);
        IValue done = run(end, List.of(keys, position, speed), toEnd)) {
      // The result says nothing: weights, moments and queue have changed in place.
    }
    pointer = (int) ((pointer + computed.getShape().get(0)) % queueSize);
  }

  private static IValue run(PtSymbolBlock op, List<IValue> own, List<IValue> state) {
    List<IValue> arguments = new ArrayList<>(own);
    arguments.addAll(state);
    return TorchScript.run(op, arguments.toArray(IValue[]::new));
  }

  private NDArray images(ImageBatch batch, NDManager step) {
    return batch.images(step, layout, null);
  }

  /** The query encoder, with the gradients of the last step. */
  Parameters query() {
    return query;
  }

  /** The key encoder. */
  Parameters key() {
    return key;
  }

  @Override
  public void close() {
    toBegin.forEach(IValue::close);
    toEnd.forEach(IValue::close);
    query.close();
    key.close();
    manager.close();
  }
}
