package org.mococxr.inference.rest;

import com.fasterxml.jackson.databind.JsonNode;
import jakarta.inject.Singleton;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jboss.resteasy.reactive.server.ServerRequestFilter;
import org.mococxr.foundation.Yaml;

/**
 * The methods of each path, for the header {@code Allow} of an answer 405 and of one to OPTIONS
 * (RFC 9110, 15.5.6 and 9.3.7). They are those of the OpenAPI document. The framework itself sends
 * no header with a 405, and answers OPTIONS with the methods of all paths of a class.
 */
@Singleton
public final class AllowedMethods {
  private static final String DOCUMENT = "META-INF/resources/openapi.yaml";

  /** Read at the first use: a start does not wait for it. */
  private volatile List<Route> routes;

  private record Route(String template, Pattern path, String methods) {}

  /** Answers OPTIONS. */
  @ServerRequestFilter(preMatching = true)
  public Response options(ContainerRequestContext request) {
    if (!request.getMethod().equals("OPTIONS")) {
      return null;
    }
    return of(request.getUriInfo().getPath())
        .map(methods -> Response.noContent().header("Allow", methods).build())
        .orElse(null);
  }

  /**
   * @param path absolute
   * @return separated by commas; empty when the document does not have the path
   */
  Optional<String> of(String path) {
    if (routes == null) {
      routes = read();
    }
    return routes.stream()
        .filter(route -> route.path().matcher(path).matches())
        .map(Route::methods)
        .findFirst();
  }

  private static List<Route> read() {
    try (InputStream in =
        Thread.currentThread().getContextClassLoader().getResourceAsStream(DOCUMENT)) {
      List<Route> routes = new ArrayList<>();
      Yaml.MAPPER
          .readTree(in)
          .get("paths")
          .properties()
          .forEach(path -> routes.add(route(path.getKey(), path.getValue())));
      // A path without parameters is that path, also where a template fits it.
      routes.sort(Comparator.comparingInt(route -> route.template().split("\\{", -1).length));
      return List.copyOf(routes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Route route(String template, JsonNode operations) {
    TreeSet<String> methods = new TreeSet<>(List.of("OPTIONS"));
    operations.fieldNames().forEachRemaining(name -> methods.add(name.toUpperCase(Locale.ROOT)));
    methods.remove("PARAMETERS");
    if (methods.contains("GET")) {
      methods.add("HEAD");
    }
    String path = template.replaceAll("\\{[^}]*}", "[^/]+");
    return new Route(template, Pattern.compile(path), String.join(", ", methods));
  }
}
