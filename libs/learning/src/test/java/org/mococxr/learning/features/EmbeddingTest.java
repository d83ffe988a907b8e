package org.mococxr.learning.features;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mococxr.foundation.Progress;
import org.mococxr.learning.engine.Torch;
import org.mococxr.learning.state.Tensor;
import org.mococxr.learning.state.TensorType;
import org.mococxr.learning.state.io.Npy;
import org.mococxr.learning.testing.Pictures;
import org.mococxr.specs.option.Options;

class EmbeddingTest {
  @TempDir Path folder;

  @BeforeAll
  static void useOneThread() {
    Torch.setThreads(1);
  }

  @Test
  void labelsOfEveryFindingGoWithTheFeaturesUnlessSomeAreNamed() throws IOException {
    Path manifest = Pictures.write(folder, 4, 40, 3);
    Path all = embed(manifest, "all", Map.of());
    Tensor features = Npy.read(all.resolve("features.npy"));
    assertArrayEquals(new long[] {8, 128}, features.shape());
    Tensor labels = Npy.read(all.resolve("labels.npy"));
    assertEquals(TensorType.I8, labels.type());
    // Two pictures of each patient; every other patient has the finding.
    assertArrayEquals(new float[] {1, 1, 0, 0, 1, 1, 0, 0}, labels.toFloats());
    assertTrue(text(all.resolve("tasks.npy")).endsWith("Pleural Effusion"));
    assertTrue(text(all.resolve("ids.npy")).endsWith("patient00003/study1/view2_frontal.png"));

    Path named = embed(manifest, "named", Map.of("tasks", List.of("Pleural Effusion")));
    assertEquals(labels, Npy.read(named.resolve("labels.npy")));
  }

  @Test
  void aResizeIsHeldAgainstTheSizeOfTheGivenEncodersPictures() throws IOException {
    Path manifest = Pictures.write(folder, 4, 40, 3);
    embed(manifest, "own", Map.of());
    String own = folder.resolve("own").toString();
    Path again = embed(manifest, "again", Map.of("encoder", own, "image", Map.of("resize", 36)));
    assertArrayEquals(new long[] {8, 128}, Npy.read(again.resolve("features.npy")).shape());
  }

  private Path embed(Path manifest, String name, Map<String, Object> more) {
    Map<String, Object> options = new HashMap<>();
    options.put("root", folder.toString());
    options.put("train", manifest.toString());
    options.put("architecture", "resnet18_w16");
    options.put("image", Map.of("size", 32, "geometry", "square"));
    options.putAll(more);
    Path run = folder.resolve(name);
    Embedding.run(Options.read(options, EmbedOptions.class, "test"), run, Progress.SILENT);
    return run.resolve(Embedding.FEATURES);
  }

  /** NumPy's strings are UTF-32, padded with zeros. */
  private static String text(Path file) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    int end = bytes.length - bytes.length % 4;
    return new String(bytes, bytes.length % 4, end, Charset.forName("UTF-32LE")).replace("\0", "");
  }
}
