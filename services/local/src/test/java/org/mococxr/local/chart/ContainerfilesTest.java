package org.mococxr.local.chart;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** No image can be built here: this holds the Containerfiles against what the pods expect. */
class ContainerfilesTest {
  private static final Path SERVICES = Path.of("../../services").toAbsolutePath().normalize();

  @Test
  void everyServiceOfTheChartHasAnImageForItsPod() throws IOException {
    Installation installation = Chart.rendered();
    for (Manifest deployment : installation.of("Deployment").toList()) {
      JsonNode pod = deployment.at("spec.template.spec");
      String service = pod.at("/containers/0/name").asText();
      List<String> file = containerfile(service);
      assertEquals("USER " + pod.at("/securityContext/runAsUser"), one(file, "USER"), service);
      String ports =
          pod.at("/containers/0/ports")
              .valueStream()
              .map(port -> " " + port.get("containerPort"))
              .collect(Collectors.joining());
      assertEquals("EXPOSE" + ports, one(file, "EXPOSE"), service);
      // Where the chart mounts the folder in which Quarkus looks for settings.
      assertEquals("WORKDIR /deployments", one(file, "WORKDIR"), service);
    }
  }

  @Test
  void theTrainersImageIsTheCommandLineTool() throws IOException {
    List<String> file = containerfile("trainer");
    assertTrue(one(file, "ENTRYPOINT").endsWith("\"quarkus-run.jar\"]"));
    assertEquals("USER 10001", one(file, "USER"));
  }

  private static List<String> containerfile(String service) throws IOException {
    return Files.readAllLines(SERVICES.resolve(service + "/src/main/docker/Containerfile"));
  }

  private static String one(List<String> file, String instruction) {
    Stream<String> lines = file.stream().filter(line -> line.startsWith(instruction + " "));
    return lines.reduce((a, b) -> a + " and " + b).orElse("no " + instruction);
  }
}
