package org.mococxr.learning.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.mococxr.foundation.Progress;
import org.mococxr.learning.finetuning.CheckpointListener;
import org.mococxr.learning.finetuning.FineTuneOptions;
import org.mococxr.learning.finetuning.FineTuneResult;
import org.mococxr.learning.finetuning.FineTuning;
import org.mococxr.specs.option.Options;

/** Pictures of blobs and a narrow encoder, for runs through the network. */
public abstract class BlobRuns {
  protected static final String TASK = "Pleural Effusion";
  protected static final int SIZE = 32;

  @TempDir protected static Path data;
  @TempDir protected Path folder;

  @BeforeAll
  static void drawPictures() throws IOException {
    Path all = Pictures.write(data, 32, 40, 3);
    List<String> lines = Files.readAllLines(all);
    // 16 patients to train, 8 to choose, 8 to test; two pictures each.
    Pictures.part(data.resolve("train.csv"), lines, 1, 33);
    Pictures.part(data.resolve("valid.csv"), lines, 33, 49);
    Pictures.part(data.resolve("test.csv"), lines, 49, 65);
  }

  protected static Map<String, Object> options(Object... more) {
    Map<String, Object> options = Pictures.run(data, List.of(TASK), SIZE);
    options.put("cache", data.resolve("cache").toString());
    options.put("learningRate", 3e-3);
    options.put("batch", 7);
    options.put("epochs", 3);
    options.put("evaluateEvery", 24);
    options.put("seed", 5);
    for (int i = 0; i < more.length; i += 2) {
      options.put((String) more[i], more[i + 1]);
    }
    return options;
  }

  protected FineTuneResult run(String name, Map<String, Object> options, BooleanSupplier stop) {
    FineTuneOptions read = Options.read(options, FineTuneOptions.class, "test");
    return FineTuning.run(
        read, folder.resolve(name), Progress.SILENT, CheckpointListener.NONE, stop);
  }
}
