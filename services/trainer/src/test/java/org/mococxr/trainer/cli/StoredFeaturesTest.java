package org.mococxr.trainer.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mococxr.foundation.Json;

/** From pictures to a linear probe by hand, on the features that embed stored. */
class StoredFeaturesTest {
  @TempDir Path folder;

  private void run(String... words) {
    Ended ended = Ended.of(Tool.of(words), words);
    assertEquals(0, ended.code(), ended.error());
  }

  @Test
  @Tag("slow")
  void featuresAreProbedWithoutNamingTheirEncoderAgain() throws Exception {
    String data = folder.resolve("data").toString();
    String split = folder.resolve("split").toString();
    String features = folder.resolve("embedded").toString();
    Path probe = folder.resolve("probe");
    run("dataset", "phantom", "--out", data, "--size", "32", "--labelled", "60");
    run("split", data, "--tasks", "Pleural Effusion", "--out", split);
    String[] embed = {"embed", "--architecture", "resnet18_w16", "--size", "32", "--seed", "3"};
    run(with(embed, "--split", split, "--out", features));
    String[] tune = {"finetune", "--features", features, "--tasks", "Pleural Effusion"};
    run(with(tune, "--split", split, "--out", probe.toString()));
    assertEquals(
        Json.MAPPER.readTree(Path.of(features, "encoder.json").toFile()).get("digest"),
        Json.MAPPER.readTree(probe.resolve("encoder.json").toFile()).get("digest"));
    assertTrue(Files.size(probe.resolve("predictions.csv")) > 0);
  }

  private static String[] with(String[] words, String... more) {
    return java.util.stream.Stream.concat(
            java.util.Arrays.stream(words), java.util.Arrays.stream(more))
        .toArray(String[]::new);
  }
}
