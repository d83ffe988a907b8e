package org.mococxr.inference.clients;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import jakarta.inject.Inject;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mococxr.inference.bundle.BundleLoader;
import org.mococxr.inference.model.ModelRepository;
import org.mococxr.inference.testing.Bundle;
import org.mococxr.inference.testing.PythonEnvironment;
import org.mococxr.inference.testing.TinyNetwork;

/**
 * The official clients of the protocol, unchanged: tritonclient over HTTP and gRPC, and the KServe
 * SDK. They are installed once, into an environment in the user's cache folder.
 */
@Tag("slow")
@QuarkusTest
@TestProfile(PythonClientsTest.WithControl.class)
class PythonClientsTest {
  private static final int SIZE = 16;
  private static final Path SCRIPTS = Path.of("src/test/resources/python").toAbsolutePath();

  /** Clients may load and unload models. */
  public static final class WithControl implements QuarkusTestProfile {
    @Override
    public Map<String, String> getConfigOverrides() {
      return Map.of(
          "mococxr.inference.control", "true", "mococxr.inference.publications.enabled", "false");
    }
  }

  @TempDir Path folder;

  @TestHTTPResource URI address;

  @Inject ModelRepository models;
  @Inject BundleLoader loader;

  @Test
  void theOfficialClientsWorkUnchanged() throws Exception {
    Path python = PythonEnvironment.with(SCRIPTS.resolve("clients.txt")).python();
    Bundle bundle = Bundle.write(folder.resolve("m"), "m", "1", TinyNetwork.brightness(SIZE));
    loader.load(bundle.uri(), Optional.empty(), models::serve);
    String port = address.getHost() + ":" + address.getPort();
    String script = SCRIPTS.resolve("clients.py").toString();
    String side = Integer.toString(SIZE);
    for (String client : List.of("http", "grpc", "kserve")) {
      Path log = folder.resolve(client + ".log");
      int code =
          PythonEnvironment.run(log, 120, python.toString(), script, client, port, "m", side);
      assertEquals(0, code, Files.readString(log));
    }
    models.withdraw("m");
  }
}
