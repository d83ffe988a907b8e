package org.mococxr.inference.clients;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import jakarta.inject.Inject;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mococxr.artifacts.Digests;
import org.mococxr.inference.bundle.BundleLoader;
import org.mococxr.inference.model.ModelRepository;
import org.mococxr.inference.testing.Bundle;
import org.mococxr.inference.testing.TinyNetwork;
import org.mococxr.inference.testing.WithoutKafka;
import org.mococxr.testkit.Needs;

/**
 * The official clients of the protocol, unchanged: tritonclient over HTTP and gRPC, and the KServe
 * SDK. They are installed once, into an environment in the user's cache folder.
 */
@Tag("slow")
@QuarkusTest
@TestProfile(WithoutKafka.class)
class PythonClientsTest {
  private static final int SIZE = 16;
  private static final Path SCRIPTS = Path.of("src/test/resources/python").toAbsolutePath();

  @TempDir Path folder;

  @TestHTTPResource URI address;

  @Inject ModelRepository models;
  @Inject BundleLoader loader;

  @Test
  void theOfficialClientsWorkUnchanged() throws Exception {
    Path python = environment();
    Bundle bundle = Bundle.write(folder.resolve("m"), "m", "1", TinyNetwork.brightness(SIZE));
    loader.load(bundle.uri(), Optional.empty(), models::serve);
    String port = address.getHost() + ":" + address.getPort();
    String script = SCRIPTS.resolve("clients.py").toString();
    String side = Integer.toString(SIZE);
    for (String client : List.of("http", "grpc", "kserve")) {
      Path log = folder.resolve(client + ".log");
      int code = run(log, 120, python.toString(), script, client, port, "m", side);
      assertEquals(0, code, Files.readString(log));
    }
    models.withdraw("m");
  }

  /** Python with the clients; the test is skipped where there is none or it cannot be made. */
  private Path environment() throws Exception {
    Path python = Needs.tool("python3");
    Path requirements = SCRIPTS.resolve("requirements.txt");
    String digest = Digests.sha256(requirements).substring(0, 12);
    Path environment =
        Path.of(System.getProperty("user.home"), ".cache", "mococxr", "clients-" + digest);
    Path done = environment.resolve("done");
    Path inside = environment.resolve("bin/python");
    if (Files.exists(done)) {
      return inside;
    }
    Path log = folder.resolve("pip.log");
    Files.createDirectories(environment.getParent());
    boolean made =
        run(log, 120, python.toString(), "-m", "venv", environment.toString()) == 0
            && install(log, inside, Files.readAllLines(requirements, StandardCharsets.UTF_8));
    Assumptions.assumeTrue(
        made, () -> "needs tritonclient from a Python package index: " + tail(log));
    Files.createFile(done);
    return inside;
  }

  /** The first is needed; what depends on more than this machine may have is used if it comes. */
  private static boolean install(Path log, Path python, List<String> packages) throws Exception {
    boolean first = true;
    for (String one : packages) {
      int code = run(log, 300, python.toString(), "-m", "pip", "install", "-q", one);
      if (first && code != 0) {
        return false;
      }
      first = false;
    }
    return true;
  }

  private static int run(Path log, int seconds, String... command) throws Exception {
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
            .start();
    if (!process.waitFor(seconds, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      return -1;
    }
    return process.exitValue();
  }

  private static String tail(Path log) {
    try {
      String text = Files.readString(log).strip();
      return text.substring(Math.max(0, text.length() - 200));
    } catch (IOException e) {
      return "no log";
    }
  }
}
