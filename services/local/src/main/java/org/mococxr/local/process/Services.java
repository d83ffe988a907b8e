package org.mococxr.local.process;

import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.mococxr.local.work.Installation;
import org.mococxr.local.work.RunningServices;
import org.mococxr.local.work.WorkFolder;
import org.mococxr.messaging.KafkaSettings;

/** The three services, and what each is told when it runs on one machine. */
public final class Services {
  /** Their names, in the order in which they are shown. */
  public static final List<String> NAMES = List.of("splitter", "orchestrator", "inference");

  /** The port on which the inference service tells of its health and metrics. */
  static final String MANAGEMENT = "inference-management";

  private final Installation installation;
  private final WorkFolder work;
  private final RunningServices running;

  Services(Installation installation, WorkFolder work, RunningServices running) {
    this.installation = installation;
    this.work = work;
    this.running = running;
  }

  /** Every service, ready to be started. */
  List<ServiceDefinition> definitions() {
    return List.of(
        // Decodes images for its checks, hence more heap and the optimising compiler.
        define("splitter", List.of("-Xmx512m"), Map.of()),
        // Only moves messages: the quick compiler starts faster and leaves the cores to training.
        define(
            "orchestrator",
            List.of(
                "-Xmx256m",
                "-XX:TieredStopAtLevel=1",
                "-Dkafka-streams.state.dir=" + work.state("orchestrator")),
            Map.of(
                "MOCOCXR_ORCHESTRATOR_LAUNCHER",
                "local",
                "MOCOCXR_TRAINER_COMMAND",
                installation.tool().toString())),
        define(
            "inference",
            // Started again rather than half alive, should its bounds not hold.
            List.of("-Xmx512m", "-XX:+ExitOnOutOfMemoryError"),
            Map.of("QUARKUS_MANAGEMENT_PORT", port(MANAGEMENT))));
  }

  private ServiceDefinition define(
      String name, List<String> options, Map<String, String> environment) {
    List<String> own = new ArrayList<>();
    // First, so that it is within what the operating system shows of a long command line.
    own.add("-D" + RunningServices.SESSION_PROPERTY + "=" + running.session());
    own.addAll(options);
    Path log = work.log(name);
    String healthPort = environment.containsKey("QUARKUS_MANAGEMENT_PORT") ? MANAGEMENT : name;
    return new ServiceDefinition(
        name,
        installation.launch(name, own),
        environment(name, environment),
        URI.create(running.url(healthPort) + "/q/health/ready"),
        log);
  }

  private Map<String, String> environment(String name, Map<String, String> own) {
    Map<String, String> all = new LinkedHashMap<>();
    all.put("QUARKUS_HTTP_HOST", "127.0.0.1");
    all.put("QUARKUS_HTTP_PORT", port(name));
    all.put(KafkaSettings.BOOTSTRAP_SERVERS, running.bootstrapServers());
    all.put("MOCOCXR_ARTIFACTS", running.artifacts().toString());
    all.put(RunningServices.SESSION_VARIABLE, running.session());
    // A trainer is started by the orchestrator and must run on the same JDK.
    all.put("JAVA_HOME", System.getProperty("java.home"));
    all.putAll(own);
    return all;
  }

  private String port(String name) {
    return Integer.toString(running.ports().get(name));
  }
}
