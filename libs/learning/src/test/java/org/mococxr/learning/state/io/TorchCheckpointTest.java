package org.mococxr.learning.state.io;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.learning.state.StateDict;
import org.mococxr.learning.state.Tensor;
import org.mococxr.learning.state.TensorType;
import org.mococxr.testkit.Needs;

class TorchCheckpointTest {
  @TempDir Path folder;

  private static Path fixture(String name) {
    return Path.of("src/test/resources/torch").resolve(name);
  }

  @ParameterizedTest
  @ValueSource(strings = {"zip.pth.tar", "legacy.pth.tar"})
  void bothOfPytorchsFormatsGiveTensorsInOrderNumbersAndContainers(String name) {
    TorchCheckpoint saved = TorchCheckpoint.read(fixture(name));
    assertEquals(7, saved.number("epoch").orElseThrow());
    assertEquals("resnet18", saved.get("arch"));
    assertEquals(0.75, saved.get("best"));
    assertEquals(List.of(3L, 4L), saved.get("size"));
    assertEquals(0.03, ((Map<?, ?>) saved.get("args")).get("lr"));
    Tensor array = (Tensor) saved.get("array");
    assertEquals(TensorType.I16, array.type());
    assertArrayEquals(new float[] {0, 1, 2, 3, 4, 5}, array.toFloats());

    StateDict tensors = saved.stateDict(fixture(name));
    assertEquals(
        List.of(
            "z.weight",
            "a.transposed",
            "a.row",
            "half",
            "bfloat",
            "steps",
            "flag",
            "parameter",
            "bn.num_batches_tracked"),
        List.copyOf(tensors.names()));
    Tensor transposed = tensors.get("a.transposed");
    assertArrayEquals(new long[] {4, 3}, transposed.shape());
    assertArrayEquals(new float[] {0, 4, 8, 1, 5, 9, 2, 6, 10, 3, 7, 11}, transposed.toFloats());
    assertArrayEquals(new float[] {4, 5, 6, 7}, tensors.get("a.row").toFloats());
    assertEquals(TensorType.F16, tensors.get("half").type());
    assertArrayEquals(new float[] {1.5f, -2}, tensors.get("half").toFloats());
    assertArrayEquals(new float[] {1.5f, -2}, tensors.get("bfloat").toFloats());
    assertEquals(Tensor.ofLongs(new long[] {1L << 40}), tensors.get("steps"));
    assertEquals(TensorType.BOOL, tensors.get("flag").type());
  }

  @ParameterizedTest
  @ValueSource(strings = {"evil.pth.tar", "evil_legacy.pth.tar"})
  void aCheckpointThatWouldRunCodeIsRefusedByName(String name) {
    UserErrorException e =
        assertThrows(UserErrorException.class, () -> TorchCheckpoint.read(fixture(name)));
    assertTrue(e.getMessage().contains("system"), e.getMessage());
    assertTrue(e.location().contains(name));
  }

  @ParameterizedTest
  @ValueSource(strings = {"zip.pth.tar", "legacy.pth.tar"})
  void aCheckpointTornAnywhereIsTheUsersError(String name) throws IOException {
    byte[] whole = Files.readAllBytes(fixture(name));
    Path torn = folder.resolve("torn.pth");
    for (int length = 0; length < whole.length; length += 37) {
      Files.write(torn, Arrays.copyOf(whole, length));
      assertThrows(UserErrorException.class, () -> TorchCheckpoint.read(torn), "cut at " + length);
    }
  }

  @Test
  void damagedBytesGiveAUsersErrorOrAValueButNeverAFault() throws IOException {
    byte[] whole = Files.readAllBytes(fixture("legacy.pth.tar"));
    Path damaged = folder.resolve("damaged.pth");
    for (int at = 0; at < whole.length; at += 3) {
      byte[] copy = whole.clone();
      copy[at] ^= 0x15;
      Files.write(damaged, copy);
      try {
        TorchCheckpoint.read(damaged);
      } catch (UserErrorException expected) {
        assertFalse(expected.problem().isBlank());
      }
    }
  }

  @Test
  void whatIsWrittenIsReadBackWithNamesShapesAndTypes() {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    for (TensorType type : TensorType.values()) {
      tensors.put("t." + type, new Tensor(type, new long[] {2, 1}, new byte[2 * type.bytes()]));
    }
    tensors.put("scalar", Tensor.ofLongs(new long[] {-3}));
    tensors.put("empty", Tensor.ofFloats(new float[0], 0));
    StateDict dict = StateDict.of(tensors);
    Path file = folder.resolve("a.pth");
    TorchWriter.write(file, dict);
    assertEquals(dict, TorchCheckpoint.read(file).stateDict(file));
  }

  @Test
  void mocoStatesKeepTheReferencesNamesBothWays() {
    StateDict encoder =
        StateDict.of(Map.of("bn1.running_var", Tensor.ofFloats(new float[] {1, 2}, 2)));
    MocoCheckpoint moco =
        new MocoCheckpoint(
            "resnet18",
            3,
            encoder,
            encoder,
            Tensor.ofFloats(new float[6], 2, 3),
            1,
            0,
            Optional.empty());
    Path file = folder.resolve("moco.pth.tar");
    moco.write(file);
    assertEquals(moco, MocoCheckpoint.of(TensorFile.read(file)).orElseThrow());
    Map<?, ?> names = (Map<?, ?>) TorchCheckpoint.read(file).get("state_dict");
    assertEquals(
        List.of(
            "module.queue",
            "module.queue_ptr",
            "module.encoder_q.bn1.running_var",
            "module.encoder_q.bn1.num_batches_tracked",
            "module.encoder_k.bn1.running_var",
            "module.encoder_k.bn1.num_batches_tracked"),
        List.copyOf(names.keySet()));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "cgcnn/band-gap.pth.tar",
        "cgcnn/semi-metal-classification.pth.tar",
        "testgit/model_best.pth.tar"
      })
  void checkpointsOfOthersAreRead(String name) {
    Path file = shared(name);
    TorchCheckpoint saved = TorchCheckpoint.read(file);
    StateDict tensors = saved.stateDict(file);
    assertTrue(tensors.size() > 5);
    for (Tensor tensor : tensors.asMap().values()) {
      for (float value : tensor.toFloats()) {
        assertTrue(Float.isFinite(value));
      }
    }
  }

  @Test
  void torchscriptIsRefusedAsCode() {
    Path file = shared("djl/identity.pt");
    UserErrorException e = assertThrows(UserErrorException.class, () -> TorchCheckpoint.read(file));
    assertTrue(e.problem().contains("TorchScript"), e.problem());
  }

  /** What Lightning keeps beside the tensors; see naming.py. */
  @Test
  void hyperparametersOfLightningArePlainData() {
    Map<?, ?> saved =
        (Map<?, ?>) TorchCheckpoint.read(fixture("lightning.ckpt")).get("hyper_parameters");
    assertEquals(0.03, saved.get("lr"));
    assertEquals("/data/cxr", saved.get("root"));
    assertEquals("a/b", saved.get("relative"));
    assertEquals(List.of(4L), saved.get("layers"));
    assertEquals(65535L, saved.get("count"));
    Tensor order = (Tensor) saved.get("order");
    assertEquals(TensorType.I32, order.type());
    assertArrayEquals(new float[] {65000, 65001, 65002}, order.toFloats());
  }

  private static Path shared(String name) {
    return Needs.shared("data/torch-formats/" + name);
  }
}
