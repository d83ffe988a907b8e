package org.mococxr.inference.page;

import static io.restassured.RestAssured.when;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.fasterxml.jackson.databind.JsonNode;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import jakarta.enterprise.inject.Any;
import jakarta.enterprise.inject.spi.Bean;
import jakarta.enterprise.inject.spi.BeanManager;
import jakarta.inject.Inject;
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
import org.mococxr.inference.testing.WithoutKafka;

/** The page for people as text, and the description for programs. */
@QuarkusTest
@TestProfile(WithoutKafka.class)
class PageTest {
  @Inject BeanManager beans;

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
    for (Class<?> resource : resources()) {
      for (Method method : resource.getDeclaredMethods()) {
        route(resource, method).ifPresent(routes::add);
      }
    }
    assertEquals(routes, described);
  }

  /** Those that the service has: a new one is not forgotten here. */
  private List<Class<?>> resources() {
    return beans.getBeans(Object.class, Any.Literal.INSTANCE).stream()
        .<Class<?>>map(Bean::getBeanClass)
        .filter(type -> type.isAnnotationPresent(jakarta.ws.rs.Path.class))
        .filter(type -> type.getPackageName().startsWith("org.mococxr"))
        .toList();
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
