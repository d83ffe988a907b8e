package org.mococxr.local;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.mococxr.foundation.Ports;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.local.work.Installation;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Serves bundles that were exported by hand, without Kafka, until it is stopped. */
@Command(
    name = "serve",
    description =
        "Serves ONNX bundles on this machine by the Open Inference Protocol, until it is stopped"
            + " (Ctrl-C). Needs no other service.",
    mixinStandardHelpOptions = true)
final class ServeCommand implements Callable<Integer> {
  private static final String DESCRIPTION = "model.json";
  private static final long PAUSE_MILLIS = 100;

  @Spec private CommandSpec spec;

  @Parameters(
      arity = "1..*",
      paramLabel = "FOLDER",
      description = "What 'mococxr export' wrote, or a folder with model.onnx and model.json.")
  private List<Path> folders;

  @Option(
      names = "--port",
      defaultValue = "8082",
      paramLabel = "N",
      description = "Of 127.0.0.1, where it answers. Default: ${DEFAULT-VALUE}.")
  private int port;

  @Override
  public Integer call() throws IOException, InterruptedException {
    Installation installation = Installation.current();
    installation.requireBuilt(List.of("inference"));
    Ports.requireFree(port, "--port");
    List<String> bundles = new ArrayList<>();
    for (Path folder : folders) {
      bundles.add(bundle(folder).toString());
    }
    ProcessBuilder service =
        new ProcessBuilder(installation.launch("inference", List.of("-Xmx512m"))).inheritIO();
    service
        .environment()
        .putAll(
            Map.of(
                "QUARKUS_HTTP_PORT",
                Integer.toString(port),
                "QUARKUS_MANAGEMENT_PORT",
                Integer.toString(Ports.free()),
                "MOCOCXR_INFERENCE_PUBLICATIONS_ENABLED",
                "false",
                "MOCOCXR_INFERENCE_BUNDLES",
                String.join(",", bundles)));
    Process process = service.start();
    // Ctrl-C reaches the service too; whoever stops this process alone must stop it all the same.
    Runtime.getRuntime().addShutdownHook(new Thread(process::destroy));
    while (process.isAlive() && !Ports.listens(port)) {
      Thread.sleep(PAUSE_MILLIS);
    }
    if (process.isAlive()) {
      spec.commandLine().getOut().println("Serving on http://127.0.0.1:" + port + "/");
    }
    return process.waitFor();
  }

  private static URI bundle(Path folder) {
    for (Path place : List.of(folder.resolve("model"), folder)) {
      if (Files.isRegularFile(place.resolve(DESCRIPTION))) {
        return place.toAbsolutePath().normalize().toUri();
      }
    }
    throw UserErrorException.at(
        folder, "there is no " + DESCRIPTION + " in it", "expected what 'mococxr export' wrote");
  }
}
