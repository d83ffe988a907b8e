package org.mococxr.bench.inference;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.mococxr.learning.export.Numbers;

/**
 * Writes bundles for {@link ProviderBenchmark}, and for the service: networks of random weights.
 *
 * <p>Arguments: a folder, and networks with their size and precision ({@code
 * resnet18:320:float16}), each of which becomes a folder within ({@code resnet18-320-float16}).
 */
public final class ProviderBundles {
  private ProviderBundles() {}

  /** See the class. */
  public static void main(String[] arguments) throws IOException {
    List<String> networks = Arrays.asList(arguments).subList(1, arguments.length);
    for (String network : networks) {
      String[] parts = network.split(":");
      Numbers numbers =
          switch (parts[2]) {
            case "float32" -> Numbers.FLOAT32;
            case "float16" -> Numbers.FLOAT16;
            default -> throw new IllegalArgumentException(network + ": float32 or float16");
          };
      Path folder = Path.of(arguments[0]).resolve(network.replace(':', '-'));
      BenchBundle.of(BenchBundle.NAME, parts[0], Integer.parseInt(parts[1]), numbers).write(folder);
      System.out.println(folder);
    }
  }
}
