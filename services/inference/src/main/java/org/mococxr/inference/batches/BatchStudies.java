package org.mococxr.inference.batches;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.inference.model.BusyException;
import org.mococxr.inference.model.Deadline;
import org.mococxr.inference.model.DeadlineException;
import org.mococxr.inference.model.Precedence;
import org.mococxr.inference.model.ServedModel;
import org.mococxr.inference.prediction.Prediction;
import org.mococxr.inference.prediction.Predictor;
import org.mococxr.inference.prediction.SeenImage;
import org.mococxr.inference.prediction.XrayFile;

/**
 * Answers that nobody waits for: decoded and computed behind all requests, and tried until there is
 * room. One image's bytes at a time are in memory.
 */
final class BatchStudies {
  /** Requests go first, so that it may take long; then it is tried again. */
  private static final Duration PATIENCE = Duration.ofMinutes(5);

  private static final Duration PAUSE = Duration.ofMillis(200);

  private final Predictor predictor;
  private final int mostImages;

  /**
   * @param mostImages that are answered together
   */
  BatchStudies(Predictor predictor, int mostImages) {
    this.predictor = predictor;
    this.mostImages = mostImages;
  }

  /**
   * An image that is read when it is needed.
   *
   * @param name for messages and in the answer
   */
  record Image(String name, Content content) {}

  /** Reads an image. */
  @FunctionalInterface
  interface Content {
    byte[] read() throws IOException;
  }

  /**
   * @param study whose the images are; as they say themselves when empty
   * @throws UserErrorException when an image cannot be read or is no picture
   * @throws IOException when the store cannot be reached
   * @throws InterruptedException when the service ends
   */
  Prediction answer(ServedModel model, Optional<String> study, List<Image> images)
      throws IOException, InterruptedException {
    if (images.size() > mostImages) {
      throw new UserErrorException(
          "study",
          "has " + images.size() + " images",
          "at most mococxr.inference.limits.batch=" + mostImages);
    }
    List<SeenImage> seen = new ArrayList<>();
    for (Image image : images) {
      XrayFile file = new XrayFile(image.name(), study, image.content().read());
      seen.add(patiently(() -> predictor.see(model, file, Deadline.in(PATIENCE))));
    }
    return patiently(() -> predictor.answer(model, seen, Deadline.in(PATIENCE)));
  }

  private static <T> T patiently(Precedence.Work<T> work) throws InterruptedException {
    while (true) {
      try {
        return work.run();
      } catch (BusyException | DeadlineException e) {
        Thread.sleep(PAUSE); // ends the work where this thread is interrupted
      }
    }
  }
}
