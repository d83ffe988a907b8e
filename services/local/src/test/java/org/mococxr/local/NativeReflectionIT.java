package org.mococxr.local;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.lang.reflect.GenericArrayType;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.lang.reflect.WildcardType;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mococxr.events.Event;
import org.mococxr.foundation.Json;
import org.mococxr.local.testing.ImagesProgram;
import org.mococxr.specs.ExperimentSpec;
import org.mococxr.specs.RunDone;
import org.mococxr.specs.RunKind;
import org.mococxr.specs.RunSpec;

/** What a native program of a service is told of classes that are read and written as JSON. */
@Tag("slow")
class NativeReflectionIT {
  private static final Path HOME = Path.of(System.getProperty("mococxr.home"));

  @ParameterizedTest
  @ValueSource(strings = {"splitter", "orchestrator"})
  void everyClassThatJacksonReachesFromEventsAndSpecificationsIsRegistered(String service)
      throws Exception {
    Set<String> registered = registered(service);
    Set<String> reached = new TreeSet<>();
    reach(Event.class, reached);
    reach(ExperimentSpec.class, reached);
    reach(RunSpec.class, reached);
    reach(RunDone.class, reached);
    for (RunKind kind : RunKind.values()) {
      reach(kind.told(), reached);
    }
    assertTrue(reached.size() > 40, reached.toString());
    reached.removeAll(registered);
    assertEquals(Set.of(), reached);
  }

  /**
   * Types that Jackson meets: components of records, arguments of generic types, permitted types.
   */
  private static void reach(Type type, Set<String> reached) {
    switch (type) {
      case ParameterizedType generic -> {
        for (Type argument : generic.getActualTypeArguments()) {
          reach(argument, reached);
        }
      }
      case WildcardType wildcard -> reach(wildcard.getUpperBounds()[0], reached);
      case GenericArrayType array -> reach(array.getGenericComponentType(), reached);
      case Class<?> plain when plain.getName().startsWith("org.mococxr.") -> {
        boolean concerns = plain.isRecord() || plain.isEnum() || plain.isSealed();
        if (concerns && reached.add(plain.getName())) {
          if (plain.isSealed()) {
            for (Class<?> permitted : plain.getPermittedSubclasses()) {
              reach(permitted, reached);
            }
          }
          if (plain.isRecord()) {
            for (RecordComponent component : plain.getRecordComponents()) {
              reach(component.getGenericType(), reached);
            }
          }
        }
      }
      default -> {
        // The platform's own types are GraalVM's and Quarkus' concern.
      }
    }
  }

  private static Set<String> registered(String service) throws IOException, InterruptedException {
    ImagesProgram.run(HOME, "natives.ReflectionConfig", ".", service);
    Path file =
        HOME.resolve("services")
            .resolve(service)
            .resolve(
                "target/classes/META-INF/native-image/org.mococxr/"
                    + service
                    + "/reflect-config.json");
    Set<String> names = new TreeSet<>();
    for (JsonNode entry : Json.MAPPER.readTree(file.toFile())) {
      assertTrue(entry.path("allRecordComponents").asBoolean());
      assertTrue(entry.path("allDeclaredConstructors").asBoolean());
      assertTrue(entry.path("allDeclaredMethods").asBoolean());
      names.add(entry.path("name").asText());
    }
    return names;
  }
}
