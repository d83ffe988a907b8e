package org.mococxr.local.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.specs.ExperimentSpec;

class ExperimentTemplateTest {
  @TempDir private Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"demo.yaml", "demo-data.yaml"})
  void theRepositorysTemplatesAreExperiments(String name) {
    Path template = Path.of("../../experiments", name);
    ExperimentSpec spec =
        ExperimentTemplate.fill(template, folder, Map.of(), Optional.of("Edema"), 7);
    assertEquals(folder.toString(), spec.data().root());
    assertEquals(List.of("Edema"), spec.tasks());
    assertEquals(7, spec.seed());
  }

  @Test
  void aFolderWithBlanksAndColonsStaysWhatItIs() throws IOException {
    Path odd = folder.resolve("a: b #c");
    Path template = Files.writeString(folder.resolve("t.yaml"), "name: t\ntasks: [A]\n");
    assertEquals(
        odd.toString(),
        ExperimentTemplate.fill(template, odd, Map.of(), Optional.empty(), 1).data().root());
  }

  @Test
  void namesTheFileAndWhatIsWrongInIt() throws IOException {
    Path template = Files.writeString(folder.resolve("t.yaml"), "- a list\n");
    UserErrorException error =
        assertThrows(
            UserErrorException.class,
            () -> ExperimentTemplate.fill(template, folder, Map.of(), Optional.empty(), 1));
    assertTrue(error.getMessage().contains("t.yaml"), error.getMessage());
  }
}
