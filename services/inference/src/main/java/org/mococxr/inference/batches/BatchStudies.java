package org.mococxr.inference.batches;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.mococxr.artifacts.ArtifactStore;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.inference.config.InferenceConfig;
import org.mococxr.inference.model.BusyException;
import org.mococxr.inference.model.Call;
import org.mococxr.inference.model.Deadline;
import org.mococxr.inference.model.DeadlineException;
import org.mococxr.inference.model.ServedModel;
import org.mococxr.inference.prediction.Prediction;
import org.mococxr.inference.prediction.Predictor;
import org.mococxr.inference.prediction.SeenImage;
import org.mococxr.inference.prediction.XrayFile;

/**
 * Answers for studies whose images lie in a store, after all requests that wait for the model. One
 * image's bytes at a time are in memory.
 */
final class BatchStudies {
  private static final int LAST = Call.PRIORITIES;

  /** Requests go first, so that it may take long; then it is tried again. */
  private static final Duration PATIENCE = Duration.ofMinutes(5);

  private static final Duration PAUSE = Duration.ofMillis(200);

  private final Predictor predictor;
  private final InferenceConfig.Limits limits;
  private final BatchRoots roots;

  BatchStudies(Predictor predictor, InferenceConfig.Limits limits, BatchRoots roots) {
    this.predictor = predictor;
    this.limits = limits;
    this.roots = roots;
  }

  /** Names an image in messages and answers. */
  @FunctionalInterface
  interface Names {
    String of(URI image);
  }

  /**
   * @param stores opens what holds an image
   * @throws UserErrorException when an image cannot be read or is no picture
   * @throws IOException when the store cannot be reached
   * @throws InterruptedException when the service ends
   */
  BatchTable.Row answer(
      ServedModel model, BatchPlan.Study study, Names names, BatchWork.Stores stores)
      throws IOException, InterruptedException {
    try {
      if (study.images().size() > limits.batch()) {
        throw new UserErrorException(
            "study",
            "has " + study.images().size() + " images",
            "at most mococxr.inference.limits.batch=" + limits.batch());
      }
      List<SeenImage> images = new ArrayList<>();
      for (URI image : study.images()) {
        XrayFile file =
            new XrayFile(
                names.of(image),
                Optional.of(study.id()),
                read(stores.of(image), image, names.of(image)));
        images.add(patiently(() -> predictor.see(model, file, Deadline.in(PATIENCE))));
      }
      Prediction answer =
          patiently(() -> predictor.answer(model, images, Deadline.in(PATIENCE), LAST));
      return BatchTable.Row.answered(study, answer);
    } catch (UserErrorException e) {
      return BatchTable.Row.failed(study, e.getMessage());
    }
  }

  private byte[] read(ArtifactStore store, URI image, String name) throws IOException {
    roots.requireReadable(image, name);
    int most = (int) Math.min(Integer.MAX_VALUE - 8, limits.body().asLongValue());
    try (InputStream in = store.read(image)) {
      byte[] bytes = in.readNBytes(most);
      if (in.read() >= 0) {
        throw new UserErrorException(
            name, "has more than " + most + " bytes", "at most mococxr.inference.limits.body");
      }
      return bytes;
    } catch (NoSuchFileException e) {
      throw new UserErrorException(name, "is missing", "a PNG, JPEG or DICOM file", e);
    } catch (AccessDeniedException e) {
      throw new UserErrorException(name, "may not be read", "the right to read it", e);
    }
  }

  private static <T> T patiently(Supplier<T> work) throws InterruptedException {
    while (true) {
      try {
        return work.get();
      } catch (BusyException | DeadlineException e) {
        Thread.sleep(PAUSE); // ends the work where this thread is interrupted
      }
    }
  }
}
