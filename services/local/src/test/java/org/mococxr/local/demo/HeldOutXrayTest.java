package org.mococxr.local.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HeldOutXrayTest {
  @TempDir private Path root;

  @Test
  void isTheFirstWithTheFinding() throws IOException {
    assertEquals(
        Optional.of(new HeldOutXray(image("set/b.png"), true)),
        choose("set/a.png,0.0\nset/b.png,1.0\nset/c.png,1.0\n"));
  }

  @Test
  void isAnyIfNoneHasIt() throws IOException {
    image("set/b.png");
    assertEquals(
        Optional.of(new HeldOutXray(image("set/a.png"), false)),
        choose("set/a.png,\nset/b.png,-1.0\n"));
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
