package org.mococxr.trainer.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mococxr.foundation.Json;
import org.mococxr.learning.engine.DeviceChoice;
import picocli.CommandLine;

class EngineFlagsTest {
  @TempDir Path folder;

  private static CommandLine line() {
    return Tool.of();
  }

  @AfterEach
  void forget() {
    System.clearProperty(DeviceChoice.PROPERTY);
  }

  @Test
  void everyCommandThatComputesTakesThem() {
    CommandLine line = line();
    for (String command :
        List.of("pretrain", "embed", "finetune", "select", "test", "explain", "export", "run")) {
      for (String flag : List.of("--device", "--pytorch")) {
        assertNotNull(
            line.getSubcommands().get(command).getCommandSpec().findOption(flag), command + flag);
      }
    }
    CommandLine export = line.getSubcommands().get("encoder").getSubcommands().get("export");
    assertNotNull(export.getCommandSpec().findOption("--device"));
  }

  @Test
  void aDeviceThatIsNoneIsRefusedBeforeAnythingStarts() {
    StringWriter error = new StringWriter();
    CommandLine line = line().setErr(new PrintWriter(error));
    assertEquals(64, line.execute("doctor", "--device", "gpu"));
  }

  @Test
  void theDoctorsAnswerIsJsonOnRequestAndItsExitCodeSaysWhetherAnythingIsMissing()
      throws IOException {
    StringWriter out = new StringWriter();
    CommandLine line = line().setOut(new PrintWriter(out));
    int code = line.execute("doctor", "--device", "cpu", "--json", "--store", "ftp://a/b");
    assertEquals("cpu", System.getProperty(DeviceChoice.PROPERTY));
    JsonNode answer = Json.MAPPER.readTree(out.toString());
    assertEquals(1, code);
    assertEquals(false, answer.get("ok").asBoolean());
    assertTrue(answer.get("findings").size() >= 6, out.toString());
    for (JsonNode finding : answer.get("findings")) {
      if (finding.get("subject").asText().equals("artefact store")) {
        assertEquals("missing", finding.get("state").asText());
      }
    }
  }
}
