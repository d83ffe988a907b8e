package org.mococxr.foundation;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DigestsTest {
  /** Of {@code abc}, by FIPS 180-4's examples. */
  private static final String ABC =
      "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

  private static final byte[] BYTES = "abc".getBytes(StandardCharsets.UTF_8);

  @Test
  void everyFormOfTheSameBytesHasTheSameDigest(@TempDir Path folder) throws Exception {
    Path file = Files.write(folder.resolve("abc"), BYTES);
    assertEquals(ABC, Digests.sha256("abc"));
    assertEquals(ABC, Digests.sha256(BYTES));
    assertEquals(ABC, Digests.sha256(file));
    assertEquals(ABC, Digests.sha256(new ByteArrayInputStream(BYTES)));
    assertEquals(
        ABC, new Digests.Builder().add(new byte[] {'a'}).add(new byte[] {'b', 'c'}).sha256());
  }

  @Test
  void theCanonicalTextOfJsonDoesNotDependOnTheOrderOfFields() {
    Map<String, Object> one = new LinkedHashMap<>(Map.of("b", 1));
    one.put("a", "x");
    assertEquals("{\"a\":\"x\",\"b\":1}", Json.canonical(one));
    // printf '{"a":"x","b":1}' | sha256sum
    assertEquals(
        "cdab067e9f3beb32d1252cfd63e492592fecbf591b0d08cadb24bb17f3864246", Json.digest(one));
  }
}
