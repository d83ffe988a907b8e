package org.mococxr.learning.state.io;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.learning.state.StateDict;
import org.mococxr.learning.state.Tensor;
import org.mococxr.learning.state.TensorType;
import org.mococxr.testkit.Needs;

class SafetensorsTest {
  @TempDir Path folder;

  private static StateDict sample() {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    tensors.put("z.flag", new Tensor(TensorType.BOOL, new long[] {3}, new byte[] {1, 0, 1}));
    tensors.put("a.weight", Tensor.ofFloats(new float[] {1, -2, 3.5f, 0, 5, 6}, 2, 3));
    tensors.put("steps", Tensor.ofLongs(new long[] {1L << 40}));
    tensors.put("empty", Tensor.ofFloats(new float[0], 0, 4));
    return StateDict.of(tensors);
  }

  @Test
  void whatIsWrittenIsReadBackInOrderWithItsMetadata() {
    Path file = folder.resolve("a.safetensors");
    Safetensors.write(file, sample(), Map.of("epoch", "3"));
    Safetensors.Contents read = Safetensors.read(file);
    assertEquals(sample(), read.tensors());
    assertEquals(
        List.of("z.flag", "a.weight", "steps", "empty"), List.copyOf(read.tensors().names()));
    assertEquals(Map.of("epoch", "3"), read.metadata());
  }

  @Test
  void theSameContentIsTheSameBytes() throws IOException {
    Map<String, String> one = new LinkedHashMap<>();
    one.put("architecture", "resnet18");
    one.put("digest", "abc");
    Map<String, String> other = new LinkedHashMap<>();
    other.put("digest", "abc");
    other.put("architecture", "resnet18");
    Safetensors.write(folder.resolve("one.safetensors"), sample(), one);
    Safetensors.write(folder.resolve("other.safetensors"), sample(), other);
    assertEquals(
        -1, Files.mismatch(folder.resolve("one.safetensors"), folder.resolve("other.safetensors")));
  }

  @Test
  void everyTensorIsAlignedToItsTypeForReadersThatMapTheFile() throws IOException {
    Path file = folder.resolve("a.safetensors");
    Safetensors.write(file, sample(), Map.of());
    ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
    int header = (int) bytes.getLong();
    assertEquals(0, header % 8);
    // Widest first: the one int64 lies at the start of the data, the three flags at the end.
    assertEquals(1L << 40, bytes.getLong(8 + header));
    assertEquals(1, bytes.get(bytes.limit() - 1));
  }

  @Test
  void aFileTornAnywhereIsTheUsersErrorNamingTheFile() throws IOException {
    Path whole = folder.resolve("whole.safetensors");
    Safetensors.write(whole, sample(), Map.of());
    byte[] bytes = Files.readAllBytes(whole);
    Path torn = folder.resolve("torn.safetensors");
    for (int length : new int[] {0, 5, 8, 60, bytes.length - 1}) {
      Files.write(torn, java.util.Arrays.copyOf(bytes, length));
      UserErrorException e =
          assertThrows(UserErrorException.class, () -> Safetensors.read(torn), "length " + length);
      assertTrue(e.location().contains("torn.safetensors"));
    }
  }

  @Test
  void headersThatLieAboutSizesAreRefusedBeforeAnythingIsAllocated() throws IOException {
    Path file = folder.resolve("liar.safetensors");
    for (String header :
        List.of(
            "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,4]}}",
            "{\"a\":{\"dtype\":\"F32\",\"shape\":[4611686018427387904,4],\"data_offsets\":[0,0]}}",
            "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,8]}}",
            "{\"a\":{\"dtype\":\"Q4\",\"shape\":[1],\"data_offsets\":[0,4]}}",
            "[1, 2, 3]")) {
      byte[] json = header.getBytes();
      ByteBuffer out = ByteBuffer.allocate(8 + json.length + 4).order(ByteOrder.LITTLE_ENDIAN);
      Files.write(file, out.putLong(json.length).put(json).array());
      assertThrows(UserErrorException.class, () -> Safetensors.read(file), header);
    }
  }

  @Test
  void aFileOfAnotherProgramIsRead() {
    Path file = Needs.shared("data/torch-formats/djl/list.safetensors");
    StateDict tensors = Safetensors.read(file).tensors();
    assertTrue(tensors.size() > 0);
  }

  @Test
  void npzKeepsNamesTypesAndShapes() throws IOException {
    Path file = folder.resolve("a.npz");
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
      for (Map.Entry<String, Tensor> e : sample().asMap().entrySet()) {
        zip.putNextEntry(new ZipEntry(e.getKey() + ".npy"));
        Npy.write(zip, e.getValue());
      }
    }
    assertEquals(sample(), Npz.read(file));
  }

  @Test
  void npyTurnsFortranOrderAndBigEndianRound() throws IOException {
    String dict = "{'descr': '>i2', 'fortran_order': True, 'shape': (2, 3), }";
    ByteBuffer out = ByteBuffer.allocate(10 + dict.length() + 12).order(ByteOrder.LITTLE_ENDIAN);
    out.put(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0});
    out.putShort((short) dict.length()).put(dict.getBytes());
    out.order(ByteOrder.BIG_ENDIAN);
    // Column by column: the matrix is 1 2 3 / 4 5 6.
    for (short v : new short[] {1, 4, 2, 5, 3, 6}) {
      out.putShort(v);
    }
    Path file = folder.resolve("a.npy");
    Files.write(file, out.array());
    Tensor read = Npy.read(file);
    assertArrayEquals(new long[] {2, 3}, read.shape());
    assertArrayEquals(new float[] {1, 2, 3, 4, 5, 6}, read.toFloats());
  }

  @Test
  void npyOfAnotherProgramIsReadAndATornOneRefused() throws IOException {
    Path file = Needs.shared("data/torch-formats/djl/list.npz");
    assertTrue(Npz.read(file).size() > 0);
    Path torn = folder.resolve("torn.npz");
    Files.write(torn, java.util.Arrays.copyOf(Files.readAllBytes(file), 300));
    assertThrows(UserErrorException.class, () -> Npz.read(torn));
  }
}
