package org.mococxr.inference.page;

import static io.restassured.RestAssured.when;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import jakarta.inject.Inject;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import java.io.IOException;
import java.lang.reflect.Method;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mococxr.foundation.Yaml;
import org.mococxr.inference.bundle.BundleLoader;
import org.mococxr.inference.model.ModelRepository;
import org.mococxr.inference.rest.ModelsResource;
import org.mococxr.inference.rest.PredictResource;
import org.mococxr.inference.rest.RepositoryResource;
import org.mococxr.inference.rest.ServerResource;
import org.mococxr.inference.rest.StatisticsResource;
import org.mococxr.inference.testing.Bundle;
import org.mococxr.inference.testing.TinyNetwork;
import org.mococxr.inference.testing.WithoutKafka;
import org.mococxr.testkit.Needs;
import org.mococxr.testkit.Pictures;

/** The page for people in a real browser, and the description for programs. */
@Tag("slow")
@QuarkusTest
@TestProfile(WithoutKafka.class)
class PageTest {
  private static final int SIZE = 64;
  private static final TinyNetwork BRIGHTNESS = TinyNetwork.brightness(SIZE);

  @TempDir Path folder;

  @TestHTTPResource URI address;

  @Inject ModelRepository models;
  @Inject BundleLoader loader;

  @BeforeEach
  void serve() throws IOException {
    byte[] png = Pictures.of(SIZE, SIZE, "png", (x, y) -> x < SIZE / 2 ? 140 : 220);
    Bundle bundle =
        Bundle.write(
            folder.resolve("m"),
            "m",
            "1",
            BRIGHTNESS,
            json ->
                json.putObject("selfTest")
                    .put("image", Base64.getEncoder().encodeToString(png))
                    .put("tolerance", 1e-4)
                    .putArray("probabilities")
                    .add(BRIGHTNESS.probability(0, 180)));
    loader.load(bundle.uri(), Optional.empty(), models::serve);
  }

  @AfterEach
  void withdraw() {
    models.withdraw("m");
  }

  @Test
  void aBrowserShowsFindingsAndEvidence() throws Exception {
    String page = inBrowser(address.resolve("/?model=m&sample"));
    assertTrue(page.contains("test picture.png: answered."), page);
    assertTrue(page.contains("%.2f found".formatted(BRIGHTNESS.probability(0, 180))), page);
    assertTrue(page.contains("Where the network sees evidence for Brightness"), page);
    assertTrue(page.contains("Research use only"), page);
    assertTrue(page.contains("aria-selected=\"true\""), page);
  }

  @Test
  void nothingOfThePageComesFromElsewhere() {
    for (String file : List.of("/", "/page.css", "/page.js")) {
      String text = when().get(file).then().statusCode(200).extract().asString();
      assertFalse(text.contains("://"), file);
    }
  }

  @Test
  void everyRouteIsDescribedAndNoOther() throws IOException {
    String yaml = when().get("/openapi.yaml").then().statusCode(200).extract().asString();
    JsonNode document = Yaml.MAPPER.readTree(yaml);
    Set<String> described = new TreeSet<>();
    document
        .get("paths")
        .properties()
        .forEach(
            path ->
                path.getValue()
                    .fieldNames()
                    .forEachRemaining(
                        method -> {
                          if (!method.equals("parameters")) {
                            described.add(method + " " + path.getKey());
                          }
                        }));
    Set<String> routes = new TreeSet<>();
    for (Class<?> resource :
        List.of(
            ModelsResource.class,
            PredictResource.class,
            RepositoryResource.class,
            ServerResource.class,
            StatisticsResource.class)) {
      for (Method method : resource.getDeclaredMethods()) {
        route(resource, method).ifPresent(routes::add);
      }
    }
    assertEquals(routes, described);
  }

  private static Optional<String> route(Class<?> resource, Method method) {
    return Stream.of(GET.class, POST.class, DELETE.class)
        .filter(method::isAnnotationPresent)
        .map(verb -> verb.getSimpleName().toLowerCase() + " " + path(resource, method))
        .findFirst();
  }

  private static String path(Class<?> resource, Method method) {
    String base = resource.getAnnotation(jakarta.ws.rs.Path.class).value();
    jakarta.ws.rs.Path below = method.getAnnotation(jakarta.ws.rs.Path.class);
    return below == null ? base : base + "/" + below.value();
  }

  /** The page as it is once its script has run. */
  private String inBrowser(URI page) throws Exception {
    Path browser = Needs.tool("chromium", "chromium-browser", "google-chrome");
    Path out = folder.resolve("page.html");
    Process process =
        new ProcessBuilder(
                browser.toString(),
                "--headless=new",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-dev-shm-usage",
                "--no-first-run",
                "--user-data-dir=" + folder.resolve("profile"),
                "--virtual-time-budget=20000",
                "--dump-dom",
                page.toString())
            .redirectOutput(out.toFile())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    boolean ended = process.waitFor(90, TimeUnit.SECONDS);
    if (!ended) {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
    assertTrue(ended, "the browser did not end");
    return Files.readString(out);
  }
}
