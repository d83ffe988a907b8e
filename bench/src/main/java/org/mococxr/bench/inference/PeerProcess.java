package org.mococxr.bench.inference;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.mococxr.foundation.Digests;
import org.mococxr.foundation.Ports;
import org.mococxr.testkit.LocalProcess;

/** A minimal server of FastAPI and ONNX Runtime in Python. */
final class PeerProcess {
  private static final Path SOURCES = Path.of("bench/peer/inference");

  private PeerProcess() {}

  /**
   * Starts it in the project's folder; empty where there is no Python or no package index.
   *
   * @param folder of the bundle
   */
  static Optional<LocalProcess> start(Path folder, int side, int threads)
      throws IOException, InterruptedException {
    Optional<Path> python = environment();
    if (python.isEmpty()) {
      System.out.println("No Python peer: needs python3 and FastAPI from a package index.");
      return Optional.empty();
    }
    int port = Ports.free();
    LocalProcess process =
        LocalProcess.start(
            new ProcessBuilder(
                python.get().toString(),
                SOURCES.resolve("server.py").toString(),
                folder.resolve("model.onnx").toString(),
                Integer.toString(side),
                Integer.toString(threads),
                Integer.toString(port)),
            URI.create("http://127.0.0.1:" + port),
            URI.create("http://127.0.0.1:" + port + "/ready"),
            LocalProcess.temporaryLog());
    return Optional.of(process);
  }

  /** Python with the packages, made once in the user's cache folder. */
  private static Optional<Path> environment() throws IOException, InterruptedException {
    Path requirements = SOURCES.resolve("requirements.txt");
    String digest = Digests.sha256(requirements).substring(0, 12);
    Path cache = Path.of(System.getProperty("user.home"), ".cache", "mococxr");
    Path environment = cache.resolve("peer-" + digest);
    Path python = environment.resolve("bin/python");
    Path done = environment.resolve("done");
    if (!Files.exists(done)) {
      Files.createDirectories(cache);
      boolean made =
          run("python3", "-m", "venv", environment.toString())
              && run(
                  python.toString(), "-m", "pip", "install", "-q", "-r", requirements.toString());
      if (!made) {
        return Optional.empty();
      }
      Files.createFile(done);
    }
    return Optional.of(python);
  }

  private static boolean run(String... command) throws InterruptedException {
    try {
      Process process = new ProcessBuilder(List.of(command)).inheritIO().start();
      return process.waitFor(10, TimeUnit.MINUTES) && process.exitValue() == 0;
    } catch (IOException e) {
      return false; // there is no such program
    }
  }
}
