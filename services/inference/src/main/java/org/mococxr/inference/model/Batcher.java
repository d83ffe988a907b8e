package org.mococxr.inference.model;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The bounded queue before a network, and the threads that compute it. What waits is computed
 * together as far as that pays; a call whose deadline has passed is not computed.
 */
final class Batcher implements AutoCloseable {

  /** Computes a batch. */
  @FunctionalInterface
  interface Network {
    /**
     * @param pixels direct, {@code count} images, of which the last may be fillers
     * @return outputs whose first dimension is {@code count}
     */
    Map<String, Tensor> compute(ByteBuffer pixels, int count, Set<String> wanted);
  }

  /** Receives each computation. */
  @FunctionalInterface
  interface Executed {
    void of(int images, long nanos);
  }

  /**
   * Bounds of a queue.
   *
   * @param threads computations at a time
   * @param batch images of one computation
   * @param queue images that wait
   * @param delay how long the first of a queue waits for others
   */
  record Bounds(int threads, int batch, int queue, Duration delay) {}

  private final String name;
  private final Network network;
  private final Bounds bounds;
  private final ComputedSizes computed;
  private final int imageBytes;
  private final Executed executed;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final PriorityQueue<Pending> queue = new PriorityQueue<>(Pending::order);
  private final BatchSizes sizes;
  private long sequence;
  private int waitingImages;
  private boolean closed;

  /**
   * @param name of the model, for messages
   * @param computed how many images the network takes
   * @param imageBytes of one image
   * @param executed receives each computation
   */
  Batcher(
      String name,
      Network network,
      Bounds bounds,
      ComputedSizes computed,
      int imageBytes,
      Executed executed) {
    this.name = name;
    this.network = network;
    this.bounds = bounds;
    this.computed = computed;
    this.imageBytes = imageBytes;
    this.executed = executed;
    this.sizes = new BatchSizes(bounds.batch());
    for (int i = 0; i < bounds.threads(); i++) {
      Thread.ofPlatform().daemon().name("network-" + name + "-" + i).start(this::run);
    }
  }

  /** Calls that wait for their turn, those that are partly computed included. */
  int waiting() {
    lock.lock();
    try {
      return queue.size();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Waits for the answer.
   *
   * @throws BusyException when the queue is full
   * @throws DeadlineException when the answer is not there in time
   */
  Answer infer(Call call) {
    Pending pending = enqueue(call);
    try {
      return pending.answer().get(Math.max(0, call.deadline().left()), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      withdraw(pending);
      throw new DeadlineException(name);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      withdraw(pending);
      throw new DeadlineException(name);
    } catch (ExecutionException e) {
      throw e.getCause() instanceof RuntimeException cause
          ? cause
          : new IllegalStateException("model " + name + " failed", e.getCause());
    }
  }

  private Pending enqueue(Call call) {
    lock.lock();
    try {
      if (closed) {
        throw new IllegalStateException("model " + name + " is closed");
      }
      // A call on an idle network is taken whatever its size: its parts are computed in turn.
      if (!queue.isEmpty() && waitingImages + call.count() > bounds.queue()) {
        throw new BusyException(name, waitingImages);
      }
      Pending pending = new Pending(call, sequence++);
      queue.add(pending);
      waitingImages += call.count();
      changed.signal();
      return pending;
    } finally {
      lock.unlock();
    }
  }

  private void withdraw(Pending pending) {
    lock.lock();
    try {
      if (queue.remove(pending)) {
        waitingImages -= pending.waiting();
      }
    } finally {
      lock.unlock();
    }
  }

  private void run() {
    ByteBuffer pixels = ByteBuffer.allocateDirect(0);
    for (List<Pending.Part> batch = next(); batch != null; batch = next()) {
      int count = batch.stream().mapToInt(Pending.Part::count).sum();
      int bytes = computed.filled(count) * imageBytes;
      if (pixels.capacity() < bytes) {
        pixels = ByteBuffer.allocateDirect(bytes);
      }
      compute(batch, count, pixels.clear().limit(bytes));
    }
  }

  private void compute(List<Pending.Part> batch, int count, ByteBuffer pixels) {
    long begin = System.nanoTime();
    try {
      Set<String> wanted = new LinkedHashSet<>();
      for (Pending.Part part : batch) {
        wanted.addAll(part.of().call().wanted());
        ByteBuffer source = part.of().call().pixels();
        pixels.put(
            source.slice(source.position() + part.first() * imageBytes, part.count() * imageBytes));
      }
      Map<String, Tensor> outputs =
          network.compute(pixels.rewind(), computed.filled(count), wanted);
      long nanos = System.nanoTime() - begin;
      record(count, nanos);
      int from = 0;
      for (Pending.Part part : batch) {
        part.of().put(part, outputs, from, nanos);
        from += part.count();
      }
    } catch (RuntimeException | Error e) {
      batch.forEach(part -> fail(part.of(), e));
    }
  }

  private void fail(Pending pending, Throwable e) {
    withdraw(pending);
    pending.answer().completeExceptionally(e);
  }

  private void record(int count, long nanos) {
    executed.of(count, nanos);
    lock.lock();
    try {
      sizes.record(count, nanos);
    } finally {
      lock.unlock();
    }
  }

  /** The next batch; null when this is closed and nothing waits. */
  private List<Pending.Part> next() {
    lock.lock();
    try {
      long first = 0;
      while (true) {
        dropLate();
        if (queue.isEmpty()) {
          if (closed) {
            return null;
          }
          first = 0;
          changed.awaitUninterruptibly();
          continue;
        }
        first = first == 0 ? System.nanoTime() : first;
        long delay = bounds.delay().toNanos() - (System.nanoTime() - first);
        if (closed || delay <= 0 || waitingImages >= bounds.batch()) {
          return take(sizes.choose(waitingImages));
        }
        changed.awaitNanos(delay);
      }
    } catch (InterruptedException e) {
      return null; // nobody interrupts these threads but the end of the process
    } finally {
      lock.unlock();
    }
  }

  private List<Pending.Part> take(int images) {
    List<Pending.Part> parts = new ArrayList<>();
    for (int left = images; left > 0 && !queue.isEmpty(); ) {
      Pending pending = queue.peek();
      Pending.Part part = pending.take(left);
      parts.add(part);
      left -= part.count();
      waitingImages -= part.count();
      if (pending.waiting() == 0) {
        queue.remove();
      }
    }
    if (!queue.isEmpty()) {
      changed.signal();
    }
    return parts;
  }

  private void dropLate() {
    while (!queue.isEmpty() && queue.peek().call().deadline().passed()) {
      Pending late = queue.remove();
      waitingImages -= late.waiting();
      late.answer().completeExceptionally(new DeadlineException(name));
    }
  }

  /** Computes what waits, and then ends the threads. */
  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }
}
