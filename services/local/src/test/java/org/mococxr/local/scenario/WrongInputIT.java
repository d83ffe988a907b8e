package org.mococxr.local.scenario;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.mococxr.events.ExperimentRequested;
import org.mococxr.events.Topics;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.local.client.Commands;
import org.mococxr.local.follow.Follower;
import org.mococxr.local.process.Supervisor;
import org.mococxr.testkit.Ended;
import org.mococxr.testkit.Pictures;

/**
 * What a user can get wrong ends with one message that names it, the exit code 64 (which the tool
 * gives for every {@link UserErrorException}), and nothing that counts as done.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class WrongInputIT {
  private static final Duration LIMIT = Duration.ofMinutes(6);

  private Path folder;
  private Scenario scenario;
  private Supervisor supervisor;

  @BeforeAll
  void start(@TempDir Path temporary) throws Exception {
    folder = temporary;
    scenario = new Scenario(folder);
    supervisor = scenario.services();
  }

  @AfterAll
  void stop() {
    if (supervisor != null) {
      supervisor.close();
    }
  }

  @Test
  void aMissingFolder() throws Exception {
    Path missing = folder.resolve("not/there");
    refused("missing-folder", missing, "effusion", missing.toString());
  }

  @Test
  void aLabelsFileWithoutTheTasksColumn() throws Exception {
    Path data = images("no-column", "effusion");
    refused("no-column", data, "pneumonia", "pneumonia");
  }

  @Test
  void anUnreadableImage() throws Exception {
    Path data = images("unreadable", "effusion");
    Files.writeString(data.resolve("image7.png"), "this is no picture");
    // Which one is in the log: names of images may tell who was X-rayed.
    refused("unreadable", data, "effusion", "<image, see the log>");
  }

  @Test
  void labelsOfOneClassOnly() throws Exception {
    Path data = images("one-class", "effusion");
    Path labels = data.resolve("labels.csv");
    Files.writeString(labels, Files.readString(labels).replace(",1\n", ",0\n"));
    refused("one-class", data, "effusion", "effusion");
  }

  @Test
  void aFolderThatTheToolCanSeeIsMissing() throws Exception {
    Ended demo =
        Ended.of(
            scenario
                .tool(List.of("demo", "--data", folder.resolve("nowhere").toString()))
                .redirectErrorStream(true),
            LIMIT);
    String output = demo.out();
    assertEquals(UserErrorException.EXIT_CODE, demo.code(), output);
    assertEquals(1, output.lines().count(), output);
    assertTrue(output.contains("nowhere"), output);
  }

  private void refused(String id, Path data, String task, String named) throws Exception {
    String bootstrap = supervisor.running().bootstrapServers();
    new Commands(bootstrap, Topics.defaults())
        .send(new ExperimentRequested(id, Scenario.tiny(data, task)));
    try (Follower follower = new Follower(supervisor.running(), id, Scenario.screen())) {
      UserErrorException error =
          assertThrows(
              UserErrorException.class,
              () -> {
                Instant deadline = Instant.now().plus(LIMIT);
                while (!follower.step()) {
                  // Each step waits for news.
                  assertTrue(
                      Instant.now().isBefore(deadline),
                      () -> id + " is not refused: " + follower.experiment().line(deadline));
                }
              });
      System.out.println("refused as it should be: " + error.getMessage());
      Path experiment = scenario.artifacts().resolve("experiments").resolve(id);
      assertAll(
          () -> assertTrue(error.getMessage().contains(named), error.getMessage()),
          () -> assertEquals(1, error.getMessage().lines().count(), error.getMessage()),
          () -> assertEquals(List.of(), Scenario.find(experiment, "DONE.json")),
          () -> assertEquals(List.of(), Scenario.find(experiment, "report.html")));
    }
  }

  /** Thirty readable pictures of thirty patients, every other one with the finding. */
  private Path images(String name, String task) throws Exception {
    Path data = Files.createDirectories(folder.resolve(name));
    StringBuilder labels = new StringBuilder("image,patient_id," + task + "\n");
    byte[] picture = Pictures.of(64, 64, "png", (x, y) -> (x + y) * 2);
    IntStream.range(0, 30)
        .forEach(i -> labels.append("image%d.png,p%d,%d\n".formatted(i, i, i % 2)));
    for (int i = 0; i < 30; i++) {
      Files.write(data.resolve("image" + i + ".png"), picture);
    }
    Files.writeString(data.resolve("labels.csv"), labels);
    return data;
  }
}
