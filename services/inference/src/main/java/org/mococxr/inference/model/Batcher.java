package org.mococxr.inference.model;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The bounded queue before a network, and the threads that compute it. What waits is computed
 * together as far as that pays; a call whose deadline has passed is not computed. A call that finds
 * nothing waiting and nothing computed is computed on its own thread, without being handed to
 * another and back, where processors compute.
 */
final class Batcher implements AutoCloseable {
  /** A call that waits less than that for its answer leaves when its time is up. */
  private static final Duration PATIENT = Duration.ofSeconds(1);

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
  private final AtomicLong sequence = new AtomicLong();

  /** Direct buffers, one for each computation that can begin now. */
  private final Deque<ByteBuffer> idle = new ArrayDeque<>();

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
      idle.push(ByteBuffer.allocateDirect(imageBytes));
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
    Pending pending = new Pending(call, sequence.getAndIncrement());
    Computation own = enqueue(pending);
    if (own != null) {
      compute(own);
    }
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

  /** Puts a call in the queue; what the caller is to compute itself, null for nothing. */
  private Computation enqueue(Pending pending) {
    Call call = pending.call();
    lock.lock();
    try {
      if (closed) {
        throw new IllegalStateException("model " + name + " is closed");
      }
      // A call on an idle network is taken whatever its size: its parts are computed in turn.
      if (!queue.isEmpty() && waitingImages + call.count() > bounds.queue()) {
        throw new BusyException(name, waitingImages);
      }
      boolean alone = queue.isEmpty() && !idle.isEmpty() && bounds.delay().isZero();
      // A GPU's libraries keep memory for each thread that computes: there, these are few.
      boolean processors = computed.sizes().isEmpty();
      queue.add(pending);
      waitingImages += call.count();
      if (alone && processors && call.deadline().left() > PATIENT.toNanos()) {
        return begin();
      }
      wakeOne();
      return null;
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
    for (Computation next = next(); next != null; next = next()) {
      compute(next);
    }
  }

  /** Images that are computed together, and the buffer for them. */
  private record Computation(List<Pending.Part> parts, int count, ByteBuffer pixels) {}

  private void compute(Computation computation) {
    int count = computation.count();
    ByteBuffer pixels = computation.pixels();
    long begin = System.nanoTime();
    try {
      int filled = computed.filled(count);
      int bytes = filled * imageBytes;
      if (pixels.capacity() < bytes) {
        pixels = ByteBuffer.allocateDirect(bytes);
      }
      Set<String> wanted = new LinkedHashSet<>();
      pixels.clear().limit(bytes);
      for (Pending.Part part : computation.parts()) {
        wanted.addAll(part.of().call().wanted());
        ByteBuffer source = part.of().call().pixels();
        pixels.put(
            source.slice(source.position() + part.first() * imageBytes, part.count() * imageBytes));
      }
      Map<String, Tensor> outputs = network.compute(pixels.rewind(), filled, wanted);
      long nanos = System.nanoTime() - begin;
      executed.of(count, nanos);
      record(count, nanos);
      int from = 0;
      for (Pending.Part part : computation.parts()) {
        part.of().put(part, outputs, from, nanos);
        from += part.count();
      }
    } catch (RuntimeException | Error e) {
      computation.parts().forEach(part -> fail(part.of(), e));
    } finally {
      end(pixels);
    }
  }

  private void fail(Pending pending, Throwable e) {
    withdraw(pending);
    pending.answer().completeExceptionally(e);
  }

  private void record(int count, long nanos) {
    lock.lock();
    try {
      sizes.record(count, nanos);
    } finally {
      lock.unlock();
    }
  }

  /** Gives the buffer back, with which the next computation can begin. */
  private void end(ByteBuffer pixels) {
    lock.lock();
    try {
      idle.push(pixels);
      wakeOne();
    } finally {
      lock.unlock();
    }
  }

  /** What is computed next; null when this is closed and nothing waits. */
  private Computation next() {
    lock.lock();
    try {
      long first = 0;
      while (true) {
        dropLate();
        if (queue.isEmpty() && closed) {
          return null;
        }
        if (queue.isEmpty() || idle.isEmpty()) {
          first = 0;
          changed.awaitUninterruptibly();
          continue;
        }
        first = first == 0 ? System.nanoTime() : first;
        long delay = bounds.delay().toNanos() - (System.nanoTime() - first);
        if (closed || delay <= 0 || waitingImages >= bounds.batch()) {
          return begin();
        }
        changed.awaitNanos(delay);
      }
    } catch (InterruptedException e) {
      return null; // nobody interrupts these threads but the end of the process
    } finally {
      lock.unlock();
    }
  }

  /** Takes what is computed together now, and a buffer for it. */
  private Computation begin() {
    ByteBuffer pixels = idle.pop();
    List<Pending.Part> parts = take(sizes.choose(waitingImages));
    int count = parts.stream().mapToInt(Pending.Part::count).sum();
    wakeOne();
    return new Computation(parts, count, pixels);
  }

  /** Wakes a thread if there is something that it can begin. */
  private void wakeOne() {
    if (!queue.isEmpty() && !idle.isEmpty()) {
      changed.signal();
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
