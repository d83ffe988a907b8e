package org.mococxr.learning.finetuning;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;

/**
 * Limited-memory BFGS (Liu and Nocedal 1989) with a backtracking line search, for convex losses.
 */
final class Lbfgs {
  private static final int MEMORY = 10;
  private static final int MAX_ITERATIONS = 200;
  private static final double SUFFICIENT_DECREASE = 1e-4;

  private Lbfgs() {}

  /** A function with its gradient. */
  interface Objective {
    /** The value at {@code x}; the gradient goes into {@code gradient}. */
    double evaluate(double[] x, double[] gradient);
  }

  private record Pair(double[] step, double[] change, double inverse) {}

  /**
   * Goes downhill from {@code start} until the gradient's largest entry is below {@code tolerance}.
   */
  static double[] minimise(Objective objective, double[] start, double tolerance) {
    double[] x = start.clone();
    double[] gradient = new double[x.length];
    double[] nextGradient = new double[x.length];
    double value = objective.evaluate(x, gradient);
    Deque<Pair> pairs = new ArrayDeque<>();
    for (int iteration = 0; iteration < MAX_ITERATIONS; iteration++) {
      if (largest(gradient) < tolerance) {
        break;
      }
      double[] direction = direction(gradient, pairs);
      double slope = dot(direction, gradient);
      if (!(slope < 0)) {
        pairs.clear();
        direction = direction(gradient, pairs);
        slope = dot(direction, gradient);
      }
      double scale = pairs.isEmpty() ? Math.min(1, 1 / Math.sqrt(dot(gradient, gradient))) : 1;
      double[] next = move(x, direction, scale);
      double nextValue = objective.evaluate(next, nextGradient);
      while (!(nextValue <= value + SUFFICIENT_DECREASE * scale * slope) && scale > 1e-12) {
        scale /= 2;
        next = move(x, direction, scale);
        nextValue = objective.evaluate(next, nextGradient);
      }
      if (!(nextValue < value)) {
        break;
      }
      double[] step = minus(next, x);
      double[] change = minus(nextGradient, gradient);
      double curvature = dot(step, change);
      if (curvature > 1e-12 * dot(change, change)) {
        pairs.addLast(new Pair(step, change, 1 / curvature));
        if (pairs.size() > MEMORY) {
          pairs.removeFirst();
        }
      }
      x = next;
      value = nextValue;
      double[] swap = gradient;
      gradient = nextGradient;
      nextGradient = swap;
    }
    return x;
  }

  /** The two-loop recursion. */
  private static double[] direction(double[] gradient, Deque<Pair> pairs) {
    double[] q = gradient.clone();
    double[] alpha = new double[pairs.size()];
    int i = pairs.size() - 1;
    for (var it = pairs.descendingIterator(); it.hasNext(); i--) {
      Pair p = it.next();
      alpha[i] = p.inverse * dot(p.step, q);
      add(q, p.change, -alpha[i]);
    }
    if (!pairs.isEmpty()) {
      Pair last = pairs.getLast();
      double gamma = 1 / (last.inverse * dot(last.change, last.change));
      Arrays.setAll(q, j -> q[j] * gamma);
    }
    i = 0;
    for (Pair p : pairs) {
      add(q, p.step, alpha[i++] - p.inverse * dot(p.change, q));
    }
    Arrays.setAll(q, j -> -q[j]);
    return q;
  }

  private static double[] move(double[] x, double[] direction, double scale) {
    double[] out = x.clone();
    add(out, direction, scale);
    return out;
  }

  private static double[] minus(double[] a, double[] b) {
    double[] out = a.clone();
    add(out, b, -1);
    return out;
  }

  private static void add(double[] to, double[] values, double factor) {
    for (int i = 0; i < to.length; i++) {
      to[i] += factor * values[i];
    }
  }

  private static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }

  private static double largest(double[] values) {
    double max = 0;
    for (double v : values) {
      max = Math.max(max, Math.abs(v));
    }
    return max;
  }
}
