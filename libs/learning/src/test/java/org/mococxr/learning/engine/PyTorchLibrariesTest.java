package org.mococxr.learning.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mococxr.foundation.UserErrorException;

class PyTorchLibrariesTest {
  @TempDir Path folder;

  private void file(String path, String content) throws IOException {
    Path file = folder.resolve(path);
    Files.createDirectories(file.getParent());
    Files.writeString(file, content);
  }

  @Test
  void aPyTorchOfPipIsFoundFromEveryFolderThatHoldsIt() throws IOException {
    String packages = "venv/lib/python3.12/site-packages/";
    file(packages + "torch/lib/" + System.mapLibraryName("torch"), "");
    file(packages + "torch/lib/" + System.mapLibraryName("torch_cuda"), "");
    file(packages + "torch/version.py", "from typing import Any\n__version__ = '2.7.1+cu126'\n");
    file(packages + "nvidia/cudnn/lib/libcudnn.so.9", "");
    file(packages + "nvidia/cuda_runtime/lib/libcudart.so.12", "");
    file(packages + "nvidia/__init__.py", "");
    Path site = folder.resolve(packages);
    for (Path given :
        List.of(
            folder.resolve("venv"),
            site,
            site.resolve("torch"),
            site.resolve("torch/lib"),
            site.getParent())) {
      PyTorchLibraries found = PyTorchLibraries.find(given);
      assertEquals(site.resolve("torch/lib"), found.lib());
      assertTrue(found.cuda());
      assertEquals(Optional.of("2.7.1+cu126"), found.version());
      assertEquals(
          List.of(site.resolve("nvidia/cuda_runtime/lib"), site.resolve("nvidia/cudnn/lib")),
          found.nvidia());
    }
  }

  @Test
  void aLibtorchIsFoundAndHasNoFoldersBesideIt() throws IOException {
    file("libtorch/lib/" + System.mapLibraryName("torch"), "");
    file("libtorch/build-version", "2.7.1+cpu\n");
    PyTorchLibraries found = PyTorchLibraries.find(folder.resolve("libtorch"));
    assertFalse(found.cuda());
    assertEquals(Optional.of("2.7.1+cpu"), found.version());
    assertEquals(List.of(), found.nvidia());
  }

  @Test
  void anOlderPyTorchIsRefusedBeforeItEndsTheProcess() throws IOException {
    file("libtorch/lib/" + System.mapLibraryName("torch"), "");
    file("libtorch/build-version", "2.6.0+cu124\n");
    PyTorchLibraries found = PyTorchLibraries.find(folder.resolve("libtorch"));
    UserErrorException e = assertThrows(UserErrorException.class, () -> found.use(false, "2.7.1"));
    assertTrue(e.getMessage().contains("2.6.0+cu124"), e.getMessage());
    assertTrue(e.getMessage().contains("2.7 or newer"), e.getMessage());
  }

  @Test
  void aFolderWithoutPyTorchIsRefusedByItsName() {
    UserErrorException e =
        assertThrows(UserErrorException.class, () -> PyTorchLibraries.find(folder));
    assertTrue(e.location().contains(folder.toString()), e.getMessage());
    assertTrue(e.getMessage().contains("--pytorch"), e.getMessage());
  }
}
