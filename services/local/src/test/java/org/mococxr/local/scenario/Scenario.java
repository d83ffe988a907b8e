package org.mococxr.local.scenario;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.type.TypeReference;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.awaitility.Awaitility;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.foundation.Yaml;
import org.mococxr.local.client.OrchestratorClient;
import org.mococxr.local.follow.Screen;
import org.mococxr.local.process.Services;
import org.mococxr.local.process.StartedServices;
import org.mococxr.local.process.Supervisor;
import org.mococxr.local.work.Installation;
import org.mococxr.local.work.WorkFolder;
import org.mococxr.specs.ExperimentSpec;
import org.mococxr.specs.RunDone;
import org.mococxr.testkit.Ended;

/** What scenarios need: tiny data, tiny experiments, the services and the tool. */
public final class Scenario {
  static final String TASK = "Pleural Effusion";

  private final Path folder;
  private final Installation installation = Installation.current();

  /** Everything goes below this folder. */
  public Scenario(Path folder) {
    this.folder = folder;
  }

  static Path resource(String name) {
    return Path.of("src/test/resources/scenario", name).toAbsolutePath();
  }

  Supervisor services() throws IOException, InterruptedException {
    return Supervisor.start(
        installation, WorkFolder.at(folder.resolve("work")), line -> System.out.println(line));
  }

  /** The services on a broker of the scenario's; returns before they are ready. */
  StartedServices services(WorkFolder work, String bootstrapServers, Map<String, String> security)
      throws IOException {
    installation.requireBuilt(Services.NAMES);
    return StartedServices.start(installation, work, bootstrapServers, security);
  }

  Path artifacts() {
    return WorkFolder.at(folder.resolve("work")).artifacts();
  }

  /** When each run was done. */
  List<Instant> doneRuns() throws IOException {
    List<Instant> done = new ArrayList<>();
    for (Path marker : find(artifacts(), RunDone.FILE)) {
      if (marker.toString().contains("/runs/")) {
        done.add(Files.getLastModifiedTime(marker).toInstant());
      }
    }
    return done;
  }

  static Screen screen() {
    return Screen.of(new PrintWriter(System.out, true));
  }

  /** Tiny phantoms in CheXpert's layout. */
  public Path phantoms() throws IOException, InterruptedException {
    return phantoms("3");
  }

  /** As above, others with another seed. */
  Path phantoms(String seed) throws IOException, InterruptedException {
    Path made = folder.resolve("phantoms-" + seed);
    List<String> command =
        new ArrayList<>(List.of("dataset", "phantom", "--out", made.toString(), "--seed", seed));
    Map<String, Object> options =
        Yaml.MAPPER.readValue(resource("tiny-phantom.yaml").toFile(), Map.class);
    options.forEach((name, value) -> command.addAll(List.of("--" + name, value.toString())));
    Ended ended = Ended.of(tool(command).redirectErrorStream(true), Duration.ofMinutes(4));
    assertEquals(0, ended.code(), ended.out());
    return made;
  }

  /** {@code bin/mococxr} with arguments. */
  ProcessBuilder tool(List<String> arguments) {
    // A build in the background ignores SIGINT, and so would its children, whatever Ctrl-C does.
    List<String> command =
        new ArrayList<>(List.of("env", "--default-signal=INT", installation.tool().toString()));
    command.addAll(arguments);
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    return builder;
  }

  /** The tiny experiment on a folder of images. */
  static ExperimentSpec tiny(Path root, String task) throws IOException {
    return experiment("tiny.yaml", root, task);
  }

  /** One that has no pretraining. */
  static ExperimentSpec small(Path root, String task) throws IOException {
    return experiment("small.yaml", root, task);
  }

  private static ExperimentSpec experiment(String file, Path root, String task) throws IOException {
    Map<String, Object> spec =
        Yaml.MAPPER.readValue(resource(file).toFile(), new TypeReference<>() {});
    spec.put("data", Map.of("format", "auto", "root", root.toString()));
    spec.put("tasks", List.of(task));
    return ExperimentSpec.parse(Yaml.MAPPER.writeValueAsString(spec), file);
  }

  /** Submits an experiment, again if a busy broker did not take it in time; returns its id. */
  static String submit(OrchestratorClient orchestrator, ExperimentSpec spec, Duration bound) {
    Awaitility.await("submission of " + spec.name())
        .atMost(bound)
        .ignoreExceptionsInstanceOf(IOException.class)
        .until(
            () ->
                orchestrator.experiment(spec.name()).isPresent()
                    || orchestrator.submit(spec.toJson()).equals(spec.name()));
    return spec.name();
  }

  /** Submits an experiment that has ended anew, again if a busy broker did not take it in time. */
  static void resubmit(OrchestratorClient orchestrator, String spec, Duration bound) {
    AtomicBoolean asked = new AtomicBoolean();
    Awaitility.await("submission anew")
        .atMost(bound)
        .ignoreExceptionsInstanceOf(IOException.class)
        .until(
            () -> {
              try {
                orchestrator.submit(spec);
              } catch (UserErrorException e) {
                // What was not answered was taken all the same.
                assertTrue(asked.get() && e.getMessage().contains("is under way"), e::getMessage);
              } finally {
                asked.set(true);
              }
              return true;
            });
  }

  /** Cancels an experiment, again if a busy broker did not take it in time. */
  static void cancel(OrchestratorClient orchestrator, String id, Duration bound) {
    Awaitility.await("cancellation of " + id)
        .atMost(bound)
        .ignoreExceptionsInstanceOf(IOException.class)
        .until(
            () -> {
              orchestrator.cancel(id);
              return true;
            });
    awaitStatus(orchestrator, id, "CANCELLED", bound);
  }

  /** Waits until an experiment has a status; an orchestrator that is away is waited for. */
  static void awaitStatus(
      OrchestratorClient orchestrator, String id, String status, Duration bound) {
    Awaitility.await(id + " " + status)
        .atMost(bound)
        .ignoreExceptionsInstanceOf(IOException.class)
        .until(
            () ->
                orchestrator
                    .experiment(id)
                    .filter(known -> known.status().equals(status))
                    .isPresent());
  }

  /** Files of a name anywhere below a folder. */
  static List<Path> find(Path below, String name) throws IOException {
    if (!Files.exists(below)) {
      return List.of();
    }
    return files(below).stream()
        .filter(file -> file.getFileName().toString().equals(name))
        .toList();
  }

  /** All regular files below a folder. What others rename or remove meanwhile is passed over. */
  static List<Path> files(Path below) throws IOException {
    List<Path> found = new ArrayList<>();
    Files.walkFileTree(
        below,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            if (attributes.isRegularFile()) {
              found.add(file);
            }
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFileFailed(Path file, IOException problem)
              throws IOException {
            return passedOver(problem);
          }

          @Override
          public FileVisitResult postVisitDirectory(Path folder, IOException problem)
              throws IOException {
            return passedOver(problem);
          }

          private FileVisitResult passedOver(IOException problem) throws IOException {
            if (problem == null || problem instanceof NoSuchFileException) {
              return FileVisitResult.CONTINUE;
            }
            throw problem;
          }
        });
    return found;
  }
}
