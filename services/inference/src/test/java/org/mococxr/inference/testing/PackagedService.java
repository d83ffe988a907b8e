package org.mococxr.inference.testing;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.mococxr.testkit.LocalProcess;

/** The packaged service as a process of its own. */
public final class PackagedService {
  private PackagedService() {}

  /**
   * Starts it with one bundle and without Kafka, and waits until it is ready.
   *
   * @param log gets its output
   * @param options of the JVM
   */
  public static LocalProcess start(Bundle bundle, Path log, String... options)
      throws IOException, InterruptedException {
    return start(
        Map.of(
            "MOCOCXR_INFERENCE_PUBLICATIONS_ENABLED",
            "false",
            "MOCOCXR_INFERENCE_BUNDLES",
            bundle.uri().toString()),
        log,
        options);
  }

  /** The same with settings of its own. */
  public static LocalProcess start(Map<String, String> environment, Path log, String... options)
      throws IOException, InterruptedException {
    List<String> all = new ArrayList<>(List.of(options));
    all.addAll(List.of("-Xmx256m", "--enable-native-access=ALL-UNNAMED"));
    return LocalProcess.service(Path.of("target"), true, all, environment, log);
  }
}
