package org.mococxr.inference.model;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * A call with the parts of its answer that are there. Its images may be computed in several parts.
 */
final class Pending {
  private final Call call;
  private final long sequence;
  private final long begin = System.nanoTime();
  private final CompletableFuture<Answer> answer = new CompletableFuture<>();
  private final Map<String, float[]> values = new LinkedHashMap<>();
  private final Map<String, long[]> shapes = new LinkedHashMap<>();
  private int taken;
  private int done;
  private long queueNanos = -1;
  private long computeNanos;

  Pending(Call call, long sequence) {
    this.call = call;
    this.sequence = sequence;
  }

  /** Some images of a call, as a part of one computation. */
  record Part(Pending of, int first, int count) {}

  Call call() {
    return call;
  }

  CompletableFuture<Answer> answer() {
    return answer;
  }

  /** Images that no computation has taken yet. */
  int waiting() {
    return call.count() - taken;
  }

  Part take(int most) {
    if (queueNanos < 0) {
      queueNanos = System.nanoTime() - begin;
    }
    Part part = new Part(this, taken, Math.min(most, waiting()));
    taken += part.count();
    return part;
  }

  /** Calls of the same priority keep their order. */
  static int order(Pending a, Pending b) {
    int byPriority = Integer.compare(a.call.priority(), b.call.priority());
    return byPriority != 0 ? byPriority : Long.compare(a.sequence, b.sequence);
  }

  /**
   * Takes the answer to a part.
   *
   * @param from the part's first image in {@code outputs}
   */
  synchronized void put(Part part, Map<String, Tensor> outputs, int from, long nanos) {
    for (String name : call.wanted()) {
      Tensor all = outputs.get(name);
      int item = all.itemLength();
      float[] mine = values.computeIfAbsent(name, key -> new float[call.count() * item]);
      System.arraycopy(all.values(), from * item, mine, part.first() * item, part.count() * item);
      long[] shape = all.shape().clone();
      shape[0] = call.count();
      shapes.putIfAbsent(name, shape);
    }
    done += part.count();
    computeNanos += nanos;
    if (done == call.count()) {
      Map<String, Tensor> tensors = new LinkedHashMap<>();
      values.forEach(
          (name, floats) -> tensors.put(name, new Tensor(name, shapes.get(name), floats)));
      answer.complete(new Answer(tensors, queueNanos, computeNanos));
    }
  }
}
