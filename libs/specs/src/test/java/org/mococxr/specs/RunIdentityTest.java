package org.mococxr.specs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RunIdentityTest {
  private static final RunIdentity BEFORE =
      new RunIdentity(
          RunKind.PRETRAIN,
          1,
          Map.of("epochs", 20, "mlp", true),
          Map.of("train", "aa", "root", "bb"));

  @Test
  void theDigestIsThatOfTheCanonicalJson() throws Exception {
    String canonical =
        "{\"inputs\":{\"root\":\"bb\",\"train\":\"aa\"},\"kind\":\"PRETRAIN\","
            + "\"options\":{\"epochs\":20,\"mlp\":true},\"seed\":1}";
    byte[] sha256 =
        MessageDigest.getInstance("SHA-256").digest(canonical.getBytes(StandardCharsets.UTF_8));
    assertEquals(HexFormat.of().formatHex(sha256), BEFORE.digest());
  }

  @Test
  void everyPartOfItChangesTheDigest() {
    assertNotEquals(
        BEFORE.digest(),
        new RunIdentity(RunKind.EMBED, 1, BEFORE.options(), BEFORE.inputs()).digest());
    assertNotEquals(
        BEFORE.digest(),
        new RunIdentity(RunKind.PRETRAIN, 2, BEFORE.options(), BEFORE.inputs()).digest());
    assertNotEquals(
        BEFORE.digest(),
        new RunIdentity(RunKind.PRETRAIN, 1, Map.of("epochs", 20), BEFORE.inputs()).digest());
    assertNotEquals(
        BEFORE.digest(),
        new RunIdentity(RunKind.PRETRAIN, 1, BEFORE.options(), Map.of("train", "aa")).digest());
  }

  @Test
  void whatDiffersIsSaidInWords() {
    RunIdentity now =
        new RunIdentity(
            RunKind.EMBED,
            2,
            Map.of("epochs", 30, "batch", 8),
            Map.of("train", "cc", "weights", "d"));
    assertEquals(
        List.of(
            "kind is \"EMBED\" and was \"PRETRAIN\"",
            "seed is 2 and was 1",
            "options.batch is 8 and was not given",
            "options.epochs is 30 and was 20",
            "options.mlp is not given and was true",
            "inputs.root is not given now",
            "inputs.train has other content",
            "inputs.weights was not given then"),
        now.differencesFrom(BEFORE).stream().map(RunIdentityTest::lowered).toList());
    assertEquals(List.of(), BEFORE.differencesFrom(BEFORE));
  }

  /** A kind is shown by whichever name its JSON has. */
  private static String lowered(String difference) {
    return difference.startsWith("kind ")
        ? difference.replace("embed", "EMBED").replace("pretrain", "PRETRAIN")
        : difference;
  }

  @Test
  void numbersAreComparedByTheirValue() {
    RunIdentity whole = new RunIdentity(RunKind.EMBED, 1, Map.of("rate", 1), Map.of());
    RunIdentity real = new RunIdentity(RunKind.EMBED, 1, Map.of("rate", 1.0), Map.of());
    RunIdentity more = new RunIdentity(RunKind.EMBED, 1, Map.of("rate", 1.5), Map.of());
    RunIdentity text = new RunIdentity(RunKind.EMBED, 1, Map.of("rate", "1"), Map.of());
    assertEquals(List.of(), real.differencesFrom(whole));
    assertEquals(List.of("options.rate is 1.5 and was 1"), more.differencesFrom(whole));
    assertEquals(List.of("options.rate is \"1\" and was 1"), text.differencesFrom(whole));
  }

  @Test
  void itTravelsAsJsonAndCannotBeChanged() {
    assertEquals(BEFORE, RunIdentity.parse(BEFORE.toJson(), "identity.json"));
    RunIdentity none = new RunIdentity(RunKind.EMBED, 0, null, null);
    assertEquals(Map.of(), none.options());
    assertEquals(Map.of(), none.inputs());
    assertThrows(UnsupportedOperationException.class, () -> BEFORE.options().put("a", 1));
    assertThrows(UnsupportedOperationException.class, () -> BEFORE.inputs().put("a", "b"));
    Map<String, Object> order = new LinkedHashMap<>();
    order.put("mlp", true);
    order.put("epochs", 20);
    assertEquals(
        BEFORE.digest(), new RunIdentity(RunKind.PRETRAIN, 1, order, BEFORE.inputs()).digest());
  }
}
