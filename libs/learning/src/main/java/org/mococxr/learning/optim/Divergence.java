package org.mococxr.learning.optim;

import java.util.function.Consumer;
import java.util.function.Supplier;
import org.mococxr.foundation.UserErrorException;

/**
 * A loss or an output that is not a number. Usually the learning rate is too high, which the user
 * can mend; but a fault of the machine looks the same and does not come back. So the training is
 * tried once more, from its last checkpoint, before the user is told.
 */
public final class Divergence extends RuntimeException {
  /** What most likely helps in fine-tuning. */
  public static final String LOWER_RATE = "a lower rate, or other weights to start from";

  private static final long serialVersionUID = 1L;

  private final transient UserErrorException userError;

  private Divergence(UserErrorException userError) {
    super(userError.getMessage(), userError);
    this.userError = userError;
  }

  /**
   * Passes a finite loss on.
   *
   * @param where for the message, for example {@code pretraining, step 12}
   * @param remedy what the user can do about it
   * @throws Divergence if the loss is infinite or not a number
   */
  public static double check(double loss, String where, String remedy) {
    if (!Double.isFinite(loss)) {
      throw new Divergence(new UserErrorException(where, "the loss is " + loss, remedy));
    }
    return loss;
  }

  /**
   * Passes a model's outputs on: a training that has diverged gives none that are numbers, even
   * where the loss of the step before was one.
   *
   * @throws Divergence if one is infinite or not a number
   */
  public static double[][] check(double[][] outputs, String where, String remedy) {
    for (double[] row : outputs) {
      for (double value : row) {
        if (!Double.isFinite(value)) {
          throw new Divergence(
              new UserErrorException(where, "the model's output became " + value, remedy));
        }
      }
    }
    return outputs;
  }

  /**
   * Trains, and once more if the training diverges.
   *
   * @param training goes on from the last checkpoint, if there is one
   * @param notes is told that it is tried again
   * @throws UserErrorException if it diverges again; its cause is the divergence
   */
  public static <T> T twice(Supplier<T> training, Consumer<String> notes) {
    try {
      return training.get();
    } catch (Divergence first) {
      notes.accept(
          first.userError.location()
              + ": "
              + first.userError.problem()
              + "; trying once more from the last checkpoint");
    }
    try {
      return training.get();
    } catch (Divergence again) {
      throw new UserErrorException(
          again.userError.location(), again.userError.problem(), again.userError.remedy(), again);
    }
  }
}
