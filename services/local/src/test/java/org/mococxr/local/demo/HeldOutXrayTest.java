package org.mococxr.local.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mococxr.local.demo.HeldOutXray.Label;

class HeldOutXrayTest {
  @TempDir private Path root;

  @Test
  void isTheFirstWithTheFinding() throws IOException {
    assertEquals(
        Optional.of(new HeldOutXray(image("set/b.png"), Label.PRESENT)),
        choose("set/a.png,0.0\nset/b.png,1.0\nset/c.png,1.0\n"));
  }

  @Test
  void isAnyIfNoneHasIt() throws IOException {
    image("set/b.png");
    assertEquals(
        Optional.of(new HeldOutXray(image("set/a.png"), Label.ABSENT)),
        choose("set/a.png,0\nset/b.png,-1.0\n"));
  }

  @Test
  void blankAndUncertainLabelsAreUnknown() throws IOException {
    for (String label : List.of("", "-1.0")) {
      assertEquals(
          Optional.of(new HeldOutXray(image("set/a.png"), Label.UNKNOWN)),
          choose("set/a.png," + label + "\n"));
    }
  }

  @Test
  void itsLabelIsFoundHoweverTheTaskIsSpelled() throws IOException {
    Path file = image("set/b.png");
    Path manifest =
        Files.writeString(
            root.resolve("test.csv"), "Path,Edema,Pleural Effusion\nset/b.png,0,1.0\n");
    for (String task : List.of("Pleural Effusion", "pleural_effusion", "PLEURAL-EFFUSION")) {
      assertEquals(
          Optional.of(new HeldOutXray(file, Label.PRESENT)),
          HeldOutXray.choose(manifest, root, task));
    }
    assertEquals(
        Optional.of(new HeldOutXray(file, Label.UNKNOWN)),
        HeldOutXray.choose(manifest, root, "Fracture"));
  }

  @Test
  void isThereOnDisk() throws IOException {
    assertEquals(Optional.empty(), choose("set/a.png,1\n"));
  }

  private Optional<HeldOutXray> choose(String rows) throws IOException {
    Path manifest = Files.writeString(root.resolve("test.csv"), "Path,Effusion\n" + rows);
    return HeldOutXray.choose(manifest, root, "Effusion");
  }

  private Path image(String path) throws IOException {
    Path file = root.resolve(path);
    Files.createDirectories(file.getParent());
    return Files.writeString(file, "");
  }
}
