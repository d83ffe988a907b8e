package org.mococxr.bench.inference;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.mococxr.testkit.LocalProcess;

/** The packaged inference service without Kafka. */
final class ServiceProcess {
  private static final Path TARGET = Path.of("services/inference/target");
  private static final Path ARCHIVE = TARGET.resolve("inference.aot");

  private ServiceProcess() {}

  /**
   * Starts it in the project's folder and waits until it is ready.
   *
   * @param bundles folders that are served
   * @param input where batch jobs may read
   * @param tables where they write
   */
  static LocalProcess start(List<Path> bundles, Path input, Path tables)
      throws IOException, InterruptedException {
    String served =
        bundles.stream().map(folder -> folder.toUri().toString()).collect(Collectors.joining(","));
    List<String> options =
        new ArrayList<>(List.of("-Xmx512m", "--enable-native-access=ALL-UNNAMED"));
    if (Files.exists(ARCHIVE)) {
      options.add("-XX:AOTCache=" + ARCHIVE);
    }
    Map<String, String> environment =
        Map.of(
            "MOCOCXR_INFERENCE_PUBLICATIONS_ENABLED",
            "false",
            "MOCOCXR_INFERENCE_BUNDLES",
            served,
            "MOCOCXR_INFERENCE_BATCHES_INPUTS",
            input.toUri().toString(),
            "MOCOCXR_INFERENCE_BATCHES_OUTPUT",
            tables.toUri().toString(),
            "MOCOCXR_INFERENCE_BATCHES_LEASE",
            "PT1S");
    return LocalProcess.service(TARGET, true, options, environment, LocalProcess.temporaryLog());
  }
}
