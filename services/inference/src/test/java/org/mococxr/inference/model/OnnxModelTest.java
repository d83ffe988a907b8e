package org.mococxr.inference.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mococxr.imaging.GreyImage;
import org.mococxr.imaging.files.ImageWriter;
import org.mococxr.inference.bundle.BundleCache;
import org.mococxr.inference.bundle.BundleLoader;
import org.mococxr.inference.bundle.VerifiedBundle;
import org.mococxr.inference.config.InferenceConfig;
import org.mococxr.inference.testing.Bundle;
import org.mococxr.inference.testing.Configs;
import org.mococxr.inference.testing.TinyNetwork;

/** A network with a session for each size of a batch, as on a GPU; here on the processors. */
class OnnxModelTest {
  private static final int SIDE = 8;
  private static final int MOST = 6;
  private static final TinyNetwork BRIGHTNESS = TinyNetwork.brightness(SIDE);

  private final InferenceConfig config = Configs.defaults();
  private final OnnxSessions sessions = new OnnxSessions(config);
  private final List<Integer> computed = new ArrayList<>();

  @TempDir Path folder;

  @Test
  void sizesAreFourTimesAsLargeEachUpToTheLargestBatch() {
    assertEquals(List.of(1, 4, 16), ComputedSizes.upTo(16).sizes());
    assertEquals(List.of(1, 4, 6), ComputedSizes.upTo(6).sizes());
    assertEquals(List.of(1), ComputedSizes.upTo(1).sizes());
    assertEquals(4, ComputedSizes.upTo(6).filled(2));
    assertEquals(6, ComputedSizes.upTo(6).filled(5));
    assertEquals(5, ComputedSizes.ANY.filled(5));
  }

  @Test
  void anyNumberOfImagesIsAnsweredImageByImage() throws IOException {
    byte[] black = ImageWriter.toPng(new GreyImage(SIDE, SIDE, new byte[SIDE * SIDE]));
    OnnxModel model =
        open(
            json ->
                json.putObject("selfTest")
                    .put("image", Base64.getEncoder().encodeToString(black))
                    .put("tolerance", 1e-5)
                    .putArray("probabilities")
                    .add(BRIGHTNESS.probability(0, 0)));
    try {
      model.selfTest();
      model.warmUp(1);
      for (int count = 1; count <= MOST + 2; count++) {
        float[] found = probabilities(model, count);
        assertEquals(count, found.length);
        for (int i = 0; i < count; i++) {
          assertEquals(BRIGHTNESS.probability(0, grey(i)), found[i], 1e-6, count + " images, " + i);
        }
      }
    } finally {
      model.retire();
    }
    // What is counted are the images of requests, not those that fill a batch.
    assertEquals(1 + 2 + 3 + 4 + 5 + 6 + 7 + 8, computed.stream().mapToInt(i -> i).sum());
  }

  @Test
  void aNetworkOfFloat16SaysSoInItsBundle() throws IOException {
    assertFalse(bundle(json -> {}).description().isHalfPrecision());
    assertFalse(
        bundle(json -> json.putObject("rounding").put("precision", "int8"))
            .description()
            .isHalfPrecision());
    assertTrue(
        bundle(json -> json.putObject("rounding").put("precision", "float16"))
            .description()
            .isHalfPrecision());
  }

  private static int grey(int image) {
    return 20 + 30 * image;
  }

  private static float[] probabilities(OnnxModel model, int count) {
    ByteBuffer pixels = ByteBuffer.allocate(count * SIDE * SIDE);
    for (int i = 0; i < count * SIDE * SIDE; i++) {
      pixels.put((byte) grey(i / (SIDE * SIDE)));
    }
    Call call =
        new Call(
            pixels.flip(), count, Set.of("probabilities"), Deadline.in(Duration.ofSeconds(20)), 5);
    Map<String, Tensor> outputs = model.infer(call).outputs();
    return outputs.get("probabilities").values();
  }

  private OnnxModel open(Consumer<ObjectNode> change) throws IOException {
    return OnnxModel.open(
        bundle(change),
        sessions,
        ComputedSizes.upTo(MOST),
        new Batcher.Bounds(1, MOST, 100, Duration.ZERO),
        (images, nanos) -> computed.add(images));
  }

  private VerifiedBundle bundle(Consumer<ObjectNode> change) throws IOException {
    Bundle written = Bundle.write(folder.resolve("b"), "m", "1", BRIGHTNESS, change);
    List<VerifiedBundle> loaded = new ArrayList<>();
    new BundleLoader(config, new BundleCache(config))
        .load(written.uri(), Optional.empty(), loaded::add);
    return loaded.getFirst();
  }
}
