package org.mococxr.inference.page;

import static io.restassured.RestAssured.when;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.fasterxml.jackson.databind.JsonNode;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import java.io.IOException;
import java.lang.reflect.Method;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.mococxr.foundation.Yaml;
import org.mococxr.inference.rest.ModelsResource;
import org.mococxr.inference.rest.PredictResource;
import org.mococxr.inference.rest.RepositoryResource;
import org.mococxr.inference.rest.ServerResource;
import org.mococxr.inference.rest.StatisticsResource;
import org.mococxr.inference.testing.WithoutKafka;

/** The page for people as text, and the description for programs. */
@QuarkusTest
@TestProfile(WithoutKafka.class)
class PageTest {
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
}
