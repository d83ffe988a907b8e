package org.mococxr.inference.fuzz;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import jakarta.inject.Inject;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mococxr.inference.bundle.BundleLoader;
import org.mococxr.inference.model.ModelRepository;
import org.mococxr.inference.testing.Bundle;
import org.mococxr.inference.testing.PythonEnvironment;
import org.mococxr.inference.testing.TinyNetwork;
import org.mococxr.inference.testing.WithBatches;

/**
 * Requests that schemathesis makes of the OpenAPI document, some that fit it and some that do not.
 * No answer is a 5xx, and each has a status, a media type and a body that the document names. Runs
 * in {@code make fuzz}.
 */
@Tag("slow")
@QuarkusTest
@TestProfile(WithBatches.class)
class OpenApiFuzzTest {
  private static final Path SCRIPTS = Path.of("src/test/resources/python").toAbsolutePath();
  private static final int SECONDS = 240;

  @TempDir Path folder;

  @TestHTTPResource URI address;

  @Inject ModelRepository models;
  @Inject BundleLoader loader;

  @Test
  void everyAnswerIsOneThatTheDocumentNames() throws Exception {
    Assumptions.assumeTrue(Integer.getInteger("mococxr.fuzz") != null, "on request: make fuzz");
    PythonEnvironment python = PythonEnvironment.with(SCRIPTS.resolve("schemathesis.txt"));
    Bundle bundle = Bundle.write(folder.resolve("m"), "m", "1", TinyNetwork.brightness(8));
    loader.load(bundle.uri(), Optional.empty(), models::serve);
    Path log = folder.resolve("log");
    int code =
        PythonEnvironment.run(
            log,
            SECONDS,
            python.program("schemathesis").toString(),
            "--config-file",
            SCRIPTS.resolve("schemathesis.toml").toString(),
            "run",
            address.resolve("/openapi.yaml").toString(),
            "--phases",
            "examples,coverage,fuzzing",
            "--max-examples",
            Integer.toString(Math.max(1, Integer.getInteger("mococxr.fuzz") / 5)),
            // A schema cannot say that the numbers of a tensor are as many as its shape wants; and
            // a form's number is a text, too.
            "--exclude-checks",
            "positive_data_acceptance,negative_data_rejection",
            "--generation-database",
            "none",
            "--seed",
            "14");
    models.withdraw("m");
    assertEquals(0, code, Files.readString(log));
  }
}
